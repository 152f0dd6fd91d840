import { noAuthenticationInformation, notAuthorized } from '../auth/auth-errors.ts';
import { bearerTokenOf } from '../auth/authenticate.ts';
import { authorize, requireBackupIntent } from '../auth/authorize.ts';
import { verifyToken } from '../auth/bearer.ts';
import { verifySas } from '../auth/sas.ts';
import {
  type AccountSecurity,
  type FileSource,
  openSource,
  parseTicks,
  ServiceError,
} from '../state/index.ts';
import { invalidHeaderValue, invalidUri } from './request-errors.ts';
import { booleanHeader, requiredHeader } from './request-headers.ts';
import { accountOfHost, decodePath, parseQuery, type Query } from './request-target.ts';
import { authContextFor } from './sas-context.ts';
import type { Service } from './service.ts';
import { header, type ServiceRequest } from './service-request.ts';
import { withoutTrailingDots } from './trailing-dots.ts';

const MAX_URL_LENGTH = 2048;

/** The source of a copy: the file as it is now, and its URL without the signature. */
export type CopySource = {
  readonly file: FileSource;
  readonly url: string;
  readonly address: SourceAddress;
};

/** Where a URL in a header points. */
export type SourceAddress = {
  readonly account: string;
  readonly share: string;
  readonly path: readonly string[];
  readonly query: Query;
  /** Up to the question mark, at the endpoint of the request where the URL's own names no account. */
  readonly base: string;
};

/**
 * Opens the file that `x-ms-copy-source` names, by its account and share, whatever host and port the URL
 * has. The SAS in the URL must allow reading; without one the source must be of the account that the key or the
 * token of the request is for, or `takesToken` must let `x-ms-copy-source-authorization` bring a token for it.
 * What fails is told as `CannotVerifyCopySource` with the source's status
 * (learn.microsoft.com rest/api/storageservices/copy-file, put-range-from-url).
 */
export function openCopySource(
  request: ServiceRequest,
  service: Service,
  { takesToken = false }: { readonly takesToken?: boolean } = {},
): CopySource {
  const url = requiredHeader(request, 'x-ms-copy-source');
  const address = sourceAddress('x-ms-copy-source', url, request, service);
  requireCopyScope(address.account, request, service);
  const token = takesToken ? copySourceToken(request) : undefined;
  try {
    authorizeSource(address, request, service, 'GetFile', token);
    const account = service.state.findAccount(address.account);
    if (account === undefined) throw invalidUri();
    const view = account.getShare(address.share).view(snapshotOf(address));
    const keepsDots = booleanHeader(request, 'x-ms-source-allow-trailing-dot') ?? false;
    const file = openSource(view, withoutTrailingDots(address.path, keepsDots));
    return { file, url: sourceUrlWithoutSignature(address), address };
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
  // What was found in the account of the request is told by a URL under which it is found again.
  const base =
    ofHost === undefined && !isPathStyle
      ? `${request.serviceEndpoint}${rawPath.slice(1)}`
      : url.slice(0, url.length - (url.includes('?') ? query.length + 1 : 0));
  return { account, share, path, query: parseQuery(query), base };
}

/**
 * Throws unless `operation` on the source is allowed: by the SAS of its URL, or else by the token given for it,
 * or else, within one account, by the key or the roles that the request itself goes by.
 */
export function authorizeSource(
  address: SourceAddress,
  request: ServiceRequest,
  service: Service,
  operation: 'GetFile' | 'DeleteFile',
  token?: string,
): void {
  const { account, query } = address;
  const context = authContextFor(service, address, request.protocol, request.clientAddress);
  if (query.get('sig') !== undefined) {
    authorize(verifySas(new Map(query.pairs), context, token), operation, request);
  } else if (token !== undefined) {
    authorize(verifyToken(token, context), operation, request);
  } else {
    const { principal } = request;
    if ('permissions' in principal || request.account !== account) {
      throw noAuthenticationInformation(context.tenantId);
    }
    authorize(principal, operation, request);
  }
}

/** First version in which a token may read a file as the source of a range (rest/api/storageservices/put-range-from-url). */
const SOURCE_TOKENS_SINCE = '2024-05-04';

/** The token that `x-ms-copy-source-authorization` brings; only Bearer is supported, and only with the backup intent. */
function copySourceToken(request: ServiceRequest): string | undefined {
  const authorization = header(request, 'x-ms-copy-source-authorization');
  if (authorization === undefined) return undefined;
  const token = bearerTokenOf(authorization);
  if (token === undefined || request.version < SOURCE_TOKENS_SINCE) {
    throw invalidHeaderValue('x-ms-copy-source-authorization', 'Bearer');
  }
  requireBackupIntent(request.headers);
  return token;
}

/** Throws 403 when the account takes copies only from its tenant or its virtual network, and the source is of neither. */
function requireCopyScope(
  sourceAccount: string,
  request: ServiceRequest,
  { state, identity }: Service,
): void {
  if (sourceAccount === request.account) return;
  const source = state.findAccount(sourceAccount)?.security;
  const target = state.findAccount(request.account)?.security;
  const tenantOf = (security: AccountSecurity | undefined) => security?.tenantId ?? identity.tenantId;
  const isAllowed =
    target?.allowedCopyScope === undefined ||
    (target.allowedCopyScope === 'AAD'
      ? source !== undefined && tenantOf(source) === tenantOf(target)
      : source?.virtualNetwork !== undefined && source.virtualNetwork === target.virtualNetwork);
  if (!isAllowed) throw notAuthorized('AuthorizationFailure');
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
