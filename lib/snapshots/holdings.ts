import { counted } from '../report/counted.ts';
import type { Catalogue, JobIdentity } from './recovery-points.ts';
import type { Snapshot } from './snapshot-store.ts';
import { type SnapshotRole, tagsOf } from './tags.ts';

/** How many of a share's snapshots somebody holds. */
export interface Holding {
  /** `job finance`, `job hr with dr/hr-copy`, `Azure Backup`, `others`. */
  readonly holder: string;
  readonly count: number;
  /** Of these, how many a lease keeps from deletion: of the job's own, those are pinned. */
  readonly leased: number;
}

/** Who holds the snapshots of one of a job's shares: the job itself first, then those with the most. */
export function holdingsOf(
  known: Catalogue,
  { job }: Pick<JobIdentity, 'job'>,
  side: SnapshotRole,
): readonly Holding[] {
  const own = [
    ...known.points.map(({ leased }) => leased.includes(side)),
    ...known.unpaired.filter(({ role }) => role === side).map(({ leased }) => leased),
  ];
  const others = Map.groupBy(
    known.foreign.filter((snapshot) => snapshot.side === side),
    (snapshot) => holderOf(snapshot),
  );
  const foreign = [...others].map(
    ([holder, snapshots]): Holding => ({
      holder,
      count: snapshots.length,
      leased: snapshots.filter(({ leased }) => leased).length,
    }),
  );
  foreign.sort((one, other) => other.count - one.count || (one.holder < other.holder ? -1 : 1));
  const ours = { holder: `job ${job}`, count: own.length, leased: own.filter((leased) => leased).length };
  return own.length === 0 ? foreign : [ours, ...foreign];
}

/** How many snapshots a share has, whoever made them. */
export function countOn({ points, unpaired, foreign }: Catalogue, side: SnapshotRole): number {
  const alone = unpaired.filter(({ role }) => role === side).length;
  return points.length + alone + foreign.filter((snapshot) => snapshot.side === side).length;
}

/** Who made a snapshot: a job of Sharepair, Azure Backup, or others, of whom nothing is known. */
export function holderOf(snapshot: Pick<Snapshot, 'metadata'>): string {
  const tags = tagsOf(snapshot);
  if (tags !== undefined) return `job ${tags.job} with ${tags.counterpart}`;
  return isOfAzureBackup(snapshot) ? AZURE_BACKUP : 'others';
}

export const AZURE_BACKUP = 'Azure Backup';

/** Known by metadata that is not documented; docs/unsettled.md. */
export function isOfAzureBackup({ metadata }: Pick<Snapshot, 'metadata'>): boolean {
  return Object.keys(metadata).some((name) => name.toLowerCase().startsWith('azurebackup'));
}

/** `181 snapshots: 30 of job finance (2 pinned), 151 of Azure Backup (151 leased)`. */
export function describeHoldings(holdings: readonly Holding[], { job }: Pick<JobIdentity, 'job'>): string {
  const total = holdings.reduce((sum, { count }) => sum + count, 0);
  const parts = holdings.map(({ holder, count, leased }) => {
    const held = holder === `job ${job}` ? 'pinned' : 'leased';
    return `${count} of ${holder}${leased === 0 ? '' : ` (${leased} ${held})`}`;
  });
  return parts.length === 0 ? 'no snapshot' : `${counted(total, 'snapshot')}: ${parts.join(', ')}`;
}
