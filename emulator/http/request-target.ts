import { invalidQueryParameterValue, invalidUri } from './request-errors.ts';

/** Where a request line points: an account, a share and a path of the service. */
export type RequestTarget = {
  readonly account: string;
  /** Empty when the request concerns the account. */
  readonly share: string;
  /** Decoded path below the share, without empty segments; dots at the ends of names are kept. */
  readonly path: readonly string[];
  /** The path of the request line as sent, as Shared Key signs it. */
  readonly rawPath: string;
  readonly query: Query;
  /** What stands before the share in the URL, without the scheme: `127.0.0.1:10004/account/`. */
  readonly root: string;
};

/** Query parameters: `pairs` as sent with names in lower case and values decoded, `get` gives the first value. */
export type Query = {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly get: (name: string) => string | undefined;
};

/**
 * Reads the target of a request line in origin-form or absolute-form, path-style (`/account/share/…`) or
 * host-style (`account.file.<suffix>`). `hasAccount` tells the accounts that exist; `renameSource` is the
 * header `x-ms-file-rename-source`, which settles paths from which a client has dropped the account.
 * Throws 400 `InvalidUri` for what is no URL of the service.
 */
export function parseRequestTarget(
  url: string,
  hostHeader: string | undefined,
  hasAccount: (name: string) => boolean,
  renameSource?: string,
): RequestTarget {
  const { authority, pathAndQuery } = splitAbsoluteForm(url, hostHeader ?? '');
  const question = pathAndQuery.indexOf('?');
  const rawPath = question < 0 ? pathAndQuery : pathAndQuery.slice(0, question);
  const query = parseQuery(question < 0 ? '' : pathAndQuery.slice(question + 1));
  const segments = decodePath(rawPath);
  const account = accountOfHost(authority, hasAccount);
  if (account !== undefined) return target(account, segments, 0, rawPath, query, `${authority}/`);
  const first = segments[0];
  const withoutAccount =
    renameSource === undefined ? undefined : accountOfRename(segments, renameSource, hasAccount);
  if (withoutAccount !== undefined) {
    return target(withoutAccount, segments, 0, rawPath, query, `${authority}/${withoutAccount}/`);
  }
  if (first === undefined || !hasAccount(first)) throw invalidUri();
  return target(first, segments, 1, rawPath, query, `${authority}/${first}/`);
}

/** The host names of an absolute-form request line or CONNECT that the emulator answers for. */
export function accountOfHost(authority: string, hasAccount: (name: string) => boolean): string | undefined {
  const dot = authority.indexOf('.file.');
  if (dot <= 0) return undefined;
  const account = authority.slice(0, dot).toLowerCase();
  return hasAccount(account) ? account : undefined;
}

/** Splits percent-encoded path text at slashes, encoded ones included, and drops empty segments. */
export function decodePath(rawPath: string): string[] {
  const path = rawPath.includes('%') ? decodeOrThrow(rawPath, invalidUri) : rawPath;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment !== '') segments.push(segment);
  }
  return segments;
}

/** Reads the part of a URL after `?`. A plus sign is itself, as in the signatures that clients send. */
export function parseQuery(text: string): Query {
  const pairs: [string, string][] = [];
  if (text !== '') {
    for (const part of text.split('&')) {
      if (part === '') continue;
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? '' : part.slice(equals + 1);
      pairs.push([
        decodeOrThrow(name, invalidUri).toLowerCase(),
        value.includes('%') ? decodeOrThrow(value, () => invalidQueryParameterValue(name, value)) : value,
      ]);
    }
  }
  return {
    pairs,
    get(name) {
      for (const pair of pairs) {
        if (pair[0] === name) return pair[1];
      }
      return undefined;
    },
  };
}

function target(
  account: string,
  segments: readonly string[],
  start: number,
  rawPath: string,
  query: Query,
  root: string,
): RequestTarget {
  return { account, share: segments[start] ?? '', path: segments.slice(start + 1), rawPath, query, root };
}

function splitAbsoluteForm(url: string, hostHeader: string): { authority: string; pathAndQuery: string } {
  if (url.startsWith('/')) return { authority: hostHeader, pathAndQuery: url };
  const scheme = /^https?:\/\//i.exec(url);
  if (scheme === null) throw invalidUri();
  const rest = url.slice(scheme[0].length);
  const end = rest.search(/[/?]/);
  if (end < 0) return { authority: rest, pathAndQuery: '/' };
  const pathAndQuery = rest.slice(end);
  return {
    authority: rest.slice(0, end),
    pathAndQuery: pathAndQuery.startsWith('/') ? pathAndQuery : `/${pathAndQuery}`,
  };
}

/**
 * The JavaScript SDK's rename() of a path-style client sends `/share/new` instead of `/account/share/new`.
 * A rename stays in its share, so the source tells which of the two a path is.
 */
function accountOfRename(
  segments: readonly string[],
  renameSource: string,
  hasAccount: (name: string) => boolean,
): string | undefined {
  const source = sourceSegments(renameSource);
  const [account, share] = source;
  if (account === undefined || share === undefined || !hasAccount(account)) return undefined;
  const complete = segments[0] === account && segments[1] === share;
  return !complete && segments[0] === share ? account : undefined;
}

function sourceSegments(url: string): string[] {
  const match = /^https?:\/\/[^/?]+(\/[^?]*)/i.exec(url);
  return match === null ? [] : decodePath(match[1] ?? '');
}

function decodeOrThrow(text: string, error: () => Error): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw error();
  }
}
