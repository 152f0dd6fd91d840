import { readPieces, sliceContent } from './content.ts';
import type { FileEntry } from './entry.ts';
import { fileNodeOf, getFile } from './lookup.ts';
import type { Path } from './options.ts';
import type { ShareView } from './share-view.ts';

/** A file to copy from, as it was when it was opened. */
export type FileSource = { readonly view: ShareView; readonly entry: FileEntry };

/** No share uses it, so what has it never changes. */
const FROZEN = -1;

/**
 * Opens a file to copy from. 404 `ResourceNotFound`, `ParentNotFound`, 409 `SharingViolation`,
 * `FileLockConflict`.
 */
export function openSource(view: ShareView, path: Path): FileSource {
  const { entry } = getFile(view, path, { readData: true });
  return { view, entry: view.snapshot === undefined ? fileNodeOf(entry).copyForEdit(FROZEN) : entry };
}

/**
 * The bytes of a file from `start` up to `end` (exclusive, at most the size) in pieces, as they are now even
 * when the file is written while they are consumed. They may be the stored bytes themselves: do not change them.
 */
export function readContent(file: FileEntry, start: number, end: number): Iterable<Buffer> {
  return readPieces(sliceContent(fileNodeOf(file).content, start, end), start, end);
}
