import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isRefusal } from '../azure/errors.ts';
import { hasAttribute } from '../files/attributes.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import { childPath, parentPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import type { Change, ChangeHandler } from './change.ts';
import { readProperties } from './metadata-proof.ts';
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
    finish: (path, source) => setProperties(context, path, source, undefined),
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
    case 'set-properties':
      return setProperties(context, change.path, change.source, change.target);
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
  path: SharePath,
  source: Entry,
  target: Entry | undefined,
): Promise<void> {
  const { writer, permissions } = context;
  const samePermission =
    target !== undefined && (await permissions.equal(source.permissionKey, target.permissionKey));
  const permissionKey = samePermission ? undefined : await permissions.targetKey(source.permissionKey);
  const isNew = target === undefined;
  const wanted =
    source.kind === 'file' || !isNew ? await readProperties(context.source, path, source.kind) : undefined;
  if (wanted !== undefined && !isNew) await matchMetadata(context, path, source.kind, wanted.metadata);
  // The content headers of a file are replaced as a set, so those of the source go along.
  const content = source.kind === 'file' ? wanted : undefined;
  await writer.setProperties(path, source.kind, { ...source, permissionKey }, content);
}

/** What moved the times may have been a write of metadata, which no listing shows. */
async function matchMetadata(
  { target, writer }: ApplyContext,
  path: SharePath,
  kind: EntryKind,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const present = await readProperties(target, path, kind);
  if (!isDeepStrictEqual(metadata, present.metadata)) await writer.setMetadata(path, kind, metadata);
}

/** Gives an entry another spelling of its name, by way of a third name where the service sees no difference. */
async function respell(
  writer: ShareWriter,
  from: SharePath,
  to: SharePath,
  kind: Entry['kind'],
): Promise<void> {
  try {
    await writer.rename(from, to, kind, false);
  } catch (error) {
    if (!isRefusal(error, 'ResourceAlreadyExists')) throw error;
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
