import { expect, test } from 'vitest';
import {
  copyFile,
  createFile,
  EmulatorState,
  formatTicks,
  getFile,
  listEntries,
  openSource,
  READ_ONLY,
  readContent,
  type ShareView,
  seed,
  syntheticBytes,
  syntheticStream,
} from '../../../emulator/state/index.ts';
import { contentOf, errorOf } from './fixture.ts';

function describeTree(view: ShareView, directory: readonly string[] = []): string[] {
  return listEntries(view, directory, { maxResults: 1e6 }).entries.flatMap((entry) => {
    const path = [...directory, entry.name];
    const times = [entry.creationTime, entry.lastWriteTime, entry.changeTime].map(formatTicks);
    const own = [path.join('/'), entry.attributes, times, entry.kind === 'file' ? entry.size : ''].join(' ');
    return entry.kind === 'file' ? [own] : [own, ...describeTree(view, path)];
  });
}

test('a seeded tree is a function of its options', () => {
  const trees = [3, 3, 4].map((number) => {
    const state = new EmulatorState();
    seed(state, { account: 'a', share: 'seeded', seed: number, files: 500, filesPerDirectory: 30 });
    return describeTree(state.addAccount('a').getShare('seeded').view());
  });
  const [first, same, other] = trees.map((lines) => lines.join('\n'));
  expect(first === same).toBe(true);
  expect(first === other).toBe(false);
});

test('a hundred thousand files are spread over directories of the depth that is asked for', () => {
  const state = new EmulatorState();
  const options = { account: 'a', share: 'big', seed: 1, files: 100_000, minSize: 10, maxSize: 5000 };
  const result = seed(state, { ...options, filesPerDirectory: 1000, depth: 3 });
  const share = state.addAccount('a').getShare('big');
  const lines = describeTree(share.view());
  expect(result.files).toBe(100_000);
  expect(lines).toHaveLength(result.files + result.directories);
  expect(share.usageBytes()).toBe(result.bytes);
  const files = lines.filter((line) => line.includes('.dat'));
  expect(files.every((line) => line.split(' ', 1)[0]?.split('/').length === 4)).toBe(true);
  const sizes = files.map((line) => Number(line.split(' ').at(-1)));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
  expect(new Set(sizes).size).toBeGreaterThan(1000);
  const ids = listEntries(share.view(), []).entries.map(({ fileId }) => fileId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(createFile(share, ['more'], { size: 0 }).entry.fileId).not.toBe(ids[0]);
});

test('one directory may hold all files, and a path of its own is made', () => {
  const state = new EmulatorState();
  const options = { account: 'a', share: 'flat', seed: 1, files: 2000, depth: 0 };
  expect(seed(state, { ...options, path: 'x/y' })).toMatchObject({ files: 2000, directories: 0 });
  const share = state.addAccount('a').getShare('flat');
  expect(listEntries(share.view(), ['x', 'y']).entries).toHaveLength(2000);
  expect(errorOf(() => seed(state, { ...options, path: 'x/y' }))).toBe('409 ResourceAlreadyExists');
  expect(errorOf(() => seed(state, { ...options, path: 'x/z' }))).toBe('none');
});

test('the content of a seeded file is its stream, in copies of copies too', () => {
  const state = new EmulatorState();
  seed(state, { account: 'a', share: 'one', seed: 9, files: 3, depth: 1, minSize: 3e6, maxSize: 3e6 });
  const share = state.addAccount('a').getShare('one');
  const other = state.addAccount('b').createShare('two');
  const name = 'file-1.dat';
  copyFile(other, ['copy'], openSource(share.view(), ['dir-0', name]), { sourceUrl: 'x' });
  const again = copyFile(share, ['again'], openSource(other.view(), ['copy']), { sourceUrl: 'x' }).entry;
  const stream = syntheticStream(9, `dir-0/${name}`);
  expect(contentOf(again).equals(syntheticBytes(stream, 0, 3e6))).toBe(true);
  expect(Buffer.concat([...readContent(again, 2_500_001, 2_500_100)])).toEqual(
    syntheticBytes(stream, 2_500_001, 99),
  );
});

test('files of a hundred gigabytes and their copies hold nothing', () => {
  const state = new EmulatorState();
  const size = 100 * 2 ** 30;
  seed(state, { account: 'a', share: 'huge', seed: 1, files: 10, depth: 0, minSize: size, maxSize: size });
  const share = state.addAccount('a').getShare('huge');
  copyFile(share, ['copy'], openSource(share.view(), ['file-0.dat']), { sourceUrl: 'x' });
  expect(share.usageBytes()).toBe(11 * size);
  const { entry } = getFile(share.view(), ['copy']);
  const stream = syntheticStream(1, 'file-0.dat');
  expect(Buffer.concat([...readContent(entry, size - 5, size)])).toEqual(syntheticBytes(stream, size - 5, 5));
});

test('a part of the files may have special attributes', () => {
  const state = new EmulatorState();
  seed(state, { account: 'a', share: 'special', seed: 1, files: 400, depth: 0, specialAttributes: 0.5 });
  const { entries } = listEntries(state.addAccount('a').getShare('special').view(), []);
  const readOnly = entries.filter(({ attributes }) => (attributes & READ_ONLY) !== 0);
  expect(readOnly.length).toBeGreaterThan(50);
  expect(readOnly.length).toBeLessThan(150);
});

test.each([
  { files: -1 },
  { files: 1.5 },
  { seed: -1 },
  { depth: -1 },
  { filesPerDirectory: 0 },
  { minSize: -1 },
])('%j is refused', (options) => {
  const state = new EmulatorState();
  const call = () => seed(state, { account: 'a', share: 'bad', seed: 1, files: 10, ...options });
  expect(errorOf(call)).toBe('400 InvalidHeaderValue');
});
