import type { PlannedChange } from '../mirror/plan.ts';

/** What differs, rather than what would make it equal: of a comparison, nothing of that is going to be done. */
export function describeDifference({ kind, from }: Pick<PlannedChange, 'kind' | 'from'>): string {
  return from === undefined ? DIFFERENCES[kind] : `named "${from}" in the target snapshot`;
}

const DIFFERENCES: Readonly<Record<PlannedChange['kind'], string>> = {
  'create-directory': 'a directory that the target snapshot lacks',
  'copy-file': 'missing from the target snapshot, or another file there',
  'patch-file': 'another content in the target snapshot',
  'set-properties': 'other times, attributes or permissions',
  rename: 'another name in the target snapshot',
  'delete-file': 'a file in the target snapshot only',
  'delete-directory': 'a directory in the target snapshot only',
};
