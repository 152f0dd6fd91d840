import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES } from '../../../emulator/auth/operations.ts';
import { parseRequestTarget } from '../../../emulator/http/request-target.ts';
import { operationOf } from '../../../emulator/http/route.ts';
import { ServiceError } from '../../../emulator/state/index.ts';

const LATEST = '2026-10-06';

function route(method: string, path: string, headers: IncomingHttpHeaders = {}, version = LATEST): string {
  const target = parseRequestTarget(`/acct${path}`, undefined, (name) => name === 'acct');
  try {
    return operationOf(method, target, headers, version);
  } catch (error) {
    if (error instanceof ServiceError) return `${error.status} ${error.code}`;
    throw error;
  }
}

const lease = (action: string) => ({ 'x-ms-lease-action': action });
const source = { 'x-ms-copy-source': 'http://127.0.0.1/acct/s/f' };

/** Every operation by one request that asks for it. */
const EXAMPLES: readonly [string, string, IncomingHttpHeaders, string][] = [
  ['GET', '?comp=list', {}, 'ListShares'],
  ['GET', '?restype=service&comp=properties', {}, 'GetFileServiceProperties'],
  ['PUT', '?restype=service&comp=properties', {}, 'SetFileServiceProperties'],
  ['POST', '?restype=service&comp=userdelegationkey', {}, 'GetUserDelegationKey'],
  ['PUT', '/s?restype=share', {}, 'CreateShare'],
  ['GET', '/s?restype=share', {}, 'GetShareProperties'],
  ['PUT', '/s?restype=share&comp=properties', {}, 'SetShareProperties'],
  ['PUT', '/s?restype=share&comp=metadata', {}, 'SetShareMetadata'],
  ['GET', '/s?restype=share&comp=acl', {}, 'GetShareAcl'],
  ['PUT', '/s?restype=share&comp=acl', {}, 'SetShareAcl'],
  ['GET', '/s?restype=share&comp=stats', {}, 'GetShareStats'],
  ['DELETE', '/s?restype=share', {}, 'DeleteShare'],
  ['PUT', '/s?restype=share&comp=snapshot', {}, 'SnapshotShare'],
  ['PUT', '/s?restype=share&comp=undelete', {}, 'RestoreShare'],
  ['PUT', '/s?restype=share&comp=lease', lease('acquire'), 'AcquireShareLease'],
  ['PUT', '/s?restype=share&comp=lease', lease('renew'), 'RenewShareLease'],
  ['PUT', '/s?restype=share&comp=lease', lease('change'), 'ChangeShareLease'],
  ['PUT', '/s?restype=share&comp=lease', lease('Release'), 'ReleaseShareLease'],
  ['PUT', '/s?restype=share&comp=lease', lease('break'), 'BreakShareLease'],
  ['PUT', '/s?restype=share&comp=filepermission', {}, 'CreateFilePermission'],
  ['GET', '/s?restype=share&comp=filepermission', {}, 'GetFilePermission'],
  ['GET', '/s/d?restype=directory&comp=list', {}, 'ListFiles'],
  ['PUT', '/s/d?restype=directory', {}, 'CreateDirectory'],
  ['GET', '/s/d?restype=directory', {}, 'GetDirectoryProperties'],
  ['PUT', '/s/d?restype=directory&comp=properties', {}, 'SetDirectoryProperties'],
  ['PUT', '/s/d?restype=directory&comp=metadata', {}, 'SetDirectoryMetadata'],
  ['DELETE', '/s/d?restype=directory', {}, 'DeleteDirectory'],
  ['PUT', '/s/d?restype=directory&comp=rename', {}, 'RenameDirectory'],
  ['PUT', '/s/f', { 'x-ms-type': 'file' }, 'CreateFile'],
  ['GET', '/s/f', {}, 'GetFile'],
  ['HEAD', '/s/f', {}, 'GetFileProperties'],
  ['PUT', '/s/f?comp=properties', {}, 'SetFileProperties'],
  ['PUT', '/s/f?comp=metadata', {}, 'SetFileMetadata'],
  ['DELETE', '/s/f', {}, 'DeleteFile'],
  ['PUT', '/s/f?comp=rename', {}, 'RenameFile'],
  ['PUT', '/s/f?comp=range', { 'x-ms-write': 'update' }, 'PutRange'],
  ['PUT', '/s/f?comp=range', { 'x-ms-write': 'clear' }, 'ClearRange'],
  ['PUT', '/s/f?comp=range', { 'x-ms-write': 'update', ...source }, 'PutRangeFromURL'],
  ['GET', '/s/f?comp=rangelist', {}, 'ListFileRanges'],
  ['PUT', '/s/f', source, 'CopyFile'],
  ['PUT', '/s/f?comp=copy&copyid=1', {}, 'AbortCopyFile'],
  ['PUT', '/s/f?comp=lease', lease('acquire'), 'AcquireFileLease'],
  ['PUT', '/s/f?comp=lease', lease('release'), 'ReleaseFileLease'],
  ['PUT', '/s/f?comp=lease', lease('change'), 'ChangeFileLease'],
  ['PUT', '/s/f?comp=lease', lease('break'), 'BreakFileLease'],
  ['GET', '/s/f?comp=listhandles', {}, 'ListHandles'],
  ['PUT', '/s/f?comp=forceclosehandles', {}, 'ForceCloseHandles'],
];

describe('the operation of a request', () => {
  it.each(EXAMPLES)('%s %s', (method, path, headers, operation) => {
    expect(route(method, path, headers)).toBe(operation);
  });

  it('is known for every name there is', () => {
    expect(EXAMPLES.map(([, , , operation]) => operation).sort()).toEqual([...OPERATION_NAMES].sort());
  });

  it('of the root directory goes by the path of the share', () => {
    expect(route('GET', '/s?restype=directory&comp=list')).toBe('ListFiles');
    expect(route('PUT', '/s/?restype=directory&comp=properties')).toBe('SetDirectoryProperties');
    expect(route('GET', '/s?comp=listhandles')).toBe('ListHandles');
  });

  it('is refused where there is none', () => {
    expect(route('GET', '/s/f?comp=nonsense')).toBe('400 InvalidQueryParameterValue');
    expect(route('GET', '/s?restype=container')).toBe('400 InvalidQueryParameterValue');
    expect(route('GET', '/s')).toBe('400 InvalidQueryParameterValue');
    expect(route('POST', '/s?restype=share')).toBe('405 UnsupportedHttpVerb');
    expect(route('PATCH', '/s/f')).toBe('405 UnsupportedHttpVerb');
    expect(route('PUT', '/s/f?comp=lease', lease('renew'))).toBe('400 InvalidHeaderValue');
    expect(route('PUT', '/s/f?comp=lease')).toBe('400 MissingRequiredHeader');
    expect(route('PUT', '/s/f?comp=range')).toBe('400 MissingRequiredHeader');
    expect(route('PUT', '/s/f?comp=range', { 'x-ms-write': 'append' })).toBe('400 InvalidHeaderValue');
  });

  it('is refused in versions that do not know it yet', () => {
    expect(route('PUT', '/s/f?comp=rename', {}, '2021-04-10')).toBe('RenameFile');
    expect(route('PUT', '/s/f?comp=rename', {}, '2021-02-12')).toBe('400 InvalidQueryParameterValue');
    expect(route('PUT', '/s?restype=share&comp=lease', lease('acquire'), '2019-12-12')).toBe(
      '400 InvalidQueryParameterValue',
    );
  });
});
