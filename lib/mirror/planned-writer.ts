import type { OperationName } from '../azure/operations.ts';
import type { CopyState, EntryKind } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import { PlannedNames } from './planned-names.ts';

/**
 * Sends nothing, and counts what a writer of the service would have sent. Whatever carries changes out with it
 * plans exactly the requests that it would make: each call is one request, and each succeeds at once.
 */
export class PlannedWriter implements ShareWriter {
  readonly share: string;
  /** Requests that were not sent, by operation. */
  readonly requests: Partial<Record<OperationName, number>> = {};
  /** The names that the share would have by now. */
  readonly names = new PlannedNames();
  readonly #keys = new Map<string, string>();
  readonly #descriptors = new Map<string, string>();

  constructor(share: string) {
    this.share = share;
  }

  async createDirectory(): Promise<void> {
    this.#count('CreateDirectory');
  }

  async createFile(): Promise<void> {
    this.#count('CreateFile');
  }

  async copyFile(): Promise<CopyState> {
    this.#count('CopyFile');
    return { id: 'planned', status: 'success', description: undefined };
  }

  async abortCopy(): Promise<void> {
    this.#count('AbortCopyFile');
  }

  async resizeFile(): Promise<void> {
    this.#count('SetFileProperties');
  }

  async clearRange(): Promise<void> {
    this.#count('ClearRange');
  }

  async putRangeFromUrl(): Promise<void> {
    this.#count('PutRangeFromURL');
  }

  async putRange(): Promise<void> {
    this.#count('PutRange');
  }

  async setProperties(_path: SharePath, kind: EntryKind): Promise<void> {
    this.#count(kind === 'file' ? 'SetFileProperties' : 'SetDirectoryProperties');
  }

  async setMetadata(_path: SharePath, kind: EntryKind): Promise<void> {
    this.#count(kind === 'file' ? 'SetFileMetadata' : 'SetDirectoryMetadata');
  }

  async clearAttributes(_path: SharePath, kind: EntryKind): Promise<void> {
    this.#count(kind === 'file' ? 'SetFileProperties' : 'SetDirectoryProperties');
  }

  async rename(from: SharePath, to: SharePath, kind: EntryKind): Promise<void> {
    this.#count(kind === 'file' ? 'RenameFile' : 'RenameDirectory');
    this.names.rename(from, to, kind);
  }

  async deleteFile(): Promise<void> {
    this.#count('DeleteFile');
  }

  async deleteDirectory(): Promise<void> {
    this.#count('DeleteDirectory');
  }

  /** A key that no share has: always the same for the same descriptor. */
  async createPermission(sddl: string): Promise<string> {
    this.#count('CreateFilePermission');
    const key = this.#keys.get(sddl) ?? `planned*${this.#keys.size + 1}`;
    this.#keys.set(sddl, key);
    this.#descriptors.set(key, sddl);
    return key;
  }

  /** The security descriptor for which a key was planned; undefined for the share's own keys. */
  plannedDescriptor(key: string): string | undefined {
    return this.#descriptors.get(key);
  }

  #count(operation: OperationName): void {
    this.requests[operation] = (this.requests[operation] ?? 0) + 1;
  }
}
