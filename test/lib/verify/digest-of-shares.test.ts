import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import { EVERYTHING } from '../../../lib/mirror/entry-filter.ts';
import { directoryLine } from '../../../lib/verify/canonical-lines.ts';
import { ListingDigests } from '../../../lib/verify/listing-digests.ts';
import { ShareDigestBuilder } from '../../../lib/verify/share-digest-builder.ts';
import { listedShare } from '../../support/listed-share.ts';

/** Names that a share may have: what separates fields and lines is not among them, what looks like it is. */
const name = fc.constantFrom(
  'a',
  'A',
  'á',
  'a\u0301',
  'a b',
  "{'}",
  '\\t',
  '\\n',
  '\u0085',
  '\u2028',
  '\u{1F600}',
);
const file = fc.tuple(fc.array(name, { maxLength: 2 }), name, fc.integer({ min: 0, max: 3 }));
const files = fc.uniqueArray(file, {
  maxLength: 8,
  selector: ([directory, own]) => [...directory, own].join('/'),
});
type Files = readonly (readonly [readonly string[], string, number])[];

async function digestOf(drawn: Files, pageSize: number): Promise<string | undefined> {
  const content = drawn.map(
    ([directory, own, size]) =>
      [[...directory.map((part) => `${part}~`), own].join('/'), Buffer.alloc(size)] as const,
  );
  const builder = new ShareDigestBuilder();
  const sink = {
    directory: async (digest: Parameters<typeof directoryLine>[0]) => builder.add([directoryLine(digest)]),
    descriptor: async () => undefined,
  };
  const terms = { filter: EVERYTHING, tolerated: [] };
  const digests = new ListingDigests(
    listedShare(new Map(content), pageSize),
    emptyShareReader('target'),
    terms,
    sink,
  );
  const list = async (directory: string): Promise<void> => {
    const below: string[] = [];
    let marker: string | undefined;
    do {
      const page = await digests.source.listPage(directory, marker);
      for (const entry of page.entries) if (entry.kind === 'directory') below.push(entry.name);
      marker = page.nextMarker;
    } while (marker !== undefined);
    for (const child of below) await list(directory === '' ? child : `${directory}/${child}`);
  };
  await list('');
  const digest = await builder.finish();
  await digests.close();
  return digest?.sha256;
}

function pathsOf(drawn: Files): string {
  return JSON.stringify(drawn.map(([directory, own, size]) => [[...directory, own].join('/'), size]).sort());
}

it('is one for two shares just when they hold the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      files,
      files,
      fc.nat(7),
      fc.integer({ min: 1, max: 3 }),
      async (one, drawn, moved, pageSize) => {
        // A file moved to another directory, or the same files in another order, as often as another share.
        const others: Files[] = [
          drawn,
          one.toReversed(),
          one.map(([directory, own, size], at) =>
            at === moved ? [[...directory, 'a'], own, size] : [directory, own, size],
          ),
        ];
        for (const other of others) {
          const [left, right] = [await digestOf(one, pageSize), await digestOf(other, 2)];
          expect(left).toBeDefined();
          const unique = new Set(other.map(([directory, own]) => [...directory, own].join('/'))).size;
          if (unique === other.length) expect(left === right).toBe(pathsOf(one) === pathsOf(other));
        }
      },
    ),
    { numRuns: 150 },
  );
});
