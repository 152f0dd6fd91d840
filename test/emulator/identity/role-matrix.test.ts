import { describe, expect, it } from 'vitest';
import { authorize } from '../../../emulator/auth/authorize.ts';
import { OPERATION_NAMES, type OperationName } from '../../../emulator/auth/operations.ts';
import type { TokenPrincipal } from '../../../emulator/auth/principal.ts';
import { Principals } from '../../../emulator/identity/principals.ts';
import {
  DATA_ACTIONS,
  GENERATE_USER_DELEGATION_KEY,
  SHARE_ACTIONS,
} from '../../../emulator/identity/roles.ts';
import { ServiceError } from '../../../emulator/state/index.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const REFUSED = '403 AuthorizationPermissionMismatch';

const READS: readonly OperationName[] = [
  'GetFilePermission',
  'ListFiles',
  'GetDirectoryProperties',
  'GetFile',
  'GetFileProperties',
  'ListFileRanges',
  'ListHandles',
];
const MANAGEMENT: Readonly<Partial<Record<OperationName, string>>> = {
  ListShares: SHARE_ACTIONS.read,
  GetFileServiceProperties: SHARE_ACTIONS.readService,
  SetFileServiceProperties: SHARE_ACTIONS.writeService,
  GetUserDelegationKey: GENERATE_USER_DELEGATION_KEY,
  CreateShare: SHARE_ACTIONS.write,
  GetShareProperties: SHARE_ACTIONS.read,
  SetShareProperties: SHARE_ACTIONS.write,
  SetShareMetadata: SHARE_ACTIONS.write,
  GetShareAcl: SHARE_ACTIONS.read,
  SetShareAcl: SHARE_ACTIONS.write,
  GetShareStats: SHARE_ACTIONS.read,
  DeleteShare: SHARE_ACTIONS.delete,
  SnapshotShare: SHARE_ACTIONS.write,
  RestoreShare: SHARE_ACTIONS.restore,
  AcquireShareLease: SHARE_ACTIONS.lease,
  RenewShareLease: SHARE_ACTIONS.lease,
  ChangeShareLease: SHARE_ACTIONS.lease,
  ReleaseShareLease: SHARE_ACTIONS.lease,
  BreakShareLease: SHARE_ACTIONS.lease,
};
const WRITES = OPERATION_NAMES.filter((name) => !READS.includes(name) && MANAGEMENT[name] === undefined);

function tokenPrincipal(...roles: readonly string[]): TokenPrincipal {
  const principals = new Principals(TENANT);
  const { objectId } = principals.add({ name: 'one', roles });
  return {
    kind: 'token',
    account: 'acct',
    objectId,
    tenantId: TENANT,
    allows: (plane, action) => principals.allows(objectId, 'acct', plane, action),
  };
}

function outcomeOf(
  principal: TokenPrincipal,
  operation: OperationName,
  headers: Readonly<Record<string, string>> = {},
): string {
  try {
    authorize(principal, operation, {
      version: '2025-07-05',
      headers: { 'x-ms-file-request-intent': 'backup', ...headers },
    });
    return 'allowed';
  } catch (error) {
    if (error instanceof ServiceError) return `${error.status} ${error.code}`;
    throw error;
  }
}

function allowedTo(...roles: readonly string[]): OperationName[] {
  const principal = tokenPrincipal(...roles);
  return OPERATION_NAMES.filter((operation) => {
    const outcome = outcomeOf(principal, operation);
    if (outcome !== 'allowed') expect(outcome, operation).toBe(REFUSED);
    return outcome === 'allowed';
  });
}

describe('roles on the data plane', () => {
  it('Privileged Reader reads files, and manages no share', () => {
    expect(allowedTo('Storage File Data Privileged Reader')).toEqual(
      OPERATION_NAMES.filter((name) => READS.includes(name)),
    );
  });

  it('Privileged Contributor reads and writes files, and manages no share', () => {
    expect(allowedTo('Storage File Data Privileged Contributor')).toEqual(
      OPERATION_NAMES.filter((name) => READS.includes(name) || WRITES.includes(name)),
    );
  });

  it('Delegator gets keys and nothing else', () => {
    expect(allowedTo('Storage File Delegator')).toEqual(['GetUserDelegationKey']);
  });

  it('Storage Account Contributor manages shares and reads no file', () => {
    expect(allowedTo('Storage Account Contributor')).toEqual(
      OPERATION_NAMES.filter((name) => MANAGEMENT[name] !== undefined),
    );
  });

  it('Reader reads shares', () => {
    expect(allowedTo('Reader')).toEqual(
      OPERATION_NAMES.filter((name) => MANAGEMENT[name]?.endsWith('/read') === true),
    );
  });

  it('no role is no right', () => {
    expect(allowedTo()).toEqual([]);
  });

  it.each(Object.entries(MANAGEMENT))('%s needs %s', (operation, action) => {
    const allowed = allowedTo(action);
    expect(allowed).toContain(operation);
    expect(allowed.every((name) => MANAGEMENT[name] === action)).toBe(true);
  });

  it('reading and writing need both the right and the backup semantics', () => {
    expect(allowedTo(DATA_ACTIONS.read)).toEqual([]);
    expect(allowedTo(DATA_ACTIONS.readBackupSemantics)).toEqual([]);
    expect(allowedTo(DATA_ACTIONS.write)).toEqual([]);
    expect(allowedTo(DATA_ACTIONS.read, DATA_ACTIONS.readBackupSemantics)).toHaveLength(READS.length);
  });

  it('setting a permission needs a right more than setting properties', () => {
    const writer = tokenPrincipal(DATA_ACTIONS.write, DATA_ACTIONS.writeBackupSemantics);
    const headers = { 'x-ms-file-permission-key': '1*2' };
    expect(outcomeOf(writer, 'CreateFilePermission')).toBe(REFUSED);
    for (const operation of ['SetFileProperties', 'SetDirectoryProperties', 'CopyFile'] as const) {
      expect(outcomeOf(writer, operation)).toBe('allowed');
      expect(outcomeOf(writer, operation, headers)).toBe(REFUSED);
    }
    const owner = tokenPrincipal('Storage File Data Privileged Contributor');
    expect(outcomeOf(owner, 'SetFileProperties', headers)).toBe('allowed');
  });
});
