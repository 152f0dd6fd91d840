import type { SharePath } from '../files/paths.ts';
import { compareEntries } from './compare-file.ts';
import type { DirectoryPair } from './directory-pairs.ts';
import { attempt, type WalkContext } from './walk-context.ts';

/** Brings a directory's own properties into line, after everything below it is done. */
export async function stampDirectory(
  context: WalkContext,
  path: SharePath,
  { source, target }: DirectoryPair,
  touched: boolean,
): Promise<void> {
  await attempt(context, path, async () => {
    const differs =
      target === undefined ||
      (await compareEntries(context, source, target)) !== 'equal' ||
      (await context.metadataDiffers(path, source));
    if (differs) await context.changes.handle({ kind: 'set-properties', path, source, target });
    // What the listing said of it was true before its children changed.
    else if (touched)
      await context.changes.handle({ kind: 'set-properties', path, source, target: undefined });
  });
}

/** The same for a directory that something was put into or taken out of after its turn. */
export async function restampDirectory(context: WalkContext, path: SharePath): Promise<void> {
  await attempt(context, path, async () => {
    const { entry: source } = await context.source.directory(path);
    await stampDirectory(context, path, { source, target: undefined }, true);
  });
}
