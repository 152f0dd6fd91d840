import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { EVERYTHING } from '../../../lib/mirror/entry-filter.ts';
import type { ContentState } from '../../../lib/verify/content-state.ts';
import { type ContentOptions, verifyContent } from '../../../lib/verify/verify-content.ts';
import { listedShare } from '../../support/listed-share.ts';

const terms = { filter: EVERYTHING, tolerated: [] };
const share = fc
  .uniqueArray(fc.stringMatching(/^([a-c]\/){0,2}[0-9]\.f$/), { maxLength: 25 })
  .chain((paths) =>
    fc.record({
      paths: fc.constant(paths),
      different: fc.subarray(paths),
      pageSize: fc.integer({ min: 1, max: 6 }),
      concurrency: fc.integer({ min: 1, max: 5 }),
    }),
  );

function pairOf(paths: readonly string[], different: readonly string[], pageSize: number) {
  const source = new Map(paths.map((path) => [path, Buffer.from(path)]));
  const target = new Map(source);
  for (const path of different) target.set(path, Buffer.from(path.replace('.', '!')));
  return { source: listedShare(source, pageSize), target: listedShare(target, pageSize) };
}

/** Stops after so many files. */
function stoppingAfter(files: number): Pick<ContentOptions, 'stop' | 'onProgress'> {
  const stop = new AbortController();
  let read = 0;
  const onProgress = () => {
    read += 1;
    if (read >= files) stop.abort();
  };
  return { stop: stop.signal, onProgress };
}

describe('a reading that is carried on', () => {
  it('proves what one in one go does, however often it was stopped', async () => {
    await fc.assert(
      fc.asyncProperty(share, fc.integer({ min: 1, max: 7 }), async (drawn, files) => {
        const { paths, different, pageSize, concurrency } = drawn;
        const { source, target } = pairOf(paths, different, pageSize);
        let from: ContentState | undefined;
        for (let pieces = 0; ; pieces += 1) {
          expect(pieces).toBeLessThanOrEqual(paths.length + 1);
          const keep = async (state: ContentState) => {
            from = JSON.parse(JSON.stringify(state));
          };
          const options = { terms, concurrency, from, keep, ...stoppingAfter(files) };
          const found = await verifyContent(source, target, options);
          expect(found.failure).toBeUndefined();
          if (found.stopped) continue;
          expect(found).toMatchObject({ filesRead: paths.length, differences: different.length });
          expect([...found.different].sort()).toEqual([...different].sort());
          expect(found.fileBytes).toBe(paths.reduce((sum, path) => sum + path.length, 0));
          return;
        }
      }),
      { numRuns: 80 },
    );
  });

  it('proves the same from whatever was written down before a kill', async () => {
    await fc.assert(
      fc.asyncProperty(share, async ({ paths, different, pageSize, concurrency }) => {
        const { source, target } = pairOf(paths, different, pageSize);
        const stop = new AbortController().signal;
        const states: ContentState[] = [];
        const keep = async (state: ContentState) => {
          states.push(state);
        };
        await verifyContent(source, target, { terms, concurrency, stop, keep, keepEveryMs: 0 });
        for (const from of states) {
          const found = await verifyContent(source, target, { terms, concurrency, stop, from });
          expect(found).toMatchObject({ filesRead: paths.length, differences: different.length });
          expect(found.different).toHaveLength(different.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([400, 403])(
    'begins anew only where the service no longer knows where to go on: %i',
    async (status) => {
      const paths = Array.from({ length: 6 }, (_, file) => `${file}.f`);
      const { source, target } = pairOf(paths, ['0.f'], 2);
      let from: ContentState | undefined;
      const keep = async (state: ContentState) => {
        from = state;
      };
      await verifyContent(source, target, { terms, concurrency: 1, keep, ...stoppingAfter(2) });
      expect(from?.next?.marker).toBeDefined();
      const refusing: ShareReader = {
        ...source,
        listPage: async (directory, marker) => {
          if (marker === undefined || marker !== from?.next?.marker)
            return source.listPage(directory, marker);
          from = undefined;
          throw new RequestFailedError({ operation: 'ListFiles', account: 'a', status, code: 'Refused' });
        },
      };
      const stop = new AbortController().signal;
      const found = await verifyContent(refusing, target, { terms, concurrency: 1, from, stop });
      if (status === 400)
        expect(found).toMatchObject({ filesRead: 6, differences: 1, different: ['0.f'], failure: undefined });
      else expect(found.failure).toMatchObject({ code: 'Refused' });
    },
  );

  it('goes on in the middle of a large file', async () => {
    const piece = 4 * 2 ** 20;
    const size = 40 * piece;
    const large = new Map([['large', Buffer.alloc(size, 'l')]]);
    const stop = new AbortController();
    const reader = { ...listedShare(large, 5), ranges: async () => [{ start: 0, end: size - 1 }] };
    let read = 0;
    const counting = {
      ...reader,
      read: async (...request: Parameters<typeof reader.read>) => {
        read += 1;
        if (read === 20) stop.abort();
        return reader.read(...request);
      },
    };
    let from: ContentState | undefined;
    const keep = async (state: ContentState) => {
      from = state;
    };
    const stopped = await verifyContent(counting, reader, { terms, concurrency: 2, stop: stop.signal, keep });
    expect(stopped).toMatchObject({ stopped: true, filesRead: 0 });
    expect(from?.pending).toMatchObject([{ path: 'large', size }]);
    const again = new AbortController().signal;
    const whole = await verifyContent(counting, reader, { terms, concurrency: 2, stop: again, from });
    expect(whole).toMatchObject({ stopped: false, filesRead: 1, differences: 0 });
    expect(read).toBe(40);
  });
});
