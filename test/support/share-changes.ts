import { ARCHIVE, HIDDEN, parseTicks, READ_ONLY } from '../../emulator/state/index.ts';
import type { ShareBuilder } from './share-builder.ts';
import { MIB } from './share-edits.ts';
import { readTree } from './tree.ts';

/** Bytes of a file that goes by ranges. */
export const LARGE = 40 * MIB;
/** Long before anything that a test does. */
const OLD = parseTicks('2019-03-04T05:06:07.8901234Z') ?? 0n;

export type Change = (share: ShareBuilder) => unknown;

/** What may happen to a share between two backups, one thing at a time. */
export const CHANGES: readonly (readonly [string, Change])[] = [
  ['a directory renamed', (share) => share.rename('folder', 'renamed')],
  ['a directory moved into another one', (share) => share.rename('folder', 'other/deep/folder')],
  ['a directory moved up', (share) => share.rename('folder/inner', 'inner')],
  [
    'a directory moved and a file in it written',
    (share) => share.rename('folder', 'moved').write('moved/one', 0, 'ONE'),
  ],
  [
    'a directory moved and another one made in its place',
    (share) => share.rename('folder', 'moved').file('folder/one', 'new'),
  ],
  [
    'a directory moved and its inner one moved out of it',
    (share) => share.rename('folder', 'moved').rename('moved/inner', 'inner'),
  ],
  ['a directory moved into a new one', (share) => share.directory('made').rename('folder', 'made/folder')],
  [
    'a directory moved into the place of one that was removed',
    (share) => share.remove('other').rename('folder', 'other'),
  ],
  ['a large file moved', (share) => share.rename('large', 'other/large')],
  [
    'a large file moved and written',
    (share) => share.rename('large', 'other/large').write('other/large', 8 * MIB, 'x'),
  ],
  ['a large file moved over another one', (share) => share.rename('large', 'second large')],
  ['a small file moved', (share) => share.rename('folder/one', 'one')],
  [
    'a chain of moves',
    (share) => share.rename('other', 'third').rename('folder', 'other').rename('empty', 'folder'),
  ],
  [
    'a chain of large files',
    (share) => share.rename('second large', 'third').rename('large', 'second large'),
  ],
  ['two directories swapped', (share) => share.swap('folder', 'other')],
  ['two files swapped', (share) => share.swap('folder/one', 'folder/two')],
  ['two large files swapped', (share) => share.swap('large', 'second large')],
  ['two large files of one size and one time swapped', swapLikeFiles],
  ['a file and a directory swapped', (share) => share.swap('folder', 'large')],
  ['three names rotated', (share) => share.swap('folder', 'other').swap('other', 'empty')],
  ['an inner directory that took the place of its outer one', invert],
  ['a moved directory in which a file moved down and a directory took its place', moveWithin],
  ['a large file in the place of a directory that went below the one inside of it', turnInsideOut],
  [
    'an inversion two levels deep',
    (share) => share.rename('folder/inner/deep', 'x').rename('folder', 'x/folder').rename('x', 'folder'),
  ],
  ['a file respelled', (share) => share.rename('folder/one', 'folder/ONE')],
  ['a directory respelled', (share) => share.rename('folder', 'FOLDER')],
  [
    'a directory and what is in it respelled',
    (share) => share.rename('folder/inner', 'folder/INNER').rename('folder', 'Folder'),
  ],
  [
    'a file that was respelled and written',
    (share) => share.rename('folder/one', 'folder/One').write('folder/One', 0, 'ONE'),
  ],
  ['a file turned directory', (share) => share.remove('folder/one').file('folder/one/inside', 'x')],
  ['a large file turned directory', (share) => share.remove('large').file('large/inside', 'x')],
  ['a directory turned file', (share) => share.remove('folder').file('folder', 'a file now')],
  [
    'a ReadOnly file written',
    (share) =>
      share
        .attributes('locked', ARCHIVE)
        .write('locked', 0, 'L')
        .attributes('locked', ARCHIVE | READ_ONLY),
  ],
  ['a ReadOnly file removed', (share) => share.remove('locked')],
  ['a ReadOnly file moved', (share) => share.rename('locked', 'other/locked')],
  ['a ReadOnly directory removed', (share) => share.remove('locked folder')],
  [
    'a file and a directory made ReadOnly',
    (share) => share.attributes('folder', READ_ONLY).attributes('large', READ_ONLY),
  ],
  ['ReadOnly taken away', (share) => share.attributes('locked', ARCHIVE).attributes('locked folder', HIDDEN)],
  [
    'a name with a dot at its end',
    (share) => share.file('folder/one.', 'another one').rename('other', 'folder/inner.'),
  ],
  [
    'names that XML cannot hold',
    (share) =>
      share.file('\uFFFE%/100%', 'x').rename('folder', '\uFFFE').file('a\uFFFFb', '', { size: LARGE }),
  ],
  [
    'names that look encoded',
    (share) => share.file('%41/%2e', 'x').file('folder/%EF%BF%BE', 'y').rename('large', 'la%20rge'),
  ],
  [
    'an empty directory made and another one removed',
    (share) => share.directory('void/void').remove('empty'),
  ],
  ['a sparse file made', (share) => share.file('sparse', 'end', { size: LARGE, at: LARGE - 3 })],
  ['a file that is all hole', (share) => share.file('hole', '', { size: LARGE })],
  ['a hole punched into a large file', (share) => share.clear('large', 4 * MIB, 12 * MIB)],
  [
    'a hole punched across the edges of blocks',
    (share) => share.clear('large', 8 * MIB - 100, 8 * MIB + 700),
  ],
  ['a large file emptied by a hole', (share) => share.clear('large', 0, LARGE)],
  ['a hole filled', (share) => share.write('large', 20 * MIB, 'filled')],
  [
    'a large file grown',
    (share) => share.resize('large', LARGE + 5 * MIB).write('large', LARGE + 4 * MIB, 'grown'),
  ],
  ['a large file shrunk', (share) => share.resize('large', 33 * MIB)],
  ['a large file cut off and grown again', (share) => share.resize('large', 4 * MIB).resize('large', LARGE)],
  ['a large file shrunk to a small one', (share) => share.resize('large', 100)],
  ['a small file grown to a large one', (share) => share.resize('folder/one', LARGE)],
  ['a large file emptied', (share) => share.resize('large', 0)],
  [
    'a large file changed in place',
    (share) => share.write('large', 5 * MIB + 1, 'changed').write('large', LARGE - 1, '!'),
  ],
  [
    'a large file changed in place with its time put back',
    (share) => keepingTime(share, 'large', () => share.write('large', 9 * MIB, 'x')),
  ],
  [
    'a small file changed in place with its time put back',
    (share) => keepingTime(share, 'folder/one', () => share.write('folder/one', 0, 'x')),
  ],
  [
    'a large file replaced by a new one',
    (share) => share.remove('large').file('large', 'new', { size: LARGE }),
  ],
  [
    'a large file put back as it was, with its old time',
    (share) => share.file('large', 'old', { size: LARGE }).times('large', { lastWriteTime: OLD }),
  ],
  [
    'an older version put back',
    (share) =>
      share
        .file('folder/one', 'older, and longer')
        .times('folder/one', { lastWriteTime: OLD, creationTime: OLD }),
  ],
  [
    'metadata and headers together with content',
    (share) => describeEntry(share, 'folder/one').write('folder/one', 0, 'X'),
  ],
  [
    'metadata and headers of a large file together with a part of it',
    (share) => describeEntry(share, 'large').write('large', 7 * MIB, 'X'),
  ],
  [
    'metadata and headers taken away together with a write',
    (share) => share.metadata('described', {}).headers('described', {}).write('described', 0, 'D'),
  ],
  ['a new file with metadata and headers', (share) => describeEntry(share.file('new', 'x'), 'new')],
  [
    'a new large file with metadata and headers',
    (share) => describeEntry(share.file('new', 'x', { size: LARGE }), 'new'),
  ],
  ['a new directory with metadata', (share) => share.directory('new').metadata('new', { about: 'new' })],
  ['permissions of a file', (share) => share.permission('folder/one', 7)],
  [
    'permissions of a large file that was written, too',
    (share) => share.permission('large', 7).write('large', 0, 'X'),
  ],
  ['permissions of a directory', (share) => share.permission('folder', 7)],
  ['permissions of the root', (share) => share.permission('', 7)],
  ['permissions of everything', (share) => eachPath(share, (path) => share.permission(path, 7))],
  [
    'times of everything',
    (share) => eachPath(share, (path) => share.times(path, { creationTime: OLD, lastWriteTime: OLD })),
  ],
  [
    'attributes of everything',
    (share) => eachPath(share, (path) => share.attributes(path, HIDDEN | READ_ONLY)),
  ],
  [
    'everything removed',
    (share) =>
      ['folder', 'other', 'empty', 'large', 'second large', 'locked', 'locked folder', 'described'].map(
        (path) => share.remove(path),
      ),
  ],
];

/** What somebody may do to the target between two backups, who should not. */
export const TAMPERINGS: readonly (readonly [string, Change])[] = [
  ['nobody touched', () => undefined],
  ['somebody wrote to', (share) => eachFile(share, (path) => share.write(path, 0, 'tampered'))],
  ['somebody moved things in', moveThings],
  [
    'somebody removed half of',
    (share) => share.remove('folder/inner').remove('large').remove('locked').remove('other/x'),
  ],
];

function invert(share: ShareBuilder): ShareBuilder {
  return share
    .rename('folder/inner', 'between')
    .rename('folder', 'between/folder')
    .rename('between', 'inner');
}

function turnInsideOut(share: ShareBuilder): ShareBuilder {
  share.swap('folder', 'large').rename('large/inner', 'between');
  return share.rename('large', 'between/large').rename('between', 'inner');
}

function moveWithin(share: ShareBuilder): ShareBuilder {
  return share.rename('folder', 'moved').rename('moved/one', 'moved/inner/one').file('moved/one/inside', 'x');
}

/** Only what is in them, and their ids, tell them apart. */
function swapLikeFiles(share: ShareBuilder): ShareBuilder {
  return share
    .swap('large', 'second large')
    .times('large', { creationTime: OLD, lastWriteTime: OLD })
    .times('second large', { creationTime: OLD, lastWriteTime: OLD });
}

function describeEntry(share: ShareBuilder, path: string): ShareBuilder {
  return share
    .metadata(path, { about: 'after' })
    .headers(path, { contentType: 'text/x', cacheControl: 'no-store' });
}

function keepingTime(share: ShareBuilder, path: string, change: () => unknown): ShareBuilder {
  const { lastWriteTime } = share.entry(path);
  change();
  return share.times(path, { lastWriteTime });
}

function moveThings(share: ShareBuilder): ShareBuilder {
  return share
    .swap('folder', 'other')
    .swap('large', 'second large')
    .rename('empty', 'EMPTY')
    .file('surplus/x', 'x');
}

function eachPath(share: ShareBuilder, act: (path: string) => unknown): void {
  for (const path of readTree(share.share, undefined, { withoutContent: true }).keys()) act(path);
}

function eachFile(share: ShareBuilder, act: (path: string) => unknown): void {
  for (const [path, { kind, size, attributes }] of readTree(share.share, undefined, {
    withoutContent: true,
  })) {
    if (kind === 'file' && size >= 'tampered'.length && !attributes.includes('ReadOnly')) act(path);
  }
}
