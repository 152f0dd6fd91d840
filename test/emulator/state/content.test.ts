import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clearRange,
  copyFile,
  createFile,
  getFile,
  listRanges,
  listRangesDiff,
  openSource,
  putRange,
  putRangeFrom,
  readContent,
  setFileProperties,
  syntheticBytes,
} from '../../../emulator/state/index.ts';
import { contentOf, newShare } from './fixture.ts';

const MAX = 5000;
const position = fc.nat({ max: MAX });
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      offset: position,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 1500 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clear' as const), a: position, b: position }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resize' as const), size: position }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('from' as const),
      offset: position,
      from: position,
      length: position,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), size: position }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'snapshot' as const }) },
);
const commands = fc.array(command, { maxLength: 40, size: 'max' });
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const PATH = ['file'];

/** Runs commands on a file and on an array of bytes, which are equal after each. */
function run(steps: readonly Command[]) {
  const { share } = newShare();
  createFile(share, PATH, { size: 3000 });
  let model = Buffer.alloc(3000);
  const kept: { id: string; bytes: Buffer }[] = [];
  for (const step of steps) {
    if (step.kind === 'put') {
      const bytes = step.bytes.slice(0, Math.max(0, model.length - step.offset));
      if (bytes.length === 0) continue;
      model.set(bytes, step.offset);
      putRange(share, PATH, step.offset, bytes);
    } else if (step.kind === 'clear') {
      const start = Math.min(step.a, step.b, model.length);
      const end = Math.min(Math.max(step.a, step.b), model.length);
      if (start === end) continue;
      model.fill(0, start, end);
      clearRange(share, PATH, start, end);
    } else if (step.kind === 'resize') {
      const resized = Buffer.alloc(step.size);
      model.copy(resized);
      model = resized;
      setFileProperties(share, PATH, { size: step.size });
    } else if (step.kind === 'from') {
      const length = Math.min(step.length, model.length - step.offset, model.length - step.from);
      if (length <= 0) continue;
      model.copyWithin(step.offset, step.from, step.from + length);
      putRangeFrom(share, PATH, step.offset, length, openSource(share.view(), PATH), step.from);
    } else if (step.kind === 'replace') {
      model = Buffer.alloc(step.size);
      createFile(share, PATH, { size: step.size });
    } else {
      kept.push({ id: share.createSnapshot().id, bytes: Buffer.from(model) });
    }
    expect(contentOf(getFile(share.view(), PATH).entry).equals(model)).toBe(true);
  }
  return { share, model, kept };
}

test('a file reads as an array of bytes would, live and in every snapshot', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const { share, model, kept } = run(steps);
      expect(contentOf(getFile(share.view(), PATH).entry).equals(model)).toBe(true);
      for (const { id, bytes } of kept) {
        expect(contentOf(getFile(share.view(id), PATH).entry).equals(bytes)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('any part of a file reads as that part of the whole', () => {
  fc.assert(
    fc.property(commands, position, position, (steps, a, b) => {
      const { share, model } = run(steps);
      const start = Math.min(a, b, model.length);
      const end = Math.min(Math.max(a, b), model.length);
      const { entry } = getFile(share.view(), PATH);
      expect(Buffer.concat([...readContent(entry, start, end)]).equals(model.subarray(start, end))).toBe(
        true,
      );
    }),
    { numRuns: 100 },
  );
});

test('outside of the listed ranges there are only zeros, and they are whole blocks, in order, apart', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const { share, model } = run(steps);
      const rest = Buffer.from(model);
      let last = -1;
      for (const { start, end } of listRanges(share.view(), PATH).ranges) {
        expect(start).toBeGreaterThan(last);
        expect(start % 512).toBe(0);
        expect(end % 512 === 0 || end === model.length).toBe(true);
        rest.fill(0, start, end);
        last = end;
      }
      expect(rest.equals(Buffer.alloc(rest.length))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('the difference from a snapshot to a later one, applied to the former, gives the latter', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const { share, model, kept } = run(steps);
      const later = [...kept, { id: undefined, bytes: model }];
      for (const [index, before] of kept.entries()) {
        for (const after of later.slice(index + 1)) {
          const { ranges } = listRangesDiff(share.view(after.id), PATH, { previousSnapshot: before.id });
          const patched = Buffer.alloc(after.bytes.length);
          before.bytes.copy(patched);
          let last = 0;
          for (const { start, end, clear } of ranges) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(start % 512).toBe(0);
            expect(end % 512 === 0 || end === after.bytes.length).toBe(true);
            last = end;
            if (clear) patched.fill(0, start, end);
            else after.bytes.copy(patched, start, start, end);
          }
          expect(patched.equals(after.bytes)).toBe(true);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('the bytes in use are those of data that is neither a hole nor overwritten', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 1_000_000 });
  expect(share.usageBytes()).toBe(0);
  putRange(share, PATH, 0, Buffer.alloc(10_000, 1));
  putRange(share, PATH, 5000, Buffer.alloc(10_000, 2));
  expect(share.usageBytes()).toBe(15_000);
  clearRange(share, PATH, 0, 5120);
  expect(share.usageBytes()).toBe(15_000 - 5120);
  setFileProperties(share, PATH, { size: 6000 });
  expect(share.usageBytes()).toBe(6000 - 5120);
});

test('a sparse file of 4 TiB and its copy hold no more than what was written', () => {
  const { share } = newShare();
  const size = 4 * 2 ** 40;
  createFile(share, ['sparse'], { size });
  putRange(share, ['sparse'], size - 4, Buffer.from('last'));
  copyFile(share, ['copy'], openSource(share.view(), ['sparse']), { sourceUrl: 'sparse' });
  expect(share.usageBytes()).toBe(8);
  const { entry } = getFile(share.view(), ['copy']);
  expect(entry.size).toBe(size);
  expect(Buffer.concat([...readContent(entry, size - 6, size)]).toString('latin1')).toBe('\0\0last');
  expect(listRanges(share.view(), ['copy']).ranges).toEqual([{ start: size - 512, end: size }]);
});

test('a copy and its source change apart', () => {
  const { share } = newShare();
  createFile(share, ['a'], { size: 4, content: Buffer.from('aaaa') });
  copyFile(share, ['b'], openSource(share.view(), ['a']), { sourceUrl: 'a' });
  putRange(share, ['a'], 0, Buffer.from('X'));
  putRange(share, ['b'], 3, Buffer.from('Y'));
  expect(contentOf(getFile(share.view(), ['a']).entry).toString()).toBe('Xaaa');
  expect(contentOf(getFile(share.view(), ['b']).entry).toString()).toBe('aaaY');
});

test('what is being read does not change under a write', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 4, content: Buffer.from('old.') });
  const { entry } = getFile(share.view(), PATH);
  const reading = readContent(entry, 0, 4);
  const source = openSource(share.view(), PATH);
  putRange(share, PATH, 0, Buffer.from('new.'));
  setFileProperties(share, PATH, { size: 2 });
  expect(Buffer.concat([...reading]).toString()).toBe('old.');
  expect(source.entry.size).toBe(4);
  createFile(share, ['copy'], { size: 4 });
  putRangeFrom(share, ['copy'], 0, 4, source, 0);
  expect(contentOf(getFile(share.view(), ['copy']).entry).toString()).toBe('old.');
});

test('holes of a source are zeros that are written', () => {
  const { share } = newShare();
  createFile(share, ['hole'], { size: 2048 });
  createFile(share, PATH, { size: 4096 });
  putRangeFrom(share, PATH, 512, 1024, openSource(share.view(), ['hole']), 0);
  expect(listRanges(share.view(), PATH).ranges).toEqual([{ start: 512, end: 1536 }]);
  expect(share.usageBytes()).toBe(1024);
});

test('ranges copied piece by piece from a long stream become one', () => {
  const { share } = newShare();
  createFile(share, ['a'], { size: 8 * 2 ** 20, content: Buffer.alloc(8 * 2 ** 20, 7) });
  createFile(share, PATH, { size: 8 * 2 ** 20 });
  const source = openSource(share.view(), ['a']);
  for (let offset = 0; offset < 8 * 2 ** 20; offset += 2 ** 20) {
    putRangeFrom(share, PATH, offset, 2 ** 20, source, offset);
  }
  const pieces = (getFile(share.view(), PATH).entry as unknown as { content: unknown[] }).content;
  expect(pieces).toHaveLength(1);
});

test('bytes of a synthetic stream are the same however they are cut', () => {
  const stream = fc.nat({ max: 2 ** 31 }).map((low) => low * 2 ** 17 + 5);
  fc.assert(
    fc.property(
      stream,
      fc.maxSafeNat().map((n) => n % 2 ** 42),
      fc.nat({ max: 300 }),
      fc.nat({ max: 300 }),
      (number, offset, a, b) => {
        const whole = syntheticBytes(number, offset, a + b);
        const parts = [syntheticBytes(number, offset, a), syntheticBytes(number, offset + a, b)];
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
      },
    ),
  );
});

test('synthetic streams differ from one another and do not repeat', () => {
  const blocks = new Set<string>();
  for (let stream = 0; stream < 50; stream++) {
    for (let block = 0; block < 50; block++)
      blocks.add(syntheticBytes(stream, block * 16, 16).toString('hex'));
    blocks.add(syntheticBytes(stream, 2 ** 40, 16).toString('hex'));
    blocks.add(syntheticBytes(stream + 2 ** 32, 0, 16).toString('hex'));
  }
  expect(blocks.size).toBe(50 * 52);
});
