import type { IncomingHttpHeaders } from 'node:http';
import { accountOfHost, decodePath, parseQuery, type Query } from '../http/request-target.ts';
import { sameName } from './account-resources.ts';
import {
  invalidApiVersion,
  invalidResourceType,
  methodNotAllowed,
  missingApiVersion,
} from './management-errors.ts';
import type { ManagementOperation } from './management-operations.ts';
import type { ManagementTarget } from './management-request.ts';

/**
 * Whether a request line is one of Resource Manager's. Those of the file service that look alike are in
 * an account of that name, addressed by path, or in a share of that name, addressed by host.
 */
export function isManagementTarget(
  url: string,
  hostHeader: string | undefined,
  hasAccount: (name: string) => boolean,
): boolean {
  if (!/^(https?:\/\/[^/?]*)?\/subscriptions(\/|\?|$)/i.test(url)) return false;
  const { authority, path } = splitUrl(url, hostHeader);
  if (accountOfHost(authority, hasAccount) !== undefined) return false;
  const first = path.split('/', 2)[1] ?? '';
  return !hasAccount(first) || /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\//i.test(path);
}

/**
 * What a request of Resource Manager addresses. Throws 400 without a proper `api-version`, 404 for resources
 * that the emulator does not have, 405 for methods that they do not.
 */
export function managementTarget(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  protocol: 'http' | 'https',
): ManagementTarget {
  const { authority, path, query: text } = splitUrl(url, headers.host);
  const query = parseQuery(text);
  requireApiVersion(query);
  const segments = decodePath(path);
  const [subscriptions, subscriptionId, groups, resourceGroup, providers, namespace, type, account] =
    segments;
  if (
    !sameName(`${subscriptions}/${groups}/${providers}`, 'subscriptions/resourceGroups/providers') ||
    !sameName(`${namespace}/${type}`, 'Microsoft.Storage/storageAccounts') ||
    subscriptionId === undefined ||
    resourceGroup === undefined ||
    account === undefined
  ) {
    throw invalidResourceType(path);
  }
  const below = segments.slice(8);
  return {
    subscriptionId,
    resourceGroup,
    account: account.toLowerCase(),
    share: isShare(below) ? (below[3] ?? '') : '',
    isCollection: /^(fileServices|usages)$/i.test(below.at(-1) ?? ''),
    operation: operationOf(method, below, query, path),
    query,
    origin: `${protocol}://${authority}`,
  };
}

/** Throws 400 unless a request names its version. */
export function requireApiVersion(query: Query): void {
  const version = query.get('api-version');
  if (version === undefined || version === '') throw missingApiVersion();
  if (!/^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i.test(version)) throw invalidApiVersion(version);
}

/** The operations of each resource below an account, whose path has the name of a share as a star. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, ManagementOperation>>>> = {
  '': { GET: 'ArmGetStorageAccount' },
  listkeys: { POST: 'ArmListKeys' },
  fileservices: { GET: 'ArmGetFileService' },
  'fileservices/default': { GET: 'ArmGetFileService', PUT: 'ArmSetFileService' },
  'fileservices/default/usages': { GET: 'ArmGetFileServiceUsage' },
  'fileservices/default/usages/default': { GET: 'ArmGetFileServiceUsage' },
  'fileservices/default/shares': { GET: 'ArmListShares' },
  'fileservices/default/shares/*': {
    GET: 'ArmGetShare',
    PUT: 'ArmCreateShare',
    PATCH: 'ArmUpdateShare',
    DELETE: 'ArmDeleteShare',
  },
  'fileservices/default/shares/*/lease': { POST: 'ArmLeaseShare' },
  'fileservices/default/shares/*/restore': { POST: 'ArmRestoreShare' },
};

function operationOf(
  method: string,
  below: readonly string[],
  query: Query,
  path: string,
): ManagementOperation {
  const key = below
    .map((name, index) => (index === 3 && isShare(below) ? '*' : name.toLowerCase()))
    .join('/');
  const methods = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  if (methods === undefined) throw invalidResourceType(path);
  const operation = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (operation === undefined) throw methodNotAllowed(method);
  return operation === 'ArmCreateShare' && expands(query).has('snapshots') ? 'ArmSnapshotShare' : operation;
}

function isShare(below: readonly string[]): boolean {
  return sameName(below.slice(0, 3).join('/'), 'fileServices/default/shares');
}

/** The parts of `$expand`, in lower case. */
export function expands(query: Query): ReadonlySet<string> {
  const parts = (query.get('$expand') ?? '').toLowerCase().split(',');
  return new Set(parts.map((part) => part.trim()).filter((part) => part !== ''));
}

/** The parts of a request line in origin-form or absolute-form. */
export function splitUrl(
  url: string,
  hostHeader: string | undefined,
): { authority: string; path: string; query: string } {
  const absolute = /^https?:\/\/([^/?]*)/i.exec(url);
  const rest = absolute === null ? url : url.slice(absolute[0].length);
  const question = rest.indexOf('?');
  return {
    authority: absolute?.[1] ?? hostHeader ?? '',
    path: question < 0 ? rest : rest.slice(0, question),
    query: question < 0 ? '' : rest.slice(question + 1),
  };
}
