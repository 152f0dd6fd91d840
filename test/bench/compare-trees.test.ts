import { describe, expect, it } from 'vitest';
import { compareTrees } from '../../bench/mirror/emulator/compare-trees.ts';
import {
  EmulatorState,
  getFile,
  putRangeFrom,
  type Share,
  seed,
  setDirectoryProperties,
} from '../../emulator/state/index.ts';
import { ShareBuilder } from '../support/share-builder.ts';

const HUGE = 2 ** 40;

describe('compareTrees', () => {
  it('finds seeded twins equal, except for what was made at another time', () => {
    const { source, target } = twins();
    expect(compareTrees(source, target)).toEqual({ entries: 0, by: {} });
  });

  it('counts each entry once, by everything in which it differs', () => {
    const { source, target } = twins();
    new ShareBuilder(target).file('extra/inner.txt', 'surplus').remove('file-1.dat');
    new ShareBuilder(target).permission('file-2.dat', 3);
    const { entries, by } = compareTrees(source, target);
    expect(by).toMatchObject({ missing: 1, surplus: 2, permission: 1 });
    expect(entries).toBe(4);
  });

  it('leaves out what Sharepair keeps at the root for itself, and nothing of that name elsewhere', () => {
    const { source, target } = twins();
    new ShareBuilder(target).file('.sharepair/run.json', '{}');
    expect(compareTrees(source, target).entries).toBe(0);
    new ShareBuilder(target).file('deep/.sharepair/run.json', '{}');
    expect(compareTrees(source, target).by).toEqual({ surplus: 3 });
  });

  it('sees one changed byte range in a huge file, and that a copied range is the same', () => {
    const { state, source, target } = twins({ files: 1, size: HUGE });
    const other = seededShare(state, 'other', { files: 1, size: HUGE, number: 2 });
    const copy = (share: Share, from: Share, offset: number) => {
      const view = from.view();
      const { entry } = getFile(view, ['file-0.dat']);
      putRangeFrom(share, ['file-0.dat'], offset, 512, { view, entry }, offset, {
        lastWriteTime: 'preserve',
      });
    };
    copy(target, source, 4096);
    expect(compareTrees(source, target).by).toEqual({});
    copy(source, other, HUGE - 512);
    expect(compareTrees(source, target).by).toEqual({ content: 1 });
    copy(target, other, HUGE - 512);
    expect(compareTrees(source, target).by).toEqual({});
  });
});

function twins({ files = 5, size = 1000 } = {}) {
  const state = new EmulatorState({ childrenTouchParent: false });
  const source = seededShare(state, 'source', { files, size, number: 1 });
  const target = seededShare(state, 'target', { files, size, number: 1 });
  const { creationTime, lastWriteTime } = source.root;
  setDirectoryProperties(target, [], { creationTime, lastWriteTime });
  return { state, source, target };
}

function seededShare(
  state: EmulatorState,
  account: string,
  { files, size, number }: { readonly files: number; readonly size: number; readonly number: number },
): Share {
  seed(state, { account, share: 'data', seed: number, files, depth: 0, minSize: size, maxSize: size });
  return state.addAccount(account).getShare('data');
}
