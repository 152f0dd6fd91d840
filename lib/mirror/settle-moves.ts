import { parentPath, type SharePath } from '../files/paths.ts';
import { MoveClaims } from './claim-moves.ts';
import { compareFile } from './compare-file.ts';
import { findEntry } from './find-entry.ts';
import { readProperties } from './metadata-proof.ts';
import { UNMOVED } from './move-tracker.ts';
import type { Arrival, Moves } from './moves.ts';
import { revisitDirectory } from './revisit-directory.ts';
import { restampDirectory } from './stamp-directory.ts';
import {
  attempt,
  type BranchContext,
  branchOut,
  countEntry,
  inBranches,
  type WalkContext,
} from './walk-context.ts';
import { walkDirectory } from './walk-directory.ts';

/**
 * Settles what the walk over the share has put off: entries that were moved are renamed on the target, the
 * others made, and all of them compared to their last file. Nothing is renamed once a listing of the source
 * has failed. Resolves to false when it was stopped; `moves` tells how far it came.
 */
export async function settleMoves(
  walked: WalkContext,
  moves: Moves,
  { isResumed }: { readonly isResumed: boolean },
): Promise<boolean> {
  const claims = await openClaims(walked, moves);
  await claims?.claimArrivals();
  const context = branchOut({ ...walked, moves: claims ?? UNMOVED });
  const unsettled = moves.arrivals.filter(({ isDone }) => !isDone);
  await inBranches(context, unsettled, async (arrival) => {
    // What a slice before has begun, or what another entry has stood for, is compared with what is there.
    const stands = isResumed || arrival.isReplacing || claims?.hasBrought(arrival.path) === true;
    const extent = arrival.kind === 'directory' ? 'unknown' : 'entry';
    await attempt(context, arrival.path, () => settle(context, moves, arrival, stands), extent);
  });
  if (context.stop.aborted) return false;
  const parents = new Set(moves.arrivals.map(({ path }) => parentPath(path)));
  if (claims === undefined || !moves.hasMoved) {
    await inBranches(context, parents, (directory) => restampDirectory(context, directory));
  } else {
    const left = moves.departures.map(({ path }) => parentPath(path));
    const disturbed = new Set([...parents, ...claims.takeDisturbed(), ...left]);
    const settled = new Set(moves.arrivals.map(({ path }) => path));
    // What a slice before has vacated is not known any more.
    const mayBeVacated = (path: SharePath) => !settled.has(path) && (isResumed || claims.hasVacated(path));
    for (
      let pending: ReadonlySet<SharePath> = disturbed;
      pending.size > 0;
      pending = claims.takeDisturbed()
    ) {
      await inBranches(context, pending, (directory) => revisitDirectory(context, directory, mayBeVacated));
    }
  }
  return !context.stop.aborted;
}

async function openClaims(context: WalkContext, moves: Moves): Promise<MoveClaims | undefined> {
  const { past, departures, arrivals } = moves;
  if (past === undefined || departures.length === 0 || arrivals.length === 0) return undefined;
  return context.failures.sourceListingFailed ? undefined : MoveClaims.open(context, past.source, moves);
}

async function settle(
  context: BranchContext,
  moves: Moves,
  { path, kind, cursor }: Arrival,
  stands: boolean,
): Promise<void> {
  const { entry: source } = await readProperties(context.source, path, kind);
  const target = stands ? await findEntry(context.target, path, kind) : undefined;
  if (kind === 'directory') {
    const unfinished = await walkDirectory(
      context,
      path,
      { source, target },
      { from: cursor, until: undefined },
    );
    moves.advance(path, { isDone: unfinished === undefined, cursor: unfinished ?? [] });
    return;
  }
  if (context.stop.aborted) return;
  countEntry(context, source);
  await compareFile(context, path, { source, target }, () => undefined);
  moves.advance(path, { isDone: true, cursor: [] });
}
