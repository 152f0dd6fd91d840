import {
  AccountSASPermissions,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';

const HOUR_MS = 3_600_000;

/** A shared access signature that allows everything in an account for an hour. */
export function accountSas({ name, key }: { readonly name: string; readonly key: string }): string {
  return generateAccountSASQueryParameters(
    {
      services: 'f',
      resourceTypes: 'sco',
      permissions: AccountSASPermissions.parse('rwdlc'),
      expiresOn: new Date(Date.now() + HOUR_MS),
    },
    new StorageSharedKeyCredential(name, key),
  ).toString();
}
