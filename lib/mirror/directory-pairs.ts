import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { EntryFilter } from './entry-filter.ts';
import { filteredPairs } from './filtered-pairs.ts';
import { noPages, pagesOf } from './listing.ts';
import { type EntryPair, type Pages, pairEntries } from './pair-entries.ts';

export interface FilteredShares {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly filter: EntryFilter;
}

/**
 * The entries of one directory of both shares, paired by name, as the filter lets them be seen. Pairs without a
 * source come only after the source was listed to its end.
 * @throws {ListingFailure}
 */
export function directoryPairs(
  { source, target, filter }: FilteredShares,
  path: SharePath,
  { targetExists = true, sourcePages = pagesOf(source, path, 'source') }: PairOptions = {},
): AsyncGenerator<EntryPair> {
  const pairs = pairEntries(sourcePages, targetExists ? pagesOf(target, path, 'target') : noPages());
  return filter.isEverything ? pairs : filteredPairs(pairs, filter.within(path));
}

export interface PairOptions {
  readonly targetExists?: boolean;
  /** The listing of the source, where more is made of it than pairs. */
  readonly sourcePages?: Pages | undefined;
}

/** A source directory and the target directory of that name; undefined where the target lacks it. */
export interface DirectoryPair {
  readonly source: Entry;
  readonly target: Entry | undefined;
}

/** A target entry that the source lacks, or has as another kind. */
export function isSurplus(pair: EntryPair): pair is Surplus {
  return pair.target !== undefined && pair.source?.kind !== pair.target.kind;
}

export interface Surplus extends EntryPair {
  readonly target: NonNullable<EntryPair['target']>;
}
