import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { Change } from './change.ts';
import { type Decision, decide } from './decide.ts';
import type { WalkContext } from './walk-context.ts';

/** Makes one target file equal to its source. `touch` is called before anything that moves the directory's times. */
export async function compareFile(
  context: WalkContext,
  path: SharePath,
  { source, target: present }: { readonly source: Entry; readonly target: Entry | undefined },
  touch: () => void,
): Promise<void> {
  const target = present ?? (await context.moves.claim(path, source));
  if (present === undefined) touch();
  const change =
    target === undefined
      ? ({ kind: 'copy-file', path, source, target } as const)
      : await changeOf(context, path, source, target);
  if (change === undefined) return;
  if (change.kind !== 'set-properties') touch();
  await context.changes.handle(change);
}

async function changeOf(
  context: WalkContext,
  path: SharePath,
  source: Entry,
  target: Entry,
): Promise<Change | undefined> {
  const { sampled } = context.mode;
  const change = await listedChange(context, path, source, target);
  if (sampled === undefined || (change !== undefined && change.kind !== 'set-properties')) return change;
  const differs = await sampled.bytesDiffer(path, source);
  return differs ? { kind: 'copy-file', path, source, target } : change;
}

/** What the listings, and what is asked for because of them, tell. */
async function listedChange(
  context: WalkContext,
  path: SharePath,
  source: Entry,
  target: Entry,
): Promise<Change | undefined> {
  const whole: Change = { kind: 'copy-file', path, source, target };
  const properties: Change = { kind: 'set-properties', path, source, target };
  const decision = await compareEntries(context, source, target);
  const isDistrusted = context.mode.unchanged?.isUnchanged(source) === false;
  if (decision !== 'content' && !(await context.isFinished(path, { source, target }))) return whole;
  if (decision === 'content' || decision === 'content-in-doubt' || isDistrusted) {
    const pastPath = context.moves.pastPath(path);
    const changed = await context.contentChange({ path, pastPath, source, target });
    if (changed.kind === 'whole') return whole;
    if (changed.kind === 'ranges') return { kind: 'patch-file', path, source, target, changed };
    if (decision !== 'equal') return properties;
  }
  const differs = decision === 'properties' || (await context.metadataDiffers(path, source));
  return differs ? properties : undefined;
}

export async function compareEntries(
  { permissions }: WalkContext,
  source: Entry,
  target: Entry,
): Promise<Decision> {
  return decide(source, target, await permissions.equal(source.permissionKey, target.permissionKey));
}
