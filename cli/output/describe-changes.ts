import type { ChangeKind } from '../../lib/mirror/change.ts';
import type { PlannedChange } from '../../lib/mirror/plan.ts';
import type { ChangeCounts } from '../../lib/mirror/planned-folders.ts';
import { byteCount, counted, printable } from './text.ts';

interface Words {
  readonly one: string;
  readonly many: string;
  /** What is to be done to one that is named. */
  readonly to: string;
}

const WORDS: Readonly<Record<ChangeKind, Words>> = {
  'create-directory': { one: 'directory to create', many: 'directories to create', to: 'to create' },
  'copy-file': { one: 'file to copy', many: 'files to copy', to: 'to copy' },
  'patch-file': {
    one: 'file whose changed ranges are to be copied',
    many: 'files whose changed ranges are to be copied',
    to: 'changed ranges to copy',
  },
  'set-properties': {
    one: 'entry whose properties are to be set',
    many: 'entries whose properties are to be set',
    to: 'properties to set',
  },
  rename: { one: 'entry to rename', many: 'entries to rename', to: 'to rename' },
  'delete-file': { one: 'file to delete', many: 'files to delete', to: 'to delete' },
  'delete-directory': { one: 'directory to delete', many: 'directories to delete', to: 'to delete' },
};

/** `3 files to copy`, one text for each kind of which there are any. */
export function changeCounts(counts: ChangeCounts): readonly string[] {
  return Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => counted(number, WORDS[kind as ChangeKind].one, WORDS[kind as ChangeKind].many));
}

/** `1,204 files to copy, 3.1 GiB`. */
export function describeCounts(counts: ChangeCounts, bytes: number): string {
  return [...changeCounts(counts), ...(bytes === 0 ? [] : [byteCount(bytes)])].join(', ');
}

/** What is to be done to an entry that is named before: `to copy, 3 B`, `to rename from "b"`. */
export function describeChange({ kind, from, size }: PlannedChange): string {
  const origin = from === undefined ? '' : ` from "${printable(from)}"`;
  return `${WORDS[kind].to}${origin}${size === undefined ? '' : `, ${byteCount(size)}`}`;
}
