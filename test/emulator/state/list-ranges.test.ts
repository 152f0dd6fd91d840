import { expect, test } from 'vitest';
import {
  clearRange,
  createFile,
  deleteFile,
  listRanges,
  listRangesDiff,
  putRange,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

const PATH = ['f'];

test('ranges that hold data are listed in whole blocks up to the size', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 3000 });
  expect(listRanges(share.view(), PATH).ranges).toEqual([]);
  putRange(share, PATH, 600, Buffer.from('x'));
  putRange(share, PATH, 2999, Buffer.from('x'));
  expect(listRanges(share.view(), PATH).ranges).toEqual([
    { start: 512, end: 1024 },
    { start: 2560, end: 3000 },
  ]);
  expect(listRanges(share.view(), PATH, { range: { start: 700, end: 2600 } }).ranges).toEqual([
    { start: 700, end: 1024 },
    { start: 2560, end: 2600 },
  ]);
});

test('clearing frees whole blocks and writes zeros at their edges', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 2048, content: Buffer.alloc(2048, 1) });
  clearRange(share, PATH, 100, 1100);
  expect(listRanges(share.view(), PATH).ranges).toEqual([
    { start: 0, end: 512 },
    { start: 1024, end: 2048 },
  ]);
});

test('growing lists nothing', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 100 });
  setFileProperties(share, PATH, { size: 5000 });
  expect(listRanges(share.view(), PATH).ranges).toEqual([]);
});

test('a difference tells what was written and cleared since, in order, and nothing of before', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 2048 });
  const empty = share.createSnapshot().id;
  putRange(share, PATH, 0, Buffer.alloc(1536, 1));
  const written = share.createSnapshot().id;
  clearRange(share, PATH, 512, 1024);
  const since = (previousSnapshot: string, snapshot?: string) =>
    listRangesDiff(share.view(snapshot), PATH, { previousSnapshot }).ranges;
  expect(since(empty)).toEqual([
    { start: 0, end: 512, clear: false },
    { start: 512, end: 1024, clear: true },
    { start: 1024, end: 1536, clear: false },
  ]);
  expect(since(written)).toEqual([{ start: 512, end: 1024, clear: true }]);
  expect(since(empty, written)).toEqual([{ start: 0, end: 1536, clear: false }]);
  expect(since(written, written)).toEqual([]);
});

test('the same bytes written again are a difference', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 512, content: Buffer.alloc(512, 1) });
  const { id } = share.createSnapshot();
  putRange(share, PATH, 0, Buffer.alloc(512, 1));
  expect(listRangesDiff(share.view(), PATH, { previousSnapshot: id }).ranges).toHaveLength(1);
});

test('what was cut off and grown again is cleared', () => {
  const { share } = newShare();
  createFile(share, PATH, { size: 2048, content: Buffer.alloc(2048, 1) });
  const { id } = share.createSnapshot();
  setFileProperties(share, PATH, { size: 1024 });
  setFileProperties(share, PATH, { size: 2048 });
  expect(listRangesDiff(share.view(), PATH, { previousSnapshot: id }).ranges).toEqual([
    { start: 1024, end: 2048, clear: true },
  ]);
});

test('a difference is refused where it would not be one', () => {
  const { share } = newShare();
  const none = share.createSnapshot().id;
  createFile(share, PATH, { size: 512 });
  const first = share.createSnapshot().id;
  deleteFile(share, PATH);
  createFile(share, PATH, { size: 512 });
  const again = share.createSnapshot().id;
  const since = (previousSnapshot: string, snapshot?: string) =>
    errorOf(() => listRangesDiff(share.view(snapshot), PATH, { previousSnapshot }));
  expect(since(none)).toBe('404 ResourceNotFound');
  expect(since(first)).toBe('409 FileGenerationMismatch');
  expect(since(again)).toBe('none');
  expect(since(again, first)).toBe('400 PreviousSnapshotCannotBeNewer');
  share.deleteSnapshot(first);
  expect(since(first)).toBe('404 PreviousSnapshotNotFound');
  deleteFile(share, PATH);
  expect(since(again)).toBe('404 ResourceNotFound');
});
