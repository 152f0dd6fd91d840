import { ServiceError } from './service-error.ts';

/**
 * The errors of the model with the service's own words; status and code from
 * rest/api/storageservices/file-service-error-codes and common-rest-api-error-codes.
 */
export const resourceNotFound = () =>
  new ServiceError(404, 'ResourceNotFound', 'The specified resource does not exist.');

export const parentNotFound = () =>
  new ServiceError(404, 'ParentNotFound', 'The specified parent path does not exist.');

export const resourceAlreadyExists = () =>
  new ServiceError(409, 'ResourceAlreadyExists', 'The specified resource already exists.');

export const resourceTypeMismatch = () =>
  new ServiceError(
    409,
    'ResourceTypeMismatch',
    'The specified resource type does not match the type of the existing resource.',
  );

export const readOnlyAttribute = () =>
  new ServiceError(
    409,
    'ReadOnlyAttribute',
    'The specified resource is read-only and cannot be modified at this time.',
  );

export const directoryNotEmpty = () =>
  new ServiceError(409, 'DirectoryNotEmpty', 'The specified directory is not empty.');

export const cannotDeleteFileOrDirectory = () =>
  new ServiceError(
    409,
    'CannotDeleteFileOrDirectory',
    'The file or directory could not be deleted because it is in use by an SMB client.',
  );

export const sharingViolation = () =>
  new ServiceError(409, 'SharingViolation', 'The specified resource may be in use by an SMB client.');

export const fileLockConflict = () =>
  new ServiceError(409, 'FileLockConflict', 'A portion of the specified file is locked by an SMB client.');

export const deletePending = () =>
  new ServiceError(409, 'DeletePending', 'The specified resource is marked for deletion by an SMB client.');

export const invalidRange = (size: number) =>
  new ServiceError(
    416,
    'InvalidRange',
    'The range specified is invalid for the current size of the resource.',
    { headers: { 'content-range': `bytes */${size}` } },
  );

/** Status and code as clients have reported them; the documentation does not list a full share. */
export const shareSizeLimitReached = () =>
  new ServiceError(403, 'ShareSizeLimitReached', 'The specified share is full.');

export const shareNotFound = () =>
  new ServiceError(404, 'ShareNotFound', 'The specified share does not exist.');

export const shareAlreadyExists = () =>
  new ServiceError(409, 'ShareAlreadyExists', 'The specified share already exists.');

export const shareBeingDeleted = () =>
  new ServiceError(409, 'ShareBeingDeleted', 'The specified share is being deleted. Try operation later.');

export const shareHasSnapshots = () =>
  new ServiceError(
    409,
    'ShareHasSnapshots',
    'The share has snapshots and the operation requires no snapshots.',
  );

export const deleteShareWhenSnapshotLeased = () =>
  new ServiceError(
    409,
    'DeleteShareWhenSnapshotLeased',
    'Unable to delete share because one or more share snapshots have active leases. Release the share snapshot leases or delete the share with the include-leased parameter for x-ms-delete-snapshots.',
  );

export const shareSnapshotNotFound = () =>
  new ServiceError(404, 'ShareSnapshotNotFound', 'The specified share snapshot does not exist.');

export const shareSnapshotCountExceeded = () =>
  new ServiceError(
    409,
    'ShareSnapshotCountExceeded',
    'The total number of snapshots for the share is over the limit.',
  );

export const shareSnapshotInProgress = () =>
  new ServiceError(
    409,
    'ShareSnapshotInProgress',
    'A share snapshot is in progress for the share. Try the operation later.',
  );

/** Status as other missing things have it; the documentation tells the code alone. */
export const previousSnapshotNotFound = () =>
  new ServiceError(404, 'PreviousSnapshotNotFound', 'The previous snapshot is not found.');

export const fileGenerationMismatch = () =>
  new ServiceError(
    409,
    'FileGenerationMismatch',
    'The file has been recreated since the previous snapshot was taken.',
  );

export const fileInvalidPermission = () =>
  new ServiceError(400, 'FileInvalidPermission', 'The specified file permission is not valid.');

export const fileInvalidPermissionKey = () =>
  new ServiceError(
    400,
    'FileInvalidPermissionKey',
    'The specified file permission key does not exist in the share.',
  );

export const filePermissionNotFound = () =>
  new ServiceError(404, 'FilePermissionNotFound', 'The specified file permission is not found.');

export const pendingCopyOperation = () =>
  new ServiceError(409, 'PendingCopyOperation', 'There is currently a pending copy operation.');

export const noPendingCopyOperation = () =>
  new ServiceError(409, 'NoPendingCopyOperation', 'There is currently no pending copy operation.');

export const copyIdMismatch = () =>
  new ServiceError(
    409,
    'CopyIdMismatch',
    'The specified copy ID did not match the copy ID for the pending copy operation.',
  );

export const invalidHeader = (name: string, value: string) =>
  new ServiceError(
    400,
    'InvalidHeaderValue',
    'The value for one of the HTTP headers is not in the correct format.',
    { fields: { HeaderName: name, HeaderValue: value } },
  );

export const outOfRangeInput = () =>
  new ServiceError(400, 'OutOfRangeInput', 'One of the request inputs is out of range.');
