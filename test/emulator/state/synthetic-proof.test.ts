import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  copyFile,
  EmulatorState,
  getFile,
  openSource,
  putRangeFrom,
  readContent,
  rename,
  type Share,
  type ShareView,
  seed,
  syntheticBytes,
  syntheticStream,
} from '../../../emulator/state/index.ts';
import { fileNodeOf } from '../../../emulator/state/lookup.ts';

const SIZE = 2500;
const SEED = 77;
const SEEDED = ['file-0.dat', 'file-1.dat', 'file-2.dat'];

/** Where each byte of a file comes from: the number of a seeded file, times `SIZE`, plus the offset in it. */
type Origins = readonly number[];

/** The seeded bytes one file after the other, which are what `Origins` point into. */
const SEEDED_BYTES = Buffer.concat(
  SEEDED.map((name) => syntheticBytes(syntheticStream(SEED, name), 0, SIZE)),
);

type ModelledFile = { name: string; origins: Origins };

type Frozen = { readonly view: ShareView; readonly files: readonly ModelledFile[] };

/** Shares of two accounts with the same seeded files, and where the bytes of each file come from. */
class World {
  readonly shares: readonly Share[];
  readonly files: readonly ModelledFile[][];
  readonly snapshots: Frozen[] = [];

  constructor() {
    const state = new EmulatorState();
    const sizes = { minSize: SIZE, maxSize: SIZE, depth: 0 };
    this.shares = ['first', 'second'].map((account) => {
      seed(state, { account, share: 'data', seed: SEED, files: SEEDED.length, ...sizes });
      return state.addAccount(account).getShare('data');
    });
    this.files = this.shares.map(() =>
      SEEDED.map((name, file) => ({
        name,
        origins: Array.from({ length: SIZE }, (_, at) => file * SIZE + at),
      })),
    );
  }

  run(step: Step): void {
    const to = this.#live(step.to);
    if (step.kind === 'snapshot') {
      const files = structuredClone(to.files);
      this.snapshots.push({ view: to.share.view(to.share.createSnapshot().id), files });
    } else if (step.kind === 'rename') {
      const name = `renamed-${step.length}-${step.offset}.dat`;
      if (to.files.some((file) => file.name === name)) return;
      rename(to.share, [to.file.name], [name], { kind: 'file' });
      to.file.name = name;
    } else {
      const from = this.#source(step);
      const source = openSource(from.view, [from.file.name]);
      if (step.kind === 'copy') {
        copyFile(to.share, [to.file.name], source, { sourceUrl: 'x' });
        to.file.origins = from.file.origins;
      } else {
        const length = Math.min(step.length, SIZE - step.offset, SIZE - step.sourceOffset);
        putRangeFrom(to.share, [to.file.name], step.offset, length, source, step.sourceOffset);
        const part = from.file.origins.slice(step.sourceOffset, step.sourceOffset + length);
        to.file.origins = to.file.origins.toSpliced(step.offset, length, ...part);
      }
    }
  }

  /** Every tree there is with its files. */
  trees(): Frozen[] {
    const live = this.shares.map((share, at) => ({ view: share.view(), files: this.files[at] ?? [] }));
    return [...live, ...this.snapshots];
  }

  #live(number: number): { share: Share; files: ModelledFile[]; file: ModelledFile } {
    const share = pick(this.shares, number);
    const files = pick(this.files, number);
    return { share, files, file: pick(files, number >> 1) };
  }

  #source(step: Step): { view: ShareView; file: ModelledFile } {
    const tree = pick(this.trees(), step.from);
    return { view: tree.view, file: pick(tree.files, step.file) };
  }
}

function pick<T>(items: readonly T[], number: number): T {
  const item = items[number % items.length];
  if (item === undefined) throw new RangeError('There is nothing to pick from');
  return item;
}

const step = fc.record({
  kind: fc.constantFrom('copy', 'copy-range', 'copy-range', 'snapshot', 'rename'),
  from: fc.nat({ max: 1000 }),
  file: fc.nat({ max: 1000 }),
  to: fc.nat({ max: 1000 }),
  offset: fc.nat({ max: SIZE - 1 }),
  sourceOffset: fc.nat({ max: SIZE - 1 }),
  length: fc.integer({ min: 1, max: SIZE }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('a range read back from any copy at any depth is told by seed, file and offset, and nothing is stored', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: SIZE - 1 }), (steps, start) => {
      const world = new World();
      for (const one of steps) world.run(one);
      for (const { view, files } of world.trees()) {
        for (const { name, origins } of files) {
          const { entry } = getFile(view, [name]);
          const expected = Buffer.from(origins.slice(start).map((origin) => SEEDED_BYTES[origin] ?? 0));
          expect(Buffer.concat([...readContent(entry, start, SIZE)]).equals(expected)).toBe(true);
          expect(fileNodeOf(entry).content.every(({ bytes }) => bytes === undefined)).toBe(true);
        }
      }
    }),
    { numRuns: 150 },
  );
});
