import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Principals } from '../../../emulator/identity/principals.ts';
import {
  BUILT_IN_ROLES,
  DATA_ACTIONS,
  GENERATE_USER_DELEGATION_KEY,
  roleAllows,
  roleNamed,
  SHARE_ACTIONS,
  UnknownRoleError,
} from '../../../emulator/identity/roles.ts';

describe('a role', () => {
  it('is found by name, by id, and without regard to case', () => {
    for (const role of BUILT_IN_ROLES) {
      expect(roleNamed(role.name.toUpperCase())).toBe(role);
      expect(roleNamed(role.id)).toBe(role);
    }
    expect(() => roleNamed('Storage File Data Privileged Writer')).toThrow(UnknownRoleError);
    expect(() => roleNamed('')).toThrow(UnknownRoleError);
  });

  it('can be a single action', () => {
    const role = roleNamed(SHARE_ACTIONS.lease);
    expect(roleAllows(role, 'management', SHARE_ACTIONS.lease.toUpperCase())).toBe(true);
    expect(roleAllows(role, 'management', SHARE_ACTIONS.write)).toBe(false);
  });

  it('of the data lets nobody manage shares, and the other way round', () => {
    const contributor = roleNamed('Storage File Data Privileged Contributor');
    const manager = roleNamed('Storage Account Contributor');
    for (const action of Object.values(DATA_ACTIONS)) {
      expect(roleAllows(contributor, 'data', action)).toBe(true);
      expect(roleAllows(manager, 'data', action)).toBe(false);
    }
    for (const action of [...Object.values(SHARE_ACTIONS), GENERATE_USER_DELEGATION_KEY]) {
      expect(roleAllows(contributor, 'management', action)).toBe(false);
      expect(roleAllows(manager, 'management', action)).toBe(true);
    }
  });

  it('of a reader reads', () => {
    const reader = roleNamed('Storage File Data Privileged Reader');
    const allowed = Object.values(DATA_ACTIONS).filter((action) => roleAllows(reader, 'data', action));
    expect(allowed).toEqual([DATA_ACTIONS.read, DATA_ACTIONS.readBackupSemantics]);
  });

  it('may have wildcards, which stand for any text', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), fc.nat(), fc.nat(), (parts, a, b) => {
        const [from, to] = [a % parts.length, b % parts.length].sort((x, y) => x - y);
        const pattern = parts.map((part, at) => (at === from || at === to ? '*' : part)).join('/');
        const role = { ...roleNamed('a/b'), actions: [pattern] };
        expect(roleAllows(role, 'management', parts.join('/'))).toBe(true);
        const last = parts.length - 1;
        if (to !== last) expect(roleAllows(role, 'management', `${parts.join('/')}x`)).toBe(false);
        if (from !== 0) expect(roleAllows(role, 'management', `x${parts.join('/')}`)).toBe(false);
      }),
    );
    const both = { ...roleNamed('a/b'), actions: ['ab*ba'] };
    expect(roleAllows(both, 'management', 'aba')).toBe(false);
    expect(roleAllows(both, 'management', 'abba')).toBe(true);
  });
});

describe('principals', () => {
  const tenant = '11111111-2222-4333-8444-555555555555';

  it('have the same ids in every emulator, and others than each other', () => {
    const one = new Principals(tenant).add({ name: 'backup' });
    expect(new Principals(tenant).add({ name: 'backup' })).toEqual(one);
    const other = new Principals(tenant).add({ name: 'restore' });
    expect(new Set([one.objectId, one.clientId, other.objectId, other.clientId]).size).toBe(4);
    expect(one.objectId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('hold roles on all accounts or on one, until those are taken away', () => {
    const principals = new Principals(tenant);
    const principal = principals.add({ name: 'backup', roles: ['Reader'] });
    const { objectId } = principal;
    const may = (account: string, action: string) =>
      principals.allows(objectId, account, 'management', action);
    principals.assign(principal, { role: SHARE_ACTIONS.write, account: 'target' });
    expect([may('source', SHARE_ACTIONS.read), may('target', SHARE_ACTIONS.read)]).toEqual([true, true]);
    expect([may('source', SHARE_ACTIONS.write), may('target', SHARE_ACTIONS.write)]).toEqual([false, true]);
    expect(principals.unassign(principal, SHARE_ACTIONS.write)).toBe(false);
    expect(principals.unassign(principal, { role: SHARE_ACTIONS.write, account: 'target' })).toBe(true);
    expect(may('target', SHARE_ACTIONS.write)).toBe(false);
    principals.remove(principal);
    expect(may('source', SHARE_ACTIONS.read)).toBe(false);
  });

  it('are told apart by name and ids', () => {
    const principals = new Principals(tenant);
    const { clientId } = principals.add({ name: 'backup' });
    expect(() => principals.add({ name: 'backup' })).toThrow('already');
    expect(() => principals.add({ name: 'other', objectId: clientId.toUpperCase() })).toThrow('already');
    expect(() => principals.add({ name: 'third', roles: ['Nobody'] })).toThrow(UnknownRoleError);
    expect(principals.find('third')).toBeUndefined();
  });
});
