import { copySource } from '../azure/copy-source.ts';
import { emptyShareReader } from '../files/empty-share-reader.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { Limiter } from '../limiter.ts';
import { applyChanges } from '../mirror/apply-changes.ts';
import { HeldChanges } from '../mirror/held-changes.ts';
import { mirrorSlice, type SliceOutcome } from '../mirror/mirror-slice.ts';
import { FRESH_MIRROR } from '../mirror/mirror-state.ts';
import { PermissionMap } from '../mirror/permission-map.ts';
import { PlanRecorder, recordChanges } from '../mirror/plan.ts';
import { PlannedRenames } from '../mirror/planned-renames.ts';
import { PlannedSource } from '../mirror/planned-source.ts';
import { PlannedWriter } from '../mirror/planned-writer.ts';
import { Progress } from '../mirror/progress.ts';
import {
  billedTransactions,
  estimateCost,
  type PriceTable,
  type SideRequests,
  type SideTransactions,
} from '../report/billing.ts';
import type { Plan } from '../report/plan.ts';
import { requestsSince, sumOfRequests } from '../report/request-tally.ts';
import { type Guarded, pastShares, sliceContext } from './compare-shares.ts';
import type { RunBases } from './run-bases.ts';
import type { RunScope } from './run-scope.ts';
import { selectionOf } from './run-selection.ts';

export interface PlanOptions {
  readonly bases: RunBases;
  readonly targetExists: boolean;
  /** How many changes the plan names one by one. */
  readonly namedChanges: number;
  readonly prices: PriceTable | undefined;
  /** Told how many entries would be deleted or overwritten, when everything that a run's guard sees is known. */
  readonly askGuard: (guarded: Guarded, count: number) => void;
}

export interface PlannedMirror {
  readonly outcome: SliceOutcome;
  readonly plan: Plan;
}

/** Stands for the snapshot that a run will make, as the length of a source URL may decide how a file is copied. */
const COMING_SNAPSHOT = '0001-01-01T00:00:00.0000000Z';

/**
 * Mirrors the live source share with a writer that sends nothing, by the very code of a run, and keeps what
 * that code has asked for.
 */
export async function planMirror(scope: RunScope, options: PlanOptions): Promise<PlannedMirror> {
  const { source, target } = scope.shares;
  const { targetExists, bases, namedChanges, prices } = options;
  const selection = selectionOf(scope, bases);
  scope.sample = selection.sample;
  const signer = copySource({ account: source.account, share: source.share, snapshot: COMING_SNAPSHOT });
  await signer.url('');
  const { sides } = scope.tally;
  const before = { source: { ...sides.source }, target: { ...sides.target } };
  const sourceReader = new PlannedSource(new RestShareReader(source.account, source.share));
  const writer = new PlannedWriter(target.share);
  const targetReader = new PlannedRenames(
    targetExists ? new RestShareReader(target.account, target.share) : emptyShareReader(target.share),
    writer,
    target.account.name,
  );
  const permissions = new PermissionMap(sourceReader.walked, targetReader, writer);
  const recorder = new PlanRecorder(namedChanges);
  const carriedOut = new Progress();
  const carryOut = applyChanges({
    source: sourceReader.unread,
    target: targetReader,
    writer,
    permissions,
    progress: carriedOut,
    copySource: signer,
    ranges: new Limiter(scope.requests.concurrency),
    stop: scope.stop,
  });
  const past = pastShares(scope.shares, bases.previous);
  const context = sliceContext(scope, {
    source: sourceReader.walked,
    target: targetReader,
    permissions,
    changes: recordChanges(recorder, carryOut),
    isFinished: async () => true,
    failures: scope.failures,
    bases,
    selection,
    past,
    partlyRead: [],
    stop: scope.stop,
  });
  // What is to be removed is listed once more, which the verification at the end of a run does not repeat.
  let pages: number | undefined;
  const outcome = await mirrorSlice(context, {
    state: FRESH_MIRROR,
    past,
    held: new HeldChanges('pass'),
    // A first copy overwrites nothing that a recovery point holds.
    mayOverwrite:
      bases.newest === undefined || scope.allowChanges
        ? undefined
        : (overwrites) => {
            options.askGuard('changes', overwrites);
            return true;
          },
    mayDelete: (deletes) => {
      options.askGuard('deletes', deletes);
      pages = sourceReader.pages;
      return true;
    },
    beforeRemoval: async () => undefined,
  });
  const mirror: SideRequests = {
    source: sumOfRequests(requestsSince(before.source, sides.source), { GetFile: sourceReader.reads }),
    target: sumOfRequests(requestsSince(before.target, sides.target), writer.requests),
  };
  const listings = { ListFiles: pages ?? sourceReader.pages, GetDirectoryProperties: 1 };
  const transactions = runTransactions(mirror, listings);
  const { bytesCopied, bytesThroughClient } = carriedOut;
  const moved = bytesCopied + bytesThroughClient;
  const plan = {
    ...recorder.plan(),
    bytes: bytesCopied,
    bytesThroughClient,
    requests: { mirror, verification: { source: listings, target: listings } },
    transactions,
    cost: prices === undefined ? null : estimateCost(transactions, moved, prices),
  };
  return { outcome, plan };
}

/** Of the mirror, and of the listings of both snapshots that prove it. */
function runTransactions(mirror: SideRequests, listings: SideRequests['source']): SideTransactions {
  return billedTransactions({
    source: sumOfRequests(mirror.source, listings),
    target: sumOfRequests(mirror.target, listings),
  });
}
