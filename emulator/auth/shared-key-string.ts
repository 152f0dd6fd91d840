import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that a Shared Key signature covers. */
export type SignedRequest = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Path of the request line as sent (percent-encoded, with the account when the URL is path-style). */
  readonly rawPath: string;
  /** Query parameters, names in lower case, values decoded, in the order sent. */
  readonly queryPairs: readonly (readonly [name: string, value: string])[];
};

/** How a client may have ordered the `x-ms-*` headers before it signed them. */
export type HeaderOrder = 'ordinal' | 'culture';

/**
 * The string that Shared Key signs (learn.microsoft.com rest/api/storageservices/authorize-with-shared-key).
 * `order` exists because clients differ: most sort header names by code unit, some as .NET does for en-US,
 * where hyphens weigh less than any other character.
 */
export function sharedKeyStringToSign(request: SignedRequest, account: string, order: HeaderOrder): string {
  const headers = request.headers;
  const length = headers['content-length'];
  const date = headers['x-ms-date'] === undefined ? (headers.date ?? '') : '';
  return (
    `${request.method}\n${first(headers['content-encoding'])}\n${first(headers['content-language'])}\n` +
    `${length === undefined || length === '0' ? '' : length}\n${first(headers['content-md5'])}\n` +
    `${headers['content-type'] ?? ''}\n${date}\n${headers['if-modified-since'] ?? ''}\n` +
    `${headers['if-match'] ?? ''}\n${headers['if-none-match'] ?? ''}\n${headers['if-unmodified-since'] ?? ''}\n` +
    `${headers.range ?? ''}\n${canonicalHeaders(headers, order)}${canonicalResource(request, account)}`
  );
}

/** The shorter string of the scheme `SharedKeyLite`. */
export function sharedKeyLiteStringToSign(
  request: SignedRequest,
  account: string,
  order: HeaderOrder,
): string {
  const headers = request.headers;
  const date = headers['x-ms-date'] === undefined ? (headers.date ?? '') : '';
  const comp = request.queryPairs.find(([name]) => name === 'comp')?.[1];
  const resource = `/${account}${request.rawPath}${comp === undefined ? '' : `?comp=${comp}`}`;
  return (
    `${request.method}\n${first(headers['content-md5'])}\n${headers['content-type'] ?? ''}\n${date}\n` +
    `${canonicalHeaders(headers, order)}${resource}`
  );
}

function canonicalHeaders(headers: IncomingHttpHeaders, order: HeaderOrder): string {
  const names: string[] = [];
  for (const name in headers) {
    if (name.startsWith('x-ms-')) names.push(name);
  }
  if (order === 'ordinal') names.sort();
  else names.sort(compareByCulture);
  let text = '';
  for (const name of names) text += `${name}:${first(headers[name])}\n`;
  return text;
}

function canonicalResource(request: SignedRequest, account: string): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of request.queryPairs) {
    const sameName = values.get(name);
    if (sameName === undefined) values.set(name, [value]);
    else sameName.push(value);
  }
  let text = `/${account}${request.rawPath}`;
  for (const name of [...values.keys()].sort()) {
    const all = values.get(name) ?? [];
    text += `\n${name}:${all.length === 1 ? all[0] : all.sort().join(',')}`;
  }
  return text;
}

function first(value: string | string[] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.join(',');
}

/** Names that differ elsewhere are ordered as if they had no hyphens; hyphens break ties. */
function compareByCulture(a: string, b: string): number {
  const left = a.replaceAll('-', '');
  const right = b.replaceAll('-', '');
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : 1;
}
