import { type Cursor, spineOf, type WalkPart, WHOLE_WALK } from './cursor.ts';
import { branchOut, type WalkContext } from './walk-context.ts';
import { walkDirectory } from './walk-directory.ts';

/**
 * Walks both trees at once, directory by directory, and hands on every change but removals, which it only
 * takes down: nothing may be deleted before the whole source has been listed without an error. Properties of
 * a directory come after its children, the root directory's last of all.
 *
 * Walks only `part` of the share, from `resumeAt` on. Resolves to where it was stopped, or to undefined once
 * everything is walked.
 */
export async function walk(
  context: WalkContext,
  resumeAt: Cursor = [],
  part: WalkPart = WHOLE_WALK,
): Promise<Cursor | undefined> {
  const [source, target] = await Promise.all([context.source.directory(''), context.target.directory('')]);
  const pair = { source: source.entry, target: target.entry };
  return walkDirectory(branchOut(context, spineOf(part)), '', pair, { from: resumeAt, until: part.until });
}
