import { hasAttribute } from '../files/attributes.ts';
import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ChangedRanges } from './content-change.ts';
import { copyPieces, type TransferContext } from './transfer-file.ts';
import { patchMarker } from './unfinished-marker.ts';

/**
 * Makes a large target file equal to its source by copying only the ranges that were changed since the
 * previous recovery point.
 *
 * The target bears a marker from before the first range until after the last, so that a file cut short never
 * compares equal, and a later slice that meets it goes on with this very patch.
 */
export async function patchFile(
  context: TransferContext,
  path: SharePath,
  { source, target }: { readonly source: Entry; readonly target: Entry },
  { difference, since, present }: ChangedRanges,
): Promise<void> {
  const { writer, source: reader } = context;
  if (hasAttribute(target.attributes, 'ReadOnly')) await writer.clearAttributes(path, 'file');
  await writer.resizeFile(path, source.size, patchMarker(reader.snapshot ?? '', since, path, source));
  for (const { start, end } of difference.cleared) {
    if (start < source.size) await writer.clearRange(path, { start, end: Math.min(end, source.size - 1) });
  }
  await copyPieces(context, path, { ranges: difference.written, size: source.size, present });
  await context.finish(path, source, target);
}
