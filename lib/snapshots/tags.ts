import type { Snapshot } from './snapshot-store.ts';

export type SnapshotRole = 'source' | 'target';

export const SNAPSHOT_ROLES: readonly SnapshotRole[] = ['source', 'target'];

/**
 * What a snapshot's metadata says of it, written when it is made and never changed by the service after.
 * Everything needed to find and pair recovery points is in these tags.
 */
export interface SnapshotTags {
  readonly job: string;
  readonly run: string;
  readonly role: SnapshotRole;
  /** The other share of the job, `account/share`: one job's name may be used for another pair elsewhere. */
  readonly counterpart: string;
  /** The version of Sharepair that made it. */
  readonly version: string;
  /** On a target snapshot: the id of the source snapshot that it equals. */
  readonly partner?: string | undefined;
  /** On a target snapshot: files and directories. */
  readonly entries?: number | undefined;
  /** On a target snapshot: the sum of the files' sizes in bytes. */
  readonly bytes?: number | undefined;
  /** On a target snapshot: entries that the run created, overwrote, renamed or gave other properties. */
  readonly changed?: number | undefined;
  /** On a target snapshot: entries that may differ, as the run had failed at them and tolerated it. */
  readonly tolerated?: number | undefined;
}

const PREFIX = 'sharepair_';

/** Metadata for a new snapshot. Never empty, as the service would copy the share's own metadata instead. */
export function tagsToMetadata(tags: SnapshotTags): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags)) {
    if (value !== undefined) metadata[PREFIX + name] = String(value);
  }
  return metadata;
}

/** The tags of a snapshot that Sharepair made; undefined for anybody else's. */
export function tagsOf(snapshot: Pick<Snapshot, 'metadata'>): SnapshotTags | undefined {
  const tag = (name: string): string | undefined => snapshot.metadata[PREFIX + name];
  const job = tag('job');
  const run = tag('run');
  const role = tag('role');
  const counterpart = tag('counterpart');
  if (job === undefined || run === undefined || counterpart === undefined) return undefined;
  if (role !== 'source' && role !== 'target') return undefined;
  return {
    job,
    run,
    role,
    counterpart,
    version: tag('version') ?? '',
    partner: tag('partner'),
    entries: numberOf(tag('entries')),
    bytes: numberOf(tag('bytes')),
    changed: numberOf(tag('changed')),
    tolerated: numberOf(tag('tolerated')),
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
