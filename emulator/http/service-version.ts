import { invalidHeaderValue, missingRequiredHeader } from './request-errors.ts';

/** The newest `x-ms-version` the emulator knows. */
export const LATEST_VERSION = '2026-10-06';

const OLDEST_VERSION = '2015-02-21';

/**
 * The version that a request is answered by: the header, or the query parameter `api-version`, or the
 * version a SAS was made for (learn.microsoft.com rest/api/storageservices/versioning-for-the-azure-storage-services).
 * Versions are compared as text. Throws 400 for one that is malformed, newer than any known, or missing.
 */
export function serviceVersion(
  header: string | string[] | undefined,
  apiVersion: string | undefined,
  sasVersion: string | undefined,
): string {
  const text = (typeof header === 'string' ? header : undefined) ?? apiVersion ?? sasVersion;
  if (text === undefined) throw missingRequiredHeader('x-ms-version');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text > LATEST_VERSION || text < OLDEST_VERSION) {
    throw invalidHeaderValue('x-ms-version', text);
  }
  return text;
}
