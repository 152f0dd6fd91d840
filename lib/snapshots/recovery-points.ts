import type { Snapshot } from './snapshot-store.ts';
import { type SnapshotRole, type SnapshotTags, tagsOf } from './tags.ts';
import { findTwins } from './twins.ts';

/** The source snapshot and the target snapshot of one run. */
export interface RecoveryPoint {
  /** The run id, which names the recovery point too. */
  readonly id: string;
  readonly job: string;
  /** When the run began, ISO 8601 in whole seconds, as its id says. */
  readonly time: string;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
  readonly entries: number | undefined;
  readonly bytes: number | undefined;
  /** Entries that its run created, overwrote, renamed or gave other properties, where one mirror has counted them all. */
  readonly changed?: number | undefined;
  /** Entries that may differ, as the run had failed at them and tolerated it. */
  readonly tolerated?: number | undefined;
  /** Whether a lease holds one of its snapshots. */
  readonly pinned: boolean;
  /** Which of its snapshots a lease holds, whoever took it. */
  readonly leased: readonly SnapshotRole[];
}

/** A snapshot of Sharepair's without the other half of its pair. */
export interface UnpairedSnapshot {
  readonly role: SnapshotRole;
  readonly job: string;
  readonly run: string;
  readonly snapshot: string;
  readonly leased: boolean;
  /** Whether another snapshot of the same run stands for it: a request whose answer was lost was sent again. */
  readonly twin: boolean;
  /** Of a target snapshot: the id of the source snapshot that it equals. */
  readonly partner: string | undefined;
}

/** A snapshot that somebody else made, and that uses up one of the share's 200 all the same. */
export interface ForeignSnapshot {
  readonly side: SnapshotRole;
  readonly snapshot: string;
  readonly leased: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whose recovery points are asked for: a job, and its two shares as `account/share`. */
export interface JobIdentity {
  readonly job: string;
  readonly source: string;
  readonly target: string;
}

export interface Catalogue {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly unpaired: readonly UnpairedSnapshot[];
  readonly foreign: readonly ForeignSnapshot[];
}

/**
 * Reads a job's recovery points from the snapshots of its two shares alone.
 *
 * A target snapshot is made only after the mirror of its partner was complete; it names the partner, and
 * the pair counts only if that very snapshot is still there and carries the same run id.
 */
export function catalogue(
  identity: JobIdentity,
  source: readonly Snapshot[],
  target: readonly Snapshot[],
): Catalogue {
  const { job } = identity;
  const sources = sortOut(identity, 'source', source);
  const targets = sortOut(identity, 'target', target);
  const points: RecoveryPoint[] = [];
  const paired = new Set<string>();
  for (const { snapshot, tags } of targets.own) {
    const partner = sources.own.find((own) => own.snapshot.id === tags.partner && own.tags.run === tags.run);
    // A second target snapshot of one run is a twin that a repeated request made; the older one counts.
    if (partner === undefined || points.some((point) => point.id === tags.run)) continue;
    paired.add(`source ${partner.snapshot.id}`).add(`target ${snapshot.id}`);
    points.push({
      id: tags.run,
      job,
      time: timeOfRun(tags.run) ?? snapshot.id,
      sourceSnapshot: partner.snapshot.id,
      targetSnapshot: snapshot.id,
      entries: tags.entries,
      bytes: tags.bytes,
      changed: tags.changed,
      tolerated: tags.tolerated,
      pinned: partner.snapshot.leased || snapshot.leased,
      leased: [
        ...(partner.snapshot.leased ? (['source'] as const) : []),
        ...(snapshot.leased ? (['target'] as const) : []),
      ],
    });
  }
  const runs = new Set(points.map(({ id }) => id));
  const twins = twinsOf(sources.own, targets.own);
  return {
    // The service's clock orders them, whatever the clocks of the machines that ran them said.
    points: points.sort((a, b) => (a.targetSnapshot < b.targetSnapshot ? -1 : 1)),
    unpaired: [...sources.own, ...targets.own]
      .filter(({ snapshot, tags }) => !paired.has(`${tags.role} ${snapshot.id}`))
      .map(({ snapshot, tags }) => ({
        role: tags.role,
        job,
        run: tags.run,
        snapshot: snapshot.id,
        leased: snapshot.leased,
        twin: runs.has(tags.run) || twins.has(snapshot),
        partner: tags.partner,
      })),
    foreign: [...sources.foreign, ...targets.foreign],
  };
}

interface OwnSnapshot {
  readonly snapshot: Snapshot;
  readonly tags: SnapshotTags;
}

/** Those for which another of the same run stands. */
function twinsOf(sources: readonly OwnSnapshot[], targets: readonly OwnSnapshot[]): ReadonlySet<Snapshot> {
  const partners = new Set(targets.flatMap(({ tags }) => tags.partner ?? []));
  const found = [sources, targets].flatMap((side) =>
    findTwins(
      side.map(({ snapshot }) => snapshot),
      partners,
    ),
  );
  return new Set(found.flatMap(({ drop }) => drop));
}

/** The time in a run id, `20261121T053000Z-7f3a` being `2026-11-21T05:30:00Z`. */
export function timeOfRun(run: string): string | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(run);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function sortOut(identity: JobIdentity, side: SnapshotRole, snapshots: readonly Snapshot[]) {
  const counterpart = side === 'source' ? identity.target : identity.source;
  const isOwn = (tags: SnapshotTags | undefined): tags is SnapshotTags =>
    tags?.job === identity.job && tags.role === side && tags.counterpart === counterpart;
  const tagged = snapshots.map((snapshot) => ({ snapshot, tags: tagsOf(snapshot) }));
  return {
    own: tagged.flatMap(({ snapshot, tags }) => (isOwn(tags) ? [{ snapshot, tags }] : [])),
    foreign: tagged
      .filter(({ tags }) => !isOwn(tags))
      .map(({ snapshot }) => ({
        side,
        snapshot: snapshot.id,
        leased: snapshot.leased,
        metadata: snapshot.metadata,
      })),
  };
}
