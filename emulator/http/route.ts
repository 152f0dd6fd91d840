import type { IncomingHttpHeaders } from 'node:http';
import { OPERATIONS, type OperationName } from '../auth/operations.ts';
import {
  invalidHeaderValue,
  invalidQueryParameterValue,
  missingRequiredHeader,
  unsupportedHttpVerb,
} from './request-errors.ts';
import type { RequestTarget } from './request-target.ts';

type Choice = (headers: IncomingHttpHeaders) => OperationName;

/**
 * The operation that a request asks for, by its method, the level of its path, `restype`, `comp` and, for a
 * few, a header. Throws 400 `InvalidQueryParameterValue` for what names no operation of this version and
 * 405 for a method that the resource does not have.
 */
export function operationOf(
  method: string,
  target: RequestTarget,
  headers: IncomingHttpHeaders,
  version: string,
): OperationName {
  const level = target.share === '' ? 'service' : target.path.length === 0 ? 'share' : 'path';
  const restype = target.query.get('restype')?.toLowerCase() ?? '';
  const comp = target.query.get('comp')?.toLowerCase() ?? '';
  const route = ROUTES.get(`${method} ${level} ${restype} ${comp}`);
  const operation = typeof route === 'function' ? route(headers) : route;
  if (operation === undefined || OPERATIONS[operation].since > version) {
    throw noSuchOperation(level, restype, comp, operation === undefined);
  }
  return operation;
}

function noSuchOperation(level: string, restype: string, comp: string, unknown: boolean): Error {
  const known = METHODS.some((method) => ROUTES.has(`${method} ${level} ${restype} ${comp}`));
  if (unknown && known) return unsupportedHttpVerb();
  // The service reports a comp that it does not know under the name restype when no restype was given.
  if (comp !== '') return invalidQueryParameterValue(restype === '' ? 'restype' : 'comp', comp);
  return invalidQueryParameterValue('restype', restype);
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

const shareLease: Choice = (headers) =>
  leaseOperation(headers, {
    acquire: 'AcquireShareLease',
    renew: 'RenewShareLease',
    change: 'ChangeShareLease',
    release: 'ReleaseShareLease',
    break: 'BreakShareLease',
  });

const fileLease: Choice = (headers) =>
  leaseOperation(headers, {
    acquire: 'AcquireFileLease',
    change: 'ChangeFileLease',
    release: 'ReleaseFileLease',
    break: 'BreakFileLease',
  });

const createOrCopy: Choice = (headers) =>
  headers['x-ms-copy-source'] === undefined ? 'CreateFile' : 'CopyFile';

const writeRange: Choice = (headers) => {
  if (headers['x-ms-copy-source'] !== undefined) return 'PutRangeFromURL';
  const write = headers['x-ms-write'];
  if (write === undefined) throw missingRequiredHeader('x-ms-write');
  if (String(write).toLowerCase() === 'clear') return 'ClearRange';
  if (String(write).toLowerCase() === 'update') return 'PutRange';
  throw invalidHeaderValue('x-ms-write', String(write));
};

const ROUTES = new Map<string, OperationName | Choice>([
  ['GET service  list', 'ListShares'],
  ['GET service service properties', 'GetFileServiceProperties'],
  ['PUT service service properties', 'SetFileServiceProperties'],
  ['POST service service userdelegationkey', 'GetUserDelegationKey'],
  ['PUT share share ', 'CreateShare'],
  ...reads('share share ', 'GetShareProperties'),
  ...reads('share share metadata', 'GetShareProperties'),
  ['DELETE share share ', 'DeleteShare'],
  ['PUT share share metadata', 'SetShareMetadata'],
  ['PUT share share properties', 'SetShareProperties'],
  ...reads('share share acl', 'GetShareAcl'),
  ['PUT share share acl', 'SetShareAcl'],
  ['GET share share stats', 'GetShareStats'],
  ['PUT share share snapshot', 'SnapshotShare'],
  ['PUT share share undelete', 'RestoreShare'],
  ['PUT share share lease', shareLease],
  ['GET share share filepermission', 'GetFilePermission'],
  ['PUT share share filepermission', 'CreateFilePermission'],
  ...directoryRoutes('share'),
  ...directoryRoutes('path'),
  ...handleRoutes('share'),
  ...handleRoutes('path'),
  ['GET path  ', 'GetFile'],
  ['HEAD path  ', 'GetFileProperties'],
  ['PUT path  ', createOrCopy],
  ['DELETE path  ', 'DeleteFile'],
  ...reads('path  metadata', 'GetFileProperties'),
  ['PUT path  metadata', 'SetFileMetadata'],
  ['PUT path  properties', 'SetFileProperties'],
  ['PUT path  range', writeRange],
  ['GET path  rangelist', 'ListFileRanges'],
  ['PUT path  copy', 'AbortCopyFile'],
  ['PUT path  lease', fileLease],
  ['PUT path  rename', 'RenameFile'],
]);

/** The root directory of a share is addressed by the share's own path. */
function directoryRoutes(level: string): [string, OperationName][] {
  return [
    [`PUT ${level} directory `, 'CreateDirectory'],
    ...reads(`${level} directory `, 'GetDirectoryProperties'),
    ...reads(`${level} directory metadata`, 'GetDirectoryProperties'),
    [`DELETE ${level} directory `, 'DeleteDirectory'],
    [`GET ${level} directory list`, 'ListFiles'],
    [`PUT ${level} directory metadata`, 'SetDirectoryMetadata'],
    [`PUT ${level} directory properties`, 'SetDirectoryProperties'],
    [`PUT ${level} directory rename`, 'RenameDirectory'],
  ];
}

function handleRoutes(level: string): [string, OperationName][] {
  return ['', 'directory'].flatMap((restype): [string, OperationName][] => [
    [`GET ${level} ${restype} listhandles`, 'ListHandles'],
    [`PUT ${level} ${restype} forceclosehandles`, 'ForceCloseHandles'],
  ]);
}

function reads(key: string, operation: OperationName): [string, OperationName][] {
  return [
    [`GET ${key}`, operation],
    [`HEAD ${key}`, operation],
  ];
}

function leaseOperation(
  headers: IncomingHttpHeaders,
  operations: Readonly<Record<string, OperationName>>,
): OperationName {
  const action = headers['x-ms-lease-action'];
  if (typeof action !== 'string') throw missingRequiredHeader('x-ms-lease-action');
  const operation = operations[action.toLowerCase()];
  if (operation === undefined) throw invalidHeaderValue('x-ms-lease-action', action);
  return operation;
}
