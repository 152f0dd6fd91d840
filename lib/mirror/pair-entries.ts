import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { foldName } from '../files/paths.ts';
import type { Side } from './listing.ts';
import { ReadAhead } from './read-ahead.ts';
import { SpilledEntries } from './spilled-entries.ts';
import { UnmatchedEntries } from './unmatched-entries.ts';

/** A source entry and the target entry that stands for it; either may be missing, never both. */
export interface EntryPair {
  readonly source: Entry | undefined;
  readonly target: Entry | undefined;
}

export type Pages = AsyncIterable<ListingPage, undefined>;

export interface PairOptions {
  /** Unmatched entries of both sides that are kept in memory; more of them go to a temporary file. */
  readonly unmatchedLimit?: number;
}

const UNMATCHED_LIMIT = 50_000;

/**
 * Pairs the entries of two listings of one directory, page by page and without assuming any order.
 *
 * Equal names pair at once. What is left when both listings have ended pairs by folded name, as the service
 * compares names without case: such a pair carries two spellings, and its target is to be renamed, not deleted
 * and copied again. Once one listing has ended, entries of the other that it has nothing for, under no
 * spelling, come at once. Pairs without a source come only after the source's listing has ended without an error.
 *
 * Keeps in memory what is unmatched, up to a limit, and two pages of each side: the one in work, and the next,
 * which is always under way.
 */
export async function* pairEntries(
  source: Pages,
  target: Pages,
  { unmatchedLimit = UNMATCHED_LIMIT }: PairOptions = {},
): AsyncGenerator<EntryPair> {
  const sides: Sides = { source: new ReadAhead(source), target: new ReadAhead(target) };
  const unmatched = new UnmatchedEntries();
  const spilled = new SpilledEntries(unmatchedLimit);
  try {
    for (let side = laggingSide(sides); side !== undefined; side = laggingSide(sides)) {
      const entries = await nextEntries(sides, side);
      if (entries === undefined) {
        // What was spilled may be what an entry of the other side is to pair with.
        if (spilled.isEmpty) yield* unmatched.end(side);
        continue;
      }
      for (const entry of entries) {
        const pair = unmatched.take(side, entry);
        if (pair !== undefined) yield pair;
      }
      if (unmatched.count > unmatchedLimit) await spilled.add(unmatched.release());
    }
    if (spilled.isEmpty) yield* unmatched.release().pairs();
    else {
      await spilled.add(unmatched.release());
      yield* spilled.pairs();
    }
  } finally {
    await Promise.allSettled([sides.source.close(), sides.target.close(), spilled.close()]);
  }
}

type Sides = Readonly<Record<Side, ReadAhead>>;

/**
 * The side to read on: where both are listed by name, the one that is behind, so that little is unmatched at
 * any time. Only a guess about the order, and nothing but memory depends on it.
 */
function laggingSide({ source, target }: Sides): Side | undefined {
  if (source.hasEnded) return target.hasEnded ? undefined : 'target';
  if (target.hasEnded || source.isAtEnd) return 'source';
  if (target.isAtEnd) return 'target';
  if (source.lastName === undefined) return 'source';
  if (target.lastName === undefined) return 'target';
  return foldName(source.lastName) <= foldName(target.lastName) ? 'source' : 'target';
}

/** Where both sides fail, the source's failure is what counts: it forbids deletions. */
async function nextEntries(sides: Sides, side: Side): Promise<readonly Entry[] | undefined> {
  try {
    return await sides[side].next();
  } catch (error) {
    if (side === 'target' && !sides.source.hasEnded) await sides.source.next();
    throw error;
  }
}
