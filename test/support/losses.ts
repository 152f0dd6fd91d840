import type { FaultSpec } from '../../emulator/control/faults.ts';
import { ARCHIVE, parseTicks, READ_ONLY } from '../../emulator/state/index.ts';
import type { ShareBuilder } from './share-builder.ts';
import { MIB } from './share-edits.ts';
import type { TreeEntry } from './tree.ts';

type Tree = ReadonlyMap<string, TreeEntry>;

/** A way to lose something between a first and a second copy of a share. */
export interface Loss {
  /** What must not be lost. */
  readonly what: string;
  /** What AzCopy 10.32.2 is known to do, and by which exit code it tells. */
  readonly azcopy: { readonly does: string; readonly code: number };
  readonly prepare: (source: ShareBuilder) => unknown;
  readonly change: (source: ShareBuilder) => unknown;
  /** What fails during the second copy. */
  readonly fault?: FaultSpec;
  /** Whether the copy has lost it; `before` is the source as it was at the first copy. */
  readonly isLost: (copy: Tree, source: Tree, before: Tree) => boolean;
}

const OLD = parseTicks('2019-03-04T05:06:07.8901234Z') ?? 0n;
const FOREVER = 1_000_000;
const REFUSED = { kind: 'status', status: 403, code: 'AuthorizationFailure' } as const;

/**
 * The losses of AzCopy that show within two runs: each was measured with the real program. Two more need other
 * means: a program killed in the middle of a copy, and ten thousand changes at once.
 */
export const LOSSES: readonly Loss[] = [
  {
    what: 'a folder that the source would not list',
    azcopy: { does: 'takes it for empty and deletes everything in it', code: 0 },
    prepare: (source) => source.file('folder/one', 'one').file('folder/inner/two', 'two').file('other', 'x'),
    change: (source) => source.write('other', 0, 'y'),
    fault: listingRefused('^folder$'),
    isLost: (copy) => !copy.has('folder/one') || !copy.has('folder/inner/two'),
  },
  {
    what: 'a file that the source would not describe',
    azcopy: { does: 'takes it for deleted and deletes it', code: 0 },
    prepare: (source) => source.file('folder/one', 'one').file('folder/two', 'two'),
    change: (source) => source.file('folder/one', 'changed'),
    fault: {
      match: { account: 'prodacct', operation: 'GetFileProperties', path: '^folder/one$' },
      times: FOREVER,
      action: REFUSED,
    },
    isLost: (copy) => !copy.has('folder/one'),
  },
  {
    what: 'the last good copy of a file whose update fails',
    azcopy: { does: 'empties it first and deletes it afterwards', code: 1 },
    prepare: (source) => source.file('small', 'small').file('large', 'large', { size: 40 * MIB }),
    change: (source) => source.write('small', 0, 'SMALL').write('large', 20 * MIB, 'changed'),
    fault: {
      match: {
        account: 'dracct',
        operation: ['CopyFile', 'PutRangeFromURL', 'PutRange'],
        path: '^(small|large)$',
      },
      times: FOREVER,
      action: REFUSED,
    },
    isLost: (copy, _, before) => ['small', 'large'].some((path) => !sameContent(copy, before, path)),
  },
  {
    what: 'a change of nothing but permissions',
    azcopy: { does: 'compares times alone and never sees it', code: 0 },
    prepare: (source) => source.file('folder/one', 'one'),
    change: (source) => source.permission('folder/one', 7).permission('folder', 7),
    isLost: (copy, source) => copy.get('folder/one')?.permission !== source.get('folder/one')?.permission,
  },
  {
    what: 'an older version that was put back, with another size',
    azcopy: { does: 'keeps what is newer', code: 0 },
    prepare: (source) => source.file('report', 'version two'),
    change: (source) => source.file('report', 'one').times('report', { lastWriteTime: OLD }),
    isLost: (copy, source) => !sameContent(copy, source, 'report'),
  },
  {
    what: 'that a file is ReadOnly',
    azcopy: { does: 'clears the attribute to write, and sends the cleared one', code: 0 },
    prepare: (source) => source.file('locked', 'locked', { attributes: ARCHIVE | READ_ONLY }),
    change: (source) => source.file('another', 'x', { attributes: ARCHIVE | READ_ONLY }),
    isLost: (copy, source) =>
      ['locked', 'another'].some((path) => copy.get(path)?.attributes !== source.get(path)?.attributes),
  },
  {
    what: 'a file that turned directory and a directory that turned file',
    azcopy: { does: 'never removes the old kind and fails at the new one, run after run', code: 1 },
    prepare: (source) => source.file('file', 'x').file('folder/inside', 'y'),
    change: (source) =>
      source.remove('file').file('file/inside', 'x').remove('folder').file('folder', 'a file now'),
    isLost: (copy, source) =>
      ['file', 'folder'].some((path) => copy.get(path)?.kind !== source.get(path)?.kind),
  },
];

/** A listing of the source that is refused for good. */
export function listingRefused(path: string): FaultSpec {
  return { match: { account: 'prodacct', operation: 'ListFiles', path }, times: FOREVER, action: REFUSED };
}

function sameContent(one: Tree, other: Tree, path: string): boolean {
  const [a, b] = [one.get(path), other.get(path)];
  return a !== undefined && a.size === b?.size && a.content === b.content;
}
