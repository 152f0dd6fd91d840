import type { FrozenManifest } from '../target/frozen-manifest.ts';

/** What was made out about a signature. `unchecked`: there is no public key to check it with. */
export type SignatureState = 'none' | 'valid' | 'invalid' | 'other-key' | 'unchecked';

/** A recovery point as the chain of manifests is checked. */
export interface ChainedPoint {
  readonly id: string;
  readonly sourceSnapshot: string;
  readonly manifest: FrozenManifest | undefined;
  readonly signature: SignatureState;
  /** The digest that is recorded beside it now; undefined where there is none. */
  readonly digest: string | undefined;
}

export interface ChainStanding {
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
  /** The manifest is of another run or another source snapshot. */
  | 'wrong-manifest'
  /** The manifest is not the one that a later one vouches for. */
  | 'changed-manifest'
  /** The recorded digest is not the one that a later manifest vouches for. */
  | 'changed-digest'
  | 'bad-signature'
  /** Not signed, although an older one is. */
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
  const { points } = standing;
  const problems = points.flatMap((point) => {
    const own = ownProblems(point);
    return own.length > 0 ? own : vouchingProblems(point, points);
  });
  return [...problems, ...signatureProblems(points), ...losses(standing)];
}

function ownProblems({ id, sourceSnapshot, manifest }: ChainedPoint): ChainProblem[] {
  if (manifest === undefined) {
    const message = 'its target snapshot holds no manifest that can be read';
    return [{ point: id, kind: 'no-manifest', message }];
  }
  if (manifest.run === id && manifest.sourceSnapshot === sourceSnapshot) return [];
  const message = `its manifest is of run ${manifest.run} and source snapshot ${manifest.sourceSnapshot}`;
  return [{ point: id, kind: 'wrong-manifest', message }];
}

function vouchingProblems(
  { id, manifest, digest }: ChainedPoint,
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
    if (link.digest !== null && digest !== undefined && link.digest !== digest) {
      const message = `its recorded digest is not the one that the manifest of ${witness.id} vouches for`;
      problems.push({ point: id, kind: 'changed-digest', message });
    }
    if (problems.length > 0) break;
  }
  return problems;
}

function signatureProblems(points: readonly ChainedPoint[]): ChainProblem[] {
  const firstSigned = points.findIndex(({ signature }) => signature !== 'none');
  return points.flatMap(({ id, signature, manifest }, index): ChainProblem[] => {
    if (signature === 'invalid') {
      return [{ point: id, kind: 'bad-signature', message: 'the signature of its manifest does not fit' }];
    }
    if (signature === 'other-key') {
      const message = `its manifest is signed with another key, ${manifest?.signedBy ?? 'which it does not name'}`;
      return [{ point: id, kind: 'bad-signature', message }];
    }
    if (signature !== 'none' || firstSigned === -1 || index < firstSigned || manifest === undefined)
      return [];
    const message = 'its manifest is not signed, and an older one is';
    return [{ point: id, kind: 'unsigned', message }];
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
    message: 'it was a recovery point, is gone, and was deleted by no prune',
  }));
}
