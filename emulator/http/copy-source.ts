import { noAuthenticationInformation } from '../auth/auth-errors.ts';
import { authorize } from '../auth/authorize.ts';
import { verifySas } from '../auth/sas.ts';
import { type FileSource, openSource, parseTicks, ServiceError } from '../state/index.ts';
import { invalidHeaderValue, invalidUri } from './request-errors.ts';
import { booleanHeader, requiredHeader } from './request-headers.ts';
import { accountOfHost, decodePath, parseQuery, type Query } from './request-target.ts';
import { authContextFor } from './sas-context.ts';
import type { Service } from './service.ts';
import type { ServiceRequest } from './service-request.ts';
import { withoutTrailingDots } from './trailing-dots.ts';

const MAX_URL_LENGTH = 2048;

/** The source of a copy: the file as it is now, and its URL without the signature. */
export type CopySource = { readonly file: FileSource; readonly url: string };

/** Where a URL in a header points. */
export type SourceAddress = {
  readonly account: string;
  readonly share: string;
  readonly path: readonly string[];
  readonly query: Query;
  /** Up to the question mark. */
  readonly base: string;
};

/**
 * Opens the file that `x-ms-copy-source` names, by its account and share, whatever host and port the URL
 * has. The SAS in the URL must allow reading; without one the source must be of the account whose key
 * signed the request. What fails is told as `CannotVerifyCopySource` with the source's status
 * (learn.microsoft.com rest/api/storageservices/copy-file, put-range-from-url).
 */
export function openCopySource(request: ServiceRequest, service: Service): CopySource {
  const url = requiredHeader(request, 'x-ms-copy-source');
  const address = sourceAddress('x-ms-copy-source', url, request, service);
  try {
    authorizeSource(address, request, service, 'GetFile');
    const account = service.state.findAccount(address.account);
    if (account === undefined) throw invalidUri();
    const view = account.getShare(address.share).view(snapshotOf(address));
    const keepsDots = booleanHeader(request, 'x-ms-source-allow-trailing-dot') ?? false;
    const file = openSource(view, withoutTrailingDots(address.path, keepsDots));
    return { file, url: sourceUrlWithoutSignature(address) };
  } catch (error) {
    if (error instanceof ServiceError) throw cannotVerify(error, request.version);
    throw error;
  }
}

/**
 * Reads a URL of the service out of a header; 400 `InvalidHeaderValue` for any other. The account is that of
 * the host name or of the first segment of the path; where neither names one, the host is a name that the
 * emulator does not know for the account of the request.
 */
export function sourceAddress(
  name: string,
  url: string,
  request: ServiceRequest,
  service: Service,
): SourceAddress {
  const match = /^https?:\/\/([^/?#]+)(\/[^?#]*)(?:\?([^#]*))?$/i.exec(url);
  if (match === null || url.length > MAX_URL_LENGTH) throw invalidHeaderValue(name, url.slice(0, 256));
  const [, authority = '', rawPath = '', query = ''] = match;
  const segments = decodePath(rawPath);
  const hasAccount = (account: string) => service.state.findAccount(account) !== undefined;
  const ofHost = accountOfHost(authority, hasAccount);
  const isPathStyle = ofHost === undefined && hasAccount(segments[0] ?? '');
  const account = ofHost ?? (isPathStyle ? segments[0] : undefined) ?? request.account;
  const [share, ...path] = isPathStyle ? segments.slice(1) : segments;
  if (share === undefined || path.length === 0) throw invalidHeaderValue(name, url.slice(0, 256));
  const base = url.slice(0, url.length - (url.includes('?') ? query.length + 1 : 0));
  return { account, share, path, query: parseQuery(query), base };
}

/** Throws unless the SAS of a source URL, or without one the key of the request, allows `operation` on it. */
export function authorizeSource(
  address: SourceAddress,
  request: ServiceRequest,
  service: Service,
  operation: 'GetFile' | 'DeleteFile',
): void {
  const { account, query } = address;
  if (query.get('sig') === undefined) {
    if (request.principal.kind !== 'shared-key' || request.account !== account)
      throw noAuthenticationInformation();
    return;
  }
  const context = authContextFor(service.state, address, request.protocol, request.clientAddress);
  authorize(verifySas(new Map(query.pairs), context), operation);
}

function snapshotOf(address: SourceAddress): string | undefined {
  const snapshot = address.query.get('sharesnapshot');
  if (snapshot !== undefined && parseTicks(snapshot) === undefined) {
    throw invalidHeaderValue('x-ms-copy-source', address.base);
  }
  return snapshot;
}

function sourceUrlWithoutSignature(address: SourceAddress): string {
  const snapshot = address.query.get('sharesnapshot');
  return snapshot === undefined
    ? address.base
    : `${address.base}?sharesnapshot=${encodeURIComponent(snapshot)}`;
}

/** From version 2025-07-05 the answer tells the source's own status and code apart. */
function cannotVerify(cause: ServiceError, version: string): ServiceError {
  const told = version >= '2025-07-05';
  return new ServiceError(cause.status, 'CannotVerifyCopySource', cause.message, {
    ...(told
      ? {
          headers: {
            'x-ms-copy-source-status-code': String(cause.status),
            'x-ms-copy-source-error-code': cause.code,
          },
          fields: {
            CopySourceStatusCode: String(cause.status),
            CopySourceErrorCode: cause.code,
            CopySourceErrorMessage: cause.message,
          },
        }
      : {}),
  });
}
