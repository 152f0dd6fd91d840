import { describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { Entry, RangeDifference } from '../../../lib/files/entry.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { type ContentChange, contentChange } from '../../../lib/mirror/content-change.ts';
import { EVERYTHING, entryFilter } from '../../../lib/mirror/entry-filter.ts';
import { NO_FILTER } from '../../../lib/mirror/filter-rules.ts';
import { PastShare } from '../../../lib/mirror/past-share.ts';
import type { PointTerms } from '../../../lib/mirror/point-terms.ts';
import { LARGEST_COPY_FILE } from '../../../lib/mirror/transfer-file.ts';
import { patchMarker } from '../../../lib/mirror/unfinished-marker.ts';
import { entry } from '../../support/entries.ts';

const UNTOUCHED: RangeDifference = { written: [], cleared: [] };
const WRITTEN: RangeDifference = { written: [{ start: 0, end: 511 }], cleared: [] };
const CLEARED: RangeDifference = { written: [], cleared: [{ start: 0, end: 511 }] };
const LARGE = LARGEST_COPY_FILE + 1;

const TERMS: PointTerms = { sourceSnapshot: 's1', filter: EVERYTHING, tolerated: [] };

interface Side {
  readonly now?: Partial<Entry>;
  /** Null where nothing stood there. */
  readonly before?: Partial<Entry> | null;
  readonly difference?: RangeDifference | undefined;
}

/** The file "a" is id 1 of 3 bytes at the source and id 7 at the target, then and now, unless told otherwise. */
async function find(
  source: Side,
  target: Side = {},
  terms: PointTerms | null = TERMS,
): Promise<ContentChange> {
  const sides = { source: { fileId: '1', etag: 's', ...source.now }, target: { fileId: '7', ...target.now } };
  const now = {
    source: reader('s2', 'difference' in source ? source.difference : UNTOUCHED, []),
    target: reader(undefined, 'difference' in target ? target.difference : WRITTEN, []),
  };
  const past = {
    source: new PastShare(reader('s1', undefined, then({ fileId: '1', etag: 's' }, source.before))),
    target: new PastShare(reader('t1', undefined, then({ fileId: '7' }, target.before))),
    terms: terms ?? undefined,
  };
  return contentChange(
    now,
    past,
  )({
    path: 'a',
    pastPath: 'a',
    source: entry('a', sides.source),
    target: entry('a', sides.target),
  });
}

function then(usual: Partial<Entry>, given: Partial<Entry> | null | undefined): Entry[] {
  return given === null ? [] : [entry('a', { ...usual, ...given })];
}

function reader(
  snapshot: string | undefined,
  difference: RangeDifference | undefined,
  entries: Entry[],
): ShareReader {
  return {
    ...emptyShareReader('share'),
    snapshot,
    difference: async () => difference,
    listPage: async () => ({ entries, nextMarker: undefined }),
  };
}

describe('contentChange', () => {
  it('finds none where neither side was written since the previous recovery point', async () => {
    expect(await find({ difference: UNTOUCHED })).toEqual({ kind: 'none' });
  });

  it('asks the target for its ranges only where its ETag has moved', async () => {
    expect(await find({}, { difference: WRITTEN })).toEqual({ kind: 'none' });
    const moved = { now: { etag: 'other' } };
    expect(await find({}, { ...moved, difference: WRITTEN })).toEqual({ kind: 'whole' });
    expect(await find({}, { ...moved, difference: UNTOUCHED })).toEqual({ kind: 'none' });
    expect(await find({}, { ...moved, difference: undefined })).toEqual({ kind: 'whole' });
  });

  it.each([
    ['written', WRITTEN],
    ['cleared', CLEARED],
    ['changed in a way that the service cannot tell', undefined],
  ])('takes a small file whole of which a range was %s', async (_, difference) => {
    expect(await find({ difference })).toEqual({ kind: 'whole' });
  });

  it('takes only the ranges of a large one', async () => {
    const large = { now: { size: LARGE }, before: { size: LARGE } };
    expect(await find({ ...large, difference: WRITTEN }, large)).toEqual({
      kind: 'ranges',
      difference: WRITTEN,
      since: 's1',
      present: [],
    });
  });

  it('takes no ranges of a large file whose target is not what the recovery point has', async () => {
    const large = { now: { size: LARGE }, before: { size: LARGE } };
    const written = { ...large, now: { ...large.now, etag: 'other' }, difference: WRITTEN };
    expect(await find({ ...large, difference: WRITTEN }, written)).toEqual({ kind: 'whole' });
  });

  it('goes on with a patch that was cut short, with what the target has of it', async () => {
    const large = { now: { size: LARGE }, before: { size: LARGE } };
    const lastWriteTime = patchMarker('s2', 's1', 'a', entry('a', { size: LARGE }));
    const begun = { before: large.before, now: { size: LARGE, lastWriteTime, etag: 'other' } };
    expect(await find({ ...large, difference: WRITTEN }, { ...begun, difference: CLEARED })).toEqual({
      kind: 'ranges',
      difference: WRITTEN,
      since: 's1',
      present: CLEARED.written,
    });
  });

  it('takes a file whole whose path named another one then, as after a swap of two names', async () => {
    expect(await find({ before: { fileId: '2' } })).toEqual({ kind: 'whole' });
    expect(await find({}, { before: { fileId: '8' } })).toEqual({ kind: 'whole' });
    expect(await find({ before: null })).toEqual({ kind: 'whole' });
    expect(await find({}, { before: null })).toEqual({ kind: 'whole' });
  });

  it('takes a file whole that was not equal in the recovery point, as it had failed and was tolerated', async () => {
    const stale = { lastWriteTime: '2020-01-01T00:00:00.0000000Z' };
    expect(await find({}, { before: stale })).toEqual({ kind: 'whole' });
  });

  it.each<[string, PointTerms | null]>([
    ['had left out', { ...TERMS, filter: entryFilter({ ...NO_FILTER, exclude: ['a'] }) }],
    ['had failed at and tolerated', { ...TERMS, tolerated: ['A'] }],
    ['may have left out, as nothing tells', null],
  ])('takes a file whole that the run of the recovery point %s', async (_, terms) => {
    expect(await find({ difference: UNTOUCHED }, {}, terms)).toEqual({ kind: 'whole' });
  });

  it('asks for nothing where the sizes of a small file differ', async () => {
    const change = contentChange(
      { source: emptyShareReader('s'), target: emptyShareReader('t') },
      {
        source: new PastShare({ ...emptyShareReader('s'), snapshot: 's1' }),
        target: new PastShare({ ...emptyShareReader('t'), snapshot: 't1' }),
        terms: TERMS,
      },
    );
    const file = { path: 'a', pastPath: 'a', source: entry('a', { size: 5 }), target: entry('a') };
    expect(await change(file)).toEqual({ kind: 'whole' });
  });

  it('knows nothing without a previous recovery point', async () => {
    const change = contentChange({ source: emptyShareReader('s'), target: emptyShareReader('t') }, undefined);
    expect(await change({ path: 'a', pastPath: 'a', source: entry('a'), target: entry('a') })).toEqual({
      kind: 'whole',
    });
  });
});
