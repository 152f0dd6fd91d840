import {
  AccountSASPermissions,
  FileSASPermissions,
  generateAccountSASQueryParameters,
  generateFileSASQueryParameters,
  SASProtocol,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import { describe, expect, it } from 'vitest';
import { authorize, authorizeOverwrite } from '../../../emulator/auth/authorize.ts';
import type { OperationName } from '../../../emulator/auth/operations.ts';
import { type SasContext, type StoredPolicy, verifySas } from '../../../emulator/auth/sas.ts';
import { parseQuery } from '../../../emulator/http/request-target.ts';
import { ServiceError } from '../../../emulator/state/index.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
const CREDENTIAL = new StorageSharedKeyCredential('acct', KEY);
const NOW = Date.UTC(2026, 10, 21, 5, 30);
const HOUR = 3_600_000;

type AccountSas = Partial<Parameters<typeof generateAccountSASQueryParameters>[0]> & { types?: string };

function accountSas(values: AccountSas = {}): string {
  const { types, ...rest } = values;
  return generateAccountSASQueryParameters(
    {
      services: 'f',
      resourceTypes: types ?? 'sco',
      permissions: AccountSASPermissions.parse('rwdlc'),
      startsOn: new Date(NOW - HOUR),
      expiresOn: new Date(NOW + HOUR),
      ...rest,
    },
    CREDENTIAL,
  ).toString();
}

type ShareSas = Partial<Parameters<typeof generateFileSASQueryParameters>[0]> & { letters?: string };

function serviceSas(values: ShareSas = {}): string {
  const { letters = 'rwdlc', ...rest } = values;
  const permissions =
    rest.filePath === undefined ? ShareSASPermissions.parse(letters) : FileSASPermissions.parse(letters);
  return generateFileSASQueryParameters(
    { shareName: 'share', expiresOn: new Date(NOW + HOUR), permissions, ...rest },
    CREDENTIAL,
  ).toString();
}

function verify(sas: string, changes: Partial<SasContext> = {}) {
  return verifySas(new Map(parseQuery(sas).pairs), {
    account: 'acct',
    keys: [KEY],
    share: 'share',
    path: 'dir/file.txt',
    now: NOW,
    protocol: 'http',
    clientAddress: '127.0.0.1',
    storedPolicy: () => undefined,
    ...changes,
  });
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'none';
}

describe('an account SAS made by the SDK', () => {
  it('verifies, in versions before and after encryption scopes', () => {
    for (const version of ['2019-12-12', '2020-12-06', undefined]) {
      const principal = verify(accountSas(version === undefined ? {} : { version }));
      expect(principal).toMatchObject({
        kind: 'account-sas',
        services: 'f',
        resourceTypes: 'sco',
        permissions: 'rwdlc',
      });
    }
  });

  it('fails when any signed field is changed', () => {
    const sas = accountSas();
    const changed = [
      sas.replace(/sp=[^&]*/, 'sp=rwdlcx'),
      sas.replace(/srt=[^&]*/, 'srt=s'),
      sas.replace(/se=2026/, 'se=2036'),
      sas.replace(/sig=./, 'sig=%21'),
      `${sas}&spr=https`,
    ];
    for (const text of changed) expect(codeOf(() => verify(text))).toBe('403 AuthenticationFailed');
    expect(codeOf(() => verify(sas, { account: 'other' }))).toBe('403 AuthenticationFailed');
    expect(codeOf(() => verify(sas.replace(/sv=[^&]*&/, '')))).toBe('403 AuthenticationFailed');
  });

  it('holds from its start up to its expiry by the clock', () => {
    const sas = accountSas();
    expect(verify(sas, { now: NOW - HOUR }).kind).toBe('account-sas');
    expect(verify(sas, { now: NOW + HOUR - 1000 }).kind).toBe('account-sas');
    expect(codeOf(() => verify(sas, { now: NOW - HOUR - 1 }))).toBe('403 AuthenticationFailed');
    expect(codeOf(() => verify(sas, { now: NOW + HOUR }))).toBe('403 AuthenticationFailed');
  });

  it('may be bound to a protocol and to addresses', () => {
    const https = accountSas({ protocol: SASProtocol.Https });
    expect(codeOf(() => verify(https))).toBe('403 AuthorizationProtocolMismatch');
    expect(verify(https, { protocol: 'https' }).kind).toBe('account-sas');
    expect(verify(accountSas({ protocol: SASProtocol.HttpsAndHttp })).kind).toBe('account-sas');
    const range = accountSas({ ipRange: { start: '10.0.0.1', end: '10.0.0.9' } });
    expect(verify(range, { clientAddress: '::ffff:10.0.0.9' }).kind).toBe('account-sas');
    for (const clientAddress of ['10.0.0.10', '10.0.0.0', '127.0.0.1', '::1']) {
      expect(codeOf(() => verify(range, { clientAddress }))).toBe('403 AuthorizationSourceIPMismatch');
    }
  });

  it.each<[string, AccountSas, OperationName, string]>([
    ['what it allows', {}, 'GetFile', 'none'],
    ['a share with type c', { types: 'c' }, 'DeleteShare', 'none'],
    ['a file without type o', { types: 'sc' }, 'GetFile', '403 AuthorizationResourceTypeMismatch'],
    ['a share without type c', { types: 'so' }, 'CreateShare', '403 AuthorizationResourceTypeMismatch'],
    ['the account without type s', { types: 'co' }, 'ListShares', '403 AuthorizationResourceTypeMismatch'],
    ['another service', { services: 'b' }, 'GetFile', '403 AuthorizationServiceMismatch'],
    [
      'reading without r',
      { permissions: AccountSASPermissions.parse('wdlc') },
      'GetFile',
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'listing without l',
      { permissions: AccountSASPermissions.parse('rwdc') },
      'ListFiles',
      '403 AuthorizationPermissionMismatch',
    ],
    ['creating with c alone', { permissions: AccountSASPermissions.parse('c') }, 'CreateFile', 'none'],
    [
      'writing a range with c alone',
      { permissions: AccountSASPermissions.parse('c') },
      'PutRange',
      '403 AuthorizationPermissionMismatch',
    ],
    ['stored access policies', {}, 'SetShareAcl', '403 AuthorizationFailure'],
  ])('and %s', (_name, values, operation, expected) => {
    expect(codeOf(() => authorize(verify(accountSas(values)), operation))).toBe(expected);
  });
});

describe('a service SAS made by the SDK', () => {
  it('verifies for its share or its file', () => {
    expect(verify(serviceSas())).toMatchObject({ kind: 'service-sas', resource: 's', permissions: 'rcwdl' });
    expect(verify(serviceSas({ filePath: 'dir/file.txt', letters: 'r' }))).toMatchObject({
      resource: 'f',
      permissions: 'r',
    });
  });

  it('does not verify for another share, another file, or another resource', () => {
    expect(codeOf(() => verify(serviceSas(), { share: 'other' }))).toBe('403 AuthenticationFailed');
    const ofFile = serviceSas({ filePath: 'dir/file.txt', letters: 'r' });
    expect(codeOf(() => verify(ofFile, { path: 'dir/other.txt' }))).toBe('403 AuthenticationFailed');
    expect(codeOf(() => verify(ofFile.replace('sr=f', 'sr=s')))).toBe('403 AuthenticationFailed');
    expect(codeOf(() => verify(ofFile.replace('sr=f', 'sr=b')))).toBe('403 AuthenticationFailed');
  });

  it('covers content-disposition and its kin', () => {
    const sas = serviceSas({
      contentDisposition: 'attachment',
      contentType: 'text/plain',
      cacheControl: 'no-store',
    });
    expect(verify(sas).kind).toBe('service-sas');
    expect(codeOf(() => verify(sas.replace('attachment', 'inline')))).toBe('403 AuthenticationFailed');
  });

  it.each<[OperationName, string, string]>([
    ['GetFile', 'r', 'none'],
    ['GetFile', 'wdlc', '403 AuthorizationPermissionMismatch'],
    ['ListFiles', 'l', 'none'],
    ['ListFiles', 'r', '403 AuthorizationPermissionMismatch'],
    ['CreateDirectory', 'c', 'none'],
    ['PutRange', 'c', '403 AuthorizationPermissionMismatch'],
    ['DeleteFile', 'd', 'none'],
    ['DeleteFile', 'rwlc', '403 AuthorizationPermissionMismatch'],
    ['GetShareProperties', 'rwdlc', '403 AuthorizationFailure'],
    ['ListShares', 'rwdlc', '403 AuthorizationFailure'],
  ])('for %s with %s gives %s', (operation, letters, expected) => {
    expect(codeOf(() => authorize(verify(serviceSas({ letters })), operation))).toBe(expected);
  });

  it('that may create but not write may not replace', () => {
    expect(codeOf(() => authorizeOverwrite(verify(serviceSas({ letters: 'c' }))))).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(codeOf(() => authorizeOverwrite(verify(serviceSas({ letters: 'w' }))))).toBe('none');
  });
});

describe('a service SAS that names a stored access policy', () => {
  const policy: StoredPolicy = { expiry: '2026-11-21T06:00:00.0000000Z', permission: 'rl' };
  const storedPolicy = (share: string, id: string) =>
    share === 'share' && id === 'reader' ? policy : undefined;
  const named = generateFileSASQueryParameters(
    { shareName: 'share', identifier: 'reader' },
    CREDENTIAL,
  ).toString();

  it('takes expiry and permissions from it', () => {
    expect(verify(named, { storedPolicy })).toMatchObject({ permissions: 'rl' });
    expect(codeOf(() => verify(named, { storedPolicy, now: Date.UTC(2026, 10, 21, 6) }))).toBe(
      '403 AuthenticationFailed',
    );
  });

  it('fails once the policy is gone', () => {
    expect(codeOf(() => verify(named))).toBe('403 AuthenticationFailed');
  });

  it('may not give a field that the policy has', () => {
    const both = serviceSas({ identifier: 'reader' });
    expect(codeOf(() => verify(both, { storedPolicy }))).toBe('400 InvalidQueryParameterValue');
  });
});
