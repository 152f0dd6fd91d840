/**
 * The in-memory model of Azure Files behind the emulator: accounts, shares, snapshots, trees, contents, leases,
 * permissions. Everything here is synchronous except saving and loading, and throws `ServiceError` with the
 * status and code that the service answers. Names arrive decoded and already stripped of trailing dots where
 * the request demands it.
 *
 * Trees are read through a `ShareView` (`share.view()` is live, `share.view(snapshotId)` a snapshot) and
 * changed through the `Share`.
 */
export type {
  Account,
  CreateShareOptions,
  DeletedShareInfo,
  ListSharesOptions,
  ShareListItem,
  SharePage,
} from './account.ts';
export type { AccountSecurity } from './account-security.ts';
export * from './attributes.ts';
export { type BackupSnapshot, plantBackupSnapshot } from './backup-snapshot.ts';
export { Clock } from './clock.ts';
export { abortCopy, type CopyFileOptions, completeCopy, copyFile, failCopy } from './copy-file.ts';
export {
  type CreateDirectoryOptions,
  type CreateFileOptions,
  createDirectory,
  createFile,
} from './create-entry.ts';
export { type DeleteOptions, deleteDirectory, deleteFile } from './delete-entry.ts';
export { EmulatorState } from './emulator-state.ts';
export type {
  CopyState,
  CopyStatus,
  DirectoryEntry,
  Entry,
  FileEntry,
  Located,
  LocatedFile,
} from './entry.ts';
export { type FileSource, openSource, readContent } from './file-content.ts';
export { leaseFile } from './file-lease.ts';
export {
  closeHandles,
  type Handle,
  type HandlePage,
  listHandles,
  type PlantHandleOptions,
  plantHandle,
} from './handles.ts';
export type { LeaseAction, LeaseInfo, LeaseOutcome, LeaseState } from './lease.ts';
export { type EntryPage, type ListEntriesOptions, listEntries } from './list-entries.ts';
export {
  type ListRangesDiffOptions,
  listRanges,
  listRangesDiff,
  type RangeDiff,
  type RangeList,
} from './list-ranges.ts';
export { type GetFileOptions, getDirectory, getEntry, getFile } from './lookup.ts';
export { collationKey } from './names.ts';
export type * from './options.ts';
export { clearRange, putRange, putRangeFrom, type RangeWriteOptions } from './put-range.ts';
export { type RenameOptions, rename } from './rename.ts';
export { type SeedOptions, type SeedResult, seed } from './seed.ts';
export { ServiceError, type ServiceErrorDetails } from './service-error.ts';
export type { FileServiceProperties } from './service-properties.ts';
export {
  type SetDirectoryPropertiesOptions,
  type SetFilePropertiesOptions,
  setDirectoryMetadata,
  setDirectoryProperties,
  setFileMetadata,
  setFileProperties,
} from './set-properties.ts';
export type { Share, ShareProperties, SignedIdentifier } from './share.ts';
export type { ShareView } from './share-view.ts';
export { syntheticBytes, syntheticStream } from './synthetic.ts';
export * from './ticks.ts';
