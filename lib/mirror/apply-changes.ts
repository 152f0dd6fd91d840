import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isRefusal } from '../azure/errors.ts';
import { hasAttribute } from '../files/attributes.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import { childPath, foldName, parentPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import type { Change, ChangeHandler } from './change.ts';
import { readProperties } from './metadata-proof.ts';
import { patchFile } from './patch-file.ts';
import type { PermissionMap } from './permission-map.ts';
import type { Progress } from './progress.ts';
import { type TransferContext, transferFile } from './transfer-file.ts';

export interface ApplyContext extends Omit<TransferContext, 'finish'> {
  readonly source: ShareReader;
  readonly writer: ShareWriter;
  readonly permissions: PermissionMap;
  readonly progress: Progress;
}

/** Carries changes out on the target share. */
export function applyChanges(context: ApplyContext): ChangeHandler {
  const transfer: TransferContext = {
    ...context,
    finish: (path, source, target) => setProperties(context, { path, source, target }),
  };
  return {
    async handle(change) {
      await apply(context, transfer, change);
      count(context.progress, change);
    },
  };
}

async function apply(context: ApplyContext, transfer: TransferContext, change: Change): Promise<void> {
  const { writer } = context;
  switch (change.kind) {
    case 'create-directory':
      return createDirectory(context, change.path);
    case 'copy-file':
      return transferFile(transfer, change.path, change.source, change.target);
    case 'patch-file':
      return patchFile(transfer, change.path, change, change.changed);
    case 'set-properties':
      return setProperties(context, change);
    case 'rename':
      return respell(writer, change.from, change.path, change.source.kind);
    case 'delete-file':
      await clearReadOnly(writer, change.path, change.target);
      return writer.deleteFile(change.path);
    case 'delete-directory':
      await clearReadOnly(writer, change.path, change.target);
      return writer.deleteDirectory(change.path);
  }
}

async function createDirectory({ source, writer }: ApplyContext, path: SharePath): Promise<void> {
  const { metadata } = await source.directory(path);
  await writer.createDirectory(path, { metadata });
}

/** Without a `target`, whatever security descriptor the entry has is replaced. */
async function setProperties(
  context: ApplyContext,
  { path, source, target }: Omit<Extract<Change, { kind: 'set-properties' }>, 'kind'>,
): Promise<void> {
  const { writer, permissions } = context;
  const samePermission =
    target !== undefined && (await permissions.equal(source.permissionKey, target.permissionKey));
  const permissionKey = samePermission ? undefined : await permissions.targetKey(source.permissionKey);
  // Metadata and content headers are in no listing. A new directory was created with its metadata.
  const isComplete = source.kind === 'directory' && target === undefined;
  const wanted = isComplete ? undefined : await readProperties(context.source, path, source.kind);
  if (wanted !== undefined && target !== undefined) {
    await matchMetadata(context, path, source.kind, wanted.metadata);
  }
  // What is not named of a file's content headers may be cleared, so those of the source go along.
  const content = source.kind === 'file' ? wanted : undefined;
  await writer.setProperties(path, source.kind, { ...source, permissionKey }, content);
}

async function matchMetadata(
  { target, writer }: ApplyContext,
  path: SharePath,
  kind: EntryKind,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const present = await readProperties(target, path, kind);
  if (!isDeepStrictEqual(metadata, present.metadata)) await writer.setMetadata(path, kind, metadata);
}

/**
 * Gives an entry another name, or another spelling of its own, by way of a third name where the service sees no
 * difference between the two.
 */
async function respell(
  writer: ShareWriter,
  from: SharePath,
  to: SharePath,
  kind: Entry['kind'],
): Promise<void> {
  try {
    await writer.rename(from, to, kind, false);
  } catch (error) {
    // Another entry in its place is not to be gone round, as what is moved would be left under the third name.
    const isOwnName = foldName(from) === foldName(to);
    if (!isOwnName || !isRefusal(error, 'ResourceAlreadyExists')) throw error;
    const between = childPath(parentPath(to), `.sharepair-rename-${randomUUID()}`);
    await writer.rename(from, between, kind, false);
    await writer.rename(between, to, kind, false);
  }
}

async function clearReadOnly(writer: ShareWriter, path: SharePath, target: Entry): Promise<void> {
  if (hasAttribute(target.attributes, 'ReadOnly')) await writer.clearAttributes(path, target.kind);
}

function count(progress: Progress, change: Change): void {
  if (change.kind === 'delete-file' || change.kind === 'delete-directory') progress.deleted += 1;
  // A new directory gets its properties as a change of its own, and is one changed entry all the same.
  else if (change.kind !== 'set-properties' || change.target !== undefined) progress.changed += 1;
}
