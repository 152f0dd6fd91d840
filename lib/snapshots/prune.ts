import { RequestFailedError } from '../azure/errors.ts';
import type { RetentionPolicy } from '../jobs/configuration.ts';
import type { VerificationLevel } from '../report/events.ts';
import { decideOrphans, type OrphanDecision } from './orphans.ts';
import type { Catalogue, RecoveryPoint } from './recovery-points.ts';
import { type RetentionDecision, type RetentionReason, retainPoints } from './retain-points.ts';
import { isOfAnotherLease } from './share-leases.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export interface PrunePlan {
  readonly keep: readonly RetentionDecision[];
  readonly drop: readonly (RecoveryPoint & { readonly reasons: readonly RetentionReason[] })[];
  /** Snapshots without their other half that are to go. */
  readonly superseded: readonly OrphanDecision[];
  /** Those that stay for now. */
  readonly spared: readonly OrphanDecision[];
}

export interface PruneOptions {
  readonly policy: RetentionPolicy;
  /** IANA name; whose hours, days, weeks, months and years the policy counts. */
  readonly timeZone: string;
  /** Spared, whatever the policy says. */
  readonly runInProgress: string | undefined;
  /** Whether room has to be made for another recovery point; see `retain`. */
  readonly forRoom?: boolean | undefined;
  readonly levelOf: (run: string) => VerificationLevel;
  /**
   * Runs known to have no recovery point, or to have lost it to a prune that was cut off. Without that knowledge
   * a lone source snapshot counts as half of a recovery point: its partner may have been deleted by mistake.
   */
  readonly abandoned: ReadonlySet<string>;
  /** Recovery points whose only leases are pins of ours that are to be released before anything is deleted. */
  readonly released: ReadonlySet<string>;
  readonly now: Date;
}

/** Decides what a prune would delete. Deletes nothing. */
export function planPrune(found: Catalogue, options: PruneOptions): PrunePlan {
  const known = { ...found, points: found.points.map((point) => withoutPin(point, options.released)) };
  const newest = known.points.at(-1);
  const { keep, drop } = retainPoints(known.points, options);
  const reasonsToDrop = new Map(drop.map(({ id, reasons }) => [id, reasons]));
  const orphans = decideOrphans(known, options);
  return {
    keep,
    drop: known.points.flatMap((point) => {
      const reasons = reasonsToDrop.get(point.id);
      // The two that must never go are looked at once more, whatever was decided.
      return reasons === undefined || point.pinned || point === newest ? [] : [{ ...point, reasons }];
    }),
    superseded: orphans.filter(({ kept, leased }) => !kept && !leased),
    spared: orphans.filter(({ kept }) => kept),
  };
}

function withoutPin(point: RecoveryPoint, released: ReadonlySet<string>): RecoveryPoint {
  return released.has(point.id) ? { ...point, pinned: false, leased: [] } : point;
}

/** What became of a prune. */
export interface PruneResult {
  /** The recovery points that are gone: at least their target snapshots. */
  readonly points: readonly string[];
  /** Those that were to go and certainly stand: leased in the meantime, refused, or not come to. */
  readonly standing: readonly string[];
  /** The snapshots without their other half that are gone. */
  readonly lone: readonly string[];
  /** Why not everything could be deleted; undefined where nothing but leases stood in the way. */
  readonly failure: unknown;
}

/**
 * Carries a prune out. The target snapshot of a pair goes first: what a kill then leaves behind is a lone
 * source snapshot, which the next prune knows as superseded. What somebody has leased since the plan was made
 * stays. What cannot be deleted for a reason of its own keeps nothing else; any other failure ends the prune.
 * @param most how many recovery points may go
 */
export async function prune(
  plan: Pick<PrunePlan, 'drop' | 'superseded'>,
  source: SnapshotStore,
  target: SnapshotStore,
  most = Number.POSITIVE_INFINITY,
): Promise<PruneResult> {
  const points: string[] = [];
  const lone: string[] = [];
  const standing = new Set(plan.drop.map(({ id }) => id));
  let failure: unknown;
  const remove = async (store: SnapshotStore, snapshot: string): Promise<Removal> => {
    const removal = await removalOf(store, snapshot);
    if (removal.kind === 'failed') failure ??= removal.error;
    return removal;
  };
  const result = (): PruneResult => ({ points, standing: [...standing], lone, failure });
  for (const { id, sourceSnapshot, targetSnapshot } of plan.drop) {
    if (points.length >= most) break;
    const ofTarget = await remove(target, targetSnapshot);
    if (ofTarget.kind === 'failed' && !ofTarget.isThere) standing.delete(id);
    if (endsPrune(ofTarget)) return result();
    if (ofTarget.kind !== 'gone') continue;
    standing.delete(id);
    points.push(id);
    if (endsPrune(await remove(source, sourceSnapshot))) return result();
  }
  for (const { role, snapshot } of plan.superseded) {
    const removal = await remove(role === 'source' ? source : target, snapshot);
    if (removal.kind === 'gone') lone.push(snapshot);
    if (endsPrune(removal)) return result();
  }
  return result();
}

type Removal =
  | { readonly kind: 'gone' | 'leased' }
  /** `isThere`: the service has refused, so that the snapshot is there still; else nobody knows. */
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly isThere: boolean;
      readonly isOfThis: boolean;
    };

async function removalOf(store: SnapshotStore, snapshot: string): Promise<Removal> {
  try {
    await store.delete(snapshot);
    return { kind: 'gone' };
  } catch (error) {
    if (isOfAnotherLease(error)) return { kind: 'leased' };
    const status = error instanceof RequestFailedError ? error.status : 0;
    const isOfThis = status === 404 || status === 409 || status === 412;
    return { kind: 'failed', error, isThere: isRefusedDeletion(error), isOfThis };
  }
}

/** What failed may also be the look whether a snapshot that is said to be missing is there still. */
function isRefusedDeletion(error: unknown): boolean {
  if (!(error instanceof RequestFailedError)) return false;
  const { status, operation } = error.failure;
  const isDeletion = operation === 'DeleteShare' || operation === 'ArmDeleteSnapshot';
  return isDeletion && status >= 400 && status < 500 && status !== 408;
}

function endsPrune(removal: Removal): boolean {
  return removal.kind === 'failed' && !removal.isOfThis;
}
