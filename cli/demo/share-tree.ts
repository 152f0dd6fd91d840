import {
  FileSystemAttributes as Attributes,
  type FileSystemAttributes,
  type ShareClient,
  type ShareDirectoryClient,
  type ShareFileClient,
  ShareServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import type { EmulatedAccount } from './emulator-process.ts';

/** Opens a share as any program would that works with Azure Files; names may end in dots. */
export function openShare({ endpoint, name, key }: EmulatedAccount, share: string): ShareClient {
  const service = new ShareServiceClient(endpoint, new StorageSharedKeyCredential(name, key), {
    allowTrailingDot: true,
    allowSourceTrailingDot: true,
  });
  return service.getShareClient(share);
}

export interface FileToMake {
  readonly path: string;
  readonly content?: string;
  readonly attributes?: 'ReadOnly' | 'Hidden';
  readonly permissionKey?: string;
}

export function directoryAt(share: ShareClient, path: string): ShareDirectoryClient {
  return path === '' ? share.rootDirectoryClient : share.getDirectoryClient(path);
}

export function fileAt(share: ShareClient, path: string): ShareFileClient {
  const slash = path.lastIndexOf('/');
  return directoryAt(share, path.slice(0, Math.max(slash, 0))).getFileClient(path.slice(slash + 1));
}

export async function makeDirectory(share: ShareClient, path: string, permissionKey?: string): Promise<void> {
  await directoryAt(share, path).create(
    permissionKey === undefined ? {} : { filePermissionKey: permissionKey },
  );
}

/** Makes a small file. ReadOnly comes last, as it refuses the content. */
export async function makeFile(share: ShareClient, file: FileToMake): Promise<void> {
  const { path, content = '', attributes, permissionKey } = file;
  const bytes = Buffer.from(content);
  const client = fileAt(share, path);
  await client.create(bytes.length, permissionKey === undefined ? {} : { filePermissionKey: permissionKey });
  if (bytes.length > 0) await client.uploadRange(bytes, 0, bytes.length);
  if (attributes !== undefined) await client.setProperties({ fileAttributes: attributesOf(attributes) });
}

function attributesOf(name: 'ReadOnly' | 'Hidden'): FileSystemAttributes {
  const attributes = new Attributes();
  attributes.archive = true;
  if (name === 'ReadOnly') attributes.readonly = true;
  else attributes.hidden = true;
  return attributes;
}

const AT_ONCE = 16;

/** Does the same with each item, some at once. */
export async function withEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
