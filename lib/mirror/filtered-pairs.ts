import type { DirectoryFilter } from './entry-filter.ts';
import type { EntryPair } from './pair-entries.ts';

/** The pairs of a directory as its filter lets a mirror see them, in the same order. */
export async function* filteredPairs(
  pairs: AsyncIterable<EntryPair>,
  filter: DirectoryFilter,
): AsyncGenerator<EntryPair> {
  for await (const pair of pairs) {
    const judged = filter.judge(pair);
    if (judged !== undefined) yield judged;
  }
}
