import type { JobIdentity } from '../snapshots/recovery-points.ts';
import type { FrozenManifest } from '../target/frozen-manifest.ts';

/** What was made out about a signature. `unchecked`: there is no public key to check it with. */
export type SignatureState = 'none' | 'valid' | 'invalid' | 'other-key' | 'unchecked';

/** A recovery point as the chain of manifests is checked. */
export interface ChainedPoint {
  readonly id: string;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
  readonly manifest: FrozenManifest | undefined;
  readonly signature: SignatureState;
  /** The digest that is recorded beside it now; undefined where there is none. */
  readonly digest: string | undefined;
  /** The target snapshot that the record beside it is about; undefined where there is none. */
  readonly recordedSnapshot: string | undefined;
}

export interface ChainStanding {
  readonly identity: JobIdentity;
  /** Whether there is a key to check signatures with. */
  readonly hasKey: boolean;
  /** Oldest first. */
  readonly points: readonly ChainedPoint[];
  /** Runs whose target snapshot is there without its partner. */
  readonly lone: readonly string[];
  /** Runs of which a record says that their recovery point was made. */
  readonly recorded: readonly string[];
  readonly pruned: ReadonlySet<string>;
}

export type ChainProblemKind =
  /** The target snapshot holds no manifest, or none that can be read. */
  | 'no-manifest'
  /** The manifest is of another run, another source snapshot or another job. */
  | 'wrong-manifest'
  /** The manifest is not the one that a later one vouches for. */
  | 'changed-manifest'
  /** The target snapshot is not the one that a later manifest vouches for, or that its record is about. */
  | 'replaced'
  /** The recorded digest is not the one that a later manifest vouches for. */
  | 'changed-digest'
  | 'bad-signature'
  /** Not signed, although an older one is, or although none is and there is a key to check them with. */
  | 'unsigned'
  /** The recovery point is gone, and no prune has deleted it. */
  | 'lost';

export interface ChainProblem {
  readonly point: string;
  readonly kind: ChainProblemKind;
  readonly message: string;
}

/**
 * Checks the manifests of a job's recovery points against each other: each vouches for all that stood when it was
 * written, so that one that was changed, or is missing, shows.
 */
export function checkChain(standing: ChainStanding): readonly ChainProblem[] {
  const { points, identity } = standing;
  const problems = points.flatMap((point) => {
    const own = ownProblems(point, identity);
    return own.length > 0 ? own : vouchingProblems(point, points);
  });
  return [...problems, ...signatureProblems(standing), ...losses(standing)];
}

function ownProblems(point: ChainedPoint, identity: JobIdentity): ChainProblem[] {
  const { id, sourceSnapshot, manifest } = point;
  if (manifest === undefined) {
    const message = 'its target snapshot holds no manifest that can be read';
    return [{ point: id, kind: 'no-manifest', message }];
  }
  const { job, source, target } = manifest;
  if (manifest.run !== id || manifest.sourceSnapshot !== sourceSnapshot) {
    const message = `its manifest is of run ${manifest.run} and source snapshot ${manifest.sourceSnapshot}`;
    return [{ point: id, kind: 'wrong-manifest', message }];
  }
  if (job !== identity.job || source !== identity.source || target !== identity.target) {
    const message = `its manifest is of job ${job} from ${source} to ${target}`;
    return [{ point: id, kind: 'wrong-manifest', message }];
  }
  return [];
}

function vouchingProblems(
  { id, manifest, digest, targetSnapshot, recordedSnapshot }: ChainedPoint,
  points: readonly ChainedPoint[],
): ChainProblem[] {
  const problems: ChainProblem[] = [];
  // Not only those that are newer by now: whoever replaces a snapshot makes it the newest.
  for (const witness of points) {
    const link = witness.manifest?.chain.points.find(({ run }) => run === id);
    if (link === undefined || witness.id === id) continue;
    if (link.manifest !== null && link.manifest !== manifest?.sha256) {
      const message = `its manifest is not the one that the manifest of ${witness.id} vouches for`;
      problems.push({ point: id, kind: 'changed-manifest', message });
    }
    if (link.snapshot !== null && link.snapshot !== targetSnapshot) {
      const message = `its target snapshot is not ${link.snapshot}, which the manifest of ${witness.id} vouches for: that one was deleted, and another made in its place`;
      problems.push({ point: id, kind: 'replaced', message });
    }
    if (link.digest !== null && digest !== undefined && link.digest !== digest) {
      const message = `its recorded digest is not the one that the manifest of ${witness.id} vouches for`;
      problems.push({ point: id, kind: 'changed-digest', message });
    }
    if (problems.length > 0) break;
  }
  const isOfAnother = recordedSnapshot !== undefined && recordedSnapshot !== targetSnapshot;
  if (isOfAnother && problems.every(({ kind }) => kind !== 'replaced')) {
    const message = `what is recorded of it was proven on target snapshot ${recordedSnapshot}, and another stands in its place`;
    problems.push({ point: id, kind: 'replaced', message });
  }
  return problems;
}

function signatureProblems({ points, hasKey }: ChainStanding): ChainProblem[] {
  const firstSigned = points.findIndex(({ signature }) => signature !== 'none');
  return points.flatMap(({ id, signature, manifest }, index): ChainProblem[] => {
    if (signature === 'invalid') {
      return [{ point: id, kind: 'bad-signature', message: 'the signature of its manifest does not fit' }];
    }
    if (signature === 'other-key') {
      const message = `its manifest is signed with another key, ${manifest?.signedBy ?? 'which it does not name'}`;
      return [{ point: id, kind: 'bad-signature', message }];
    }
    if (signature !== 'none' || manifest === undefined) return [];
    if (firstSigned === -1) {
      // Whoever has deleted all that are signed has left only such.
      if (!hasKey || index < points.length - 1) return [];
      const message = 'no manifest is signed, its own neither, although there is a key to check them with';
      return [{ point: id, kind: 'unsigned', message }];
    }
    if (index < firstSigned) return [];
    return [{ point: id, kind: 'unsigned', message: 'its manifest is not signed, and an older one is' }];
  });
}

function losses({ points, lone, recorded, pruned }: ChainStanding): ChainProblem[] {
  const standing = new Set([...points.map(({ id }) => id), ...lone]);
  // By the run, as a snapshot that was replaced is newer than all others.
  const chain = points
    .filter(({ manifest }) => manifest !== undefined)
    .reduce<ChainedPoint | undefined>((last, point) => (last && last.id > point.id ? last : point), undefined)
    ?.manifest?.chain;
  const vouched = chain?.points.map(({ run }) => run) ?? [];
  const known = [...vouched, ...recorded].filter((run) => !standing.has(run) && !pruned.has(run));
  const noted = chain?.gone.filter(({ run, pruned: isPruned }) => !isPruned && !standing.has(run)) ?? [];
  return [...new Set([...known, ...noted.map(({ run }) => run)])].sort().map((run) => ({
    point: run,
    kind: 'lost',
    message: 'it was a recovery point and is gone, and no prune is known to have deleted it',
  }));
}
