import type { Entry } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { foldName } from '../files/paths.ts';

/** A source entry and the target entry that stands for it; either may be missing, never both. */
export interface EntryPair {
  readonly source: Entry | undefined;
  readonly target: Entry | undefined;
}

export type Pages = AsyncIterable<ListingPage, undefined>;

/**
 * Pairs the entries of two listings of one directory, page by page and without assuming any order.
 *
 * Keeps in memory only what is still unmatched. Equal names pair at once. What is left when both listings
 * have ended pairs by folded name, as the service compares names without case: such a pair carries two
 * spellings, and its target is to be renamed, not deleted and copied again. Pairs without a source come
 * last, after both listings have ended without an error.
 */
export async function* pairEntries(source: Pages, target: Pages): AsyncGenerator<EntryPair> {
  const unmatchedSource = new Map<string, Entry>();
  const unmatchedTarget = new Map<string, Entry>();
  for await (const [sourcePage, targetPage] of inStep(source, target)) {
    for (const entry of sourcePage) {
      const match = unmatchedTarget.get(entry.name);
      if (match === undefined) unmatchedSource.set(entry.name, entry);
      else {
        unmatchedTarget.delete(entry.name);
        yield { source: entry, target: match };
      }
    }
    for (const entry of targetPage) {
      const match = unmatchedSource.get(entry.name);
      if (match === undefined) unmatchedTarget.set(entry.name, entry);
      else {
        unmatchedSource.delete(entry.name);
        yield { source: match, target: entry };
      }
    }
  }
  yield* pairLeftovers(unmatchedSource, unmatchedTarget);
}

function* pairLeftovers(sources: Map<string, Entry>, targets: Map<string, Entry>): Generator<EntryPair> {
  const byFoldedName = new Map<string, Entry>();
  for (const entry of targets.values()) byFoldedName.set(foldName(entry.name), entry);
  const spare = new Set(targets.values());
  for (const source of sources.values()) {
    const folded = foldName(source.name);
    const target = byFoldedName.get(folded);
    byFoldedName.delete(folded);
    if (target !== undefined) spare.delete(target);
    yield { source, target };
  }
  for (const target of spare) yield { source: undefined, target };
}

/** The pages of both listings, asked for at the same time. */
async function* inStep(source: Pages, target: Pages): AsyncGenerator<[readonly Entry[], readonly Entry[]]> {
  const iterators = [source[Symbol.asyncIterator](), target[Symbol.asyncIterator]()] as const;
  let sourceOpen = true;
  let targetOpen = true;
  while (sourceOpen || targetOpen) {
    const asked: readonly Next[] = [
      sourceOpen ? iterators[0].next() : ended(),
      targetOpen ? iterators[1].next() : ended(),
    ];
    const [fromSource, fromTarget] = (await Promise.allSettled(asked)) as [Settled, Settled];
    if (fromSource.status === 'rejected') throw fromSource.reason;
    if (fromTarget.status === 'rejected') throw fromTarget.reason;
    sourceOpen = fromSource.value.done !== true;
    targetOpen = fromTarget.value.done !== true;
    yield [entriesOf(fromSource.value), entriesOf(fromTarget.value)];
  }
}

type Next = Promise<IteratorResult<ListingPage, undefined>>;
type Settled = PromiseSettledResult<Awaited<Next>>;

async function ended(): Next {
  return { done: true, value: undefined };
}

function entriesOf(result: Awaited<Next>): readonly Entry[] {
  return result.done === true ? [] : result.value.entries;
}
