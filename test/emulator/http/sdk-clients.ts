import {
  AccountSASPermissions,
  generateAccountSASQueryParameters,
  RestError,
  ShareServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import type { Emulator } from '../../../emulator/main.ts';

/** The JavaScript SDK against an account of an emulator, without retries. */
export function clientOf(emulator: Emulator, account = 'source'): ShareServiceClient {
  const { endpoint, key } = emulator.account(account);
  return new ShareServiceClient(endpoint, new StorageSharedKeyCredential(account, key), {
    retryOptions: { maxTries: 1 },
  });
}

/** An account SAS that allows everything for an hour, or only some permissions. */
export function accountSas(emulator: Emulator, account = 'source', permissions = 'rwdlc'): string {
  return generateAccountSASQueryParameters(
    {
      services: 'f',
      resourceTypes: 'sco',
      permissions: AccountSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(account, emulator.account(account).key),
  ).toString();
}

/** `status code` of the error that a call fails with, or what happened instead. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'succeeded';
  } catch (error) {
    if (error instanceof RestError) return `${error.statusCode} ${error.code}`;
    return `threw ${String(error)}`;
  }
}

/** The bytes of a download. */
export async function bytesOf(response: { readableStreamBody?: NodeJS.ReadableStream }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
