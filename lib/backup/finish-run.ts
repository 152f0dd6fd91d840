import { messageOf } from '../report/message-of.ts';
import { leftToPerson, refusalToPrune } from '../snapshots/guard-prune.ts';
import { carryOutPrune, decidePrune } from '../target/carry-out-prune.ts';
import { recordLevel } from '../target/levels.ts';
import { readCatalogue } from '../target/read-catalogue.ts';
import { endRun, type RunState, type VerificationState, writeRunState } from '../target/run-state.ts';
import type { RunTerms } from '../target/run-terms.ts';
import type { LockedTarget } from '../target/with-locked-target.ts';
import type { BackupResult, RunScope } from './run-scope.ts';
import { verifyPoint } from './verify-point.ts';

export interface SnapshotPair {
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
}

/**
 * From the two snapshots on: prove, record, close the run, prune.
 * @param terms undefined where the manifest of the recovery point does not tell them, so that nothing is proven
 */
export async function finishRun(
  scope: RunScope,
  locked: LockedTarget,
  state: RunState,
  pair: SnapshotPair,
  terms: RunTerms | undefined,
): Promise<BackupResult> {
  const { folder } = locked;
  const { sourceSnapshot, targetSnapshot } = pair;
  const tolerated = terms?.tolerated;
  const point = { id: scope.run, sourceSnapshot, targetSnapshot };
  scope.phase('verify');
  // What was compared of other snapshots says nothing of these.
  const earlier = state.verification?.targetSnapshot === targetSnapshot ? state.verification : undefined;
  const keep = (verification: VerificationState) =>
    writeRunState(folder, { ...state, sourceSnapshot, verification });
  const proven = await verifyPoint(scope, folder, { ...pair, terms, earlier, keep });
  const { message, entries } = proven;
  if (proven.kind === 'stopped') {
    await keep(proven.verification);
    return { outcome: 'incomplete', message, point: { ...point, level: 'copied' }, tolerated };
  }
  if (proven.kind === 'failed') {
    // The recovery point stays what it is, a copy; the next run makes another rather than waiting for this one.
    await endRun(folder, undefined);
    return { outcome: 'incomplete', message, point: { ...point, level: 'copied' }, tolerated };
  }
  const digest = proven.level === 'differs' ? undefined : proven.digest;
  const proof = { sourceSnapshot, targetSnapshot, entries, digest };
  await recordLevel(folder, scope.run, proven.level, proof);
  await endRun(folder, undefined);
  if (proven.level === 'differs') {
    return { outcome: 'differs', message, point: { ...point, level: 'differs' }, entries, tolerated };
  }
  const result = { point: { ...point, level: proven.level }, entries, tolerated };
  scope.phase('prune');
  try {
    const plan = await decidePrune(scope.shares, await readCatalogue(scope.shares), folder, {
      runInProgress: scope.run,
    });
    const refusal = refusalToPrune(scope.job, plan);
    if (refusal !== undefined) {
      const left = `${message}, and the recovery point is good; but the prune was left to a person: ${leftToPerson(refusal, scope.job)}`;
      return { outcome: 'guard', message: left, ...result };
    }
    const { points: pruned, failure } = await carryOutPrune(plan, scope.shares, locked);
    return failure === undefined
      ? { outcome: 'complete', message, ...result, pruned }
      : { outcome: 'failed', message: withFailedPrune(message, failure), ...result, pruned };
  } catch (error) {
    return { outcome: 'failed', message: withFailedPrune(message, error), ...result };
  }
}

function withFailedPrune(message: string, error: unknown): string {
  return `${message}, and the recovery point is good; but the prune failed, so that older ones than the policy keeps are there still: ${messageOf(error)}`;
}
