import { isIP } from 'node:net';

export const ENDPOINT_FORM =
  'the file endpoint of a storage account, https://NAME.file.core.windows.net or http://HOST:PORT/NAME';

const CLOUD_HOST = /^([^.]+)\..*\b(blob|dfs|file|queue|table|web)\.(core|storage)\./;

/**
 * What is wrong with a file endpoint, as the end of "found …"; undefined when nothing is. Text that is quoted
 * never includes a query or a password, where a secret could be.
 * Account names: azure/storage/common/storage-account-overview, "Storage account name".
 */
export function endpointFault(text: string): string | undefined {
  if (isFileSharesResource(text)) return FILE_SHARES_RESOURCE;
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) return 'text that is no http or https address';
  const url = new URL(text);
  const address = JSON.stringify(`${url.origin}${url.pathname}`);
  if (url.username !== '' || url.password !== '') return `${address} with a user name or password before it`;
  if (url.search !== '') return `${address} with a query after it; a SAS belongs into "credential"`;
  if (url.hash !== '') return `${address} with a # after it`;
  const names = url.pathname.split('/').filter((name) => name !== '');
  const [, label, service] = CLOUD_HOST.exec(url.hostname) ?? [];
  if (label !== undefined) {
    if (service !== 'file') return `${address}, an endpoint of the account's ${service} service`;
    if (!/^[a-z0-9]{3,24}$/.test(label))
      return `${address}, whose account name is not 3 to 24 letters and digits`;
    if (names.length > 0) return `${address} with a path; the share belongs into the job`;
    return undefined;
  }
  if (names.length > 1) return `${address}, whose path has more parts than the account's name`;
  const hasAccountLabel = url.hostname.includes('.') && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  if (names.length === 0 && !hasAccountLabel) return `${address}, which names no account`;
  return undefined;
}

export const ORIGIN_FORM = 'an https address without a path, such as https://management.azure.com';

/** What is wrong with the address of a service as such, as the end of "found …"; undefined when nothing is. */
export function originFault(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https:\/\//i.test(text)) return 'text that is no https address';
  const url = new URL(text);
  const isOriginAlone =
    url.pathname === '/' && `${url.username}${url.password}${url.search}${url.hash}` === '';
  return isOriginAlone ? undefined : `more than ${JSON.stringify(url.origin)}`;
}

/** The endpoint of an address that has no fault: lower-case host, no default port, no slash at its end. */
export function normalizeEndpoint(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Equal for two endpoint and share pairs that are the same share, over http or https. */
export function shareIdentity(endpoint: string, share: string): string {
  return `${endpoint.replace(/^https?:/, '')}/${share}`.toLowerCase();
}

/** Classic shares live in a storage account; those of the Microsoft.FileShares provider have none. */
export function isFileSharesResource(text: string): boolean {
  return /\/providers\/microsoft\.fileshares\//i.test(text);
}

export const FILE_SHARES_RESOURCE =
  'the id of a Microsoft.FileShares resource, a share without a storage account, which Sharepair cannot back up';
