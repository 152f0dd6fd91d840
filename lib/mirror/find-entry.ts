import { isNotFound, isRefusal } from '../azure/errors.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { readProperties } from './metadata-proof.ts';

/** What stands at a path; undefined where nothing of that kind does. */
export async function findEntry(
  reader: ShareReader,
  path: SharePath,
  kind: EntryKind,
): Promise<Entry | undefined> {
  try {
    return (await readProperties(reader, path, kind)).entry;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that nothing of the kind that was asked for stands there. */
export function isAbsent(error: unknown): boolean {
  return isNotFound(error) || isRefusal(error, 'ResourceTypeMismatch');
}
