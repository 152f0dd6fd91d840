import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ARCHIVE, READ_ONLY } from '../../emulator/state/index.ts';
import { SOURCE_ROLES, TARGET_ROLES } from '../support/backup-roles.ts';
import { KeylessWorld } from '../support/keyless-world.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';

const MIB = 1024 * 1024;
const SHARES = 'Microsoft.Storage/storageAccounts/fileServices/shares';

let world: KeylessWorld;
let source: ShareBuilder;

beforeAll(async () => {
  world = await KeylessWorld.start({
    principals: [
      {
        name: 'sharepair',
        roles: [
          ...SOURCE_ROLES.map((role) => ({ role, account: 'prodacct' })),
          ...TARGET_ROLES.map((role) => ({ role, account: 'dracct' })),
        ],
      },
    ],
    childrenTouchParent: true,
    access: () => ({ credential: 'managed-identity' }),
  });
});

beforeEach(() => {
  source = new ShareBuilder(world.begin());
  source
    .file('report.txt', 'first quarter', { sddl: sddl(1) })
    .file('empty.txt')
    .file('read only.txt', 'do not touch', { attributes: ARCHIVE | READ_ONLY })
    .file('finanças/übersicht/年度報告.txt', 'unicode', { sddl: sddl(2) })
    .file('large.vhdx', Buffer.alloc(5 * MIB, 7), { size: 48 * MIB, at: 36 * MIB })
    .directory('secured', { sddl: 'O:SYG:SYD:P(A;;FA;;;SY)' })
    .file('secured/for system only.txt', 'privileged', { sddl: 'O:SYG:SYD:P(A;;FA;;;SY)' });
});

afterAll(() => world.close());

/** Runs something while the identity lacks one role on one account. */
async function without<T>(role: string, account: string, run: () => Promise<T>): Promise<T> {
  const { principals } = world.emulator.identity;
  const principal = principals.find('sharepair');
  if (principal === undefined || !principals.unassign(principal, { role, account })) {
    throw new Error(`the identity has no role ${role} on ${account}`);
  }
  try {
    return await run();
  } finally {
    principals.assign(principal, { role, account });
  }
}

describe('a backup by a managed identity, between accounts that refuse keys', () => {
  it('completes, again after changes, and prunes', async () => {
    for (const round of [1, 2, 3]) {
      source.file('changes.txt', `round ${round}`).write('large.vhdx', 40 * MIB, `round ${round}`);
      const end = await world.backup();
      expect(end).toMatchObject({ outcome: 'complete', failures: 0, bytesThroughClient: 0 });
      expect(end.pruned).toHaveLength(round === 3 ? 1 : 0);
      const { point } = end;
      if (point === null) throw new Error('no recovery point');
      expect(comparable(readTree(world.target, point.targetSnapshot))).toEqual(
        comparable(readTree(source.share, point.sourceSnapshot)),
      );
    }
  });

  it.each([
    ...SOURCE_ROLES.slice(0, -1).map((role) => [role, 'prodacct'] as const),
    ...TARGET_ROLES.filter((role) => !role.endsWith('/delete')).map((role) => [role, 'dracct'] as const),
  ])('fails without "%s" on %s, says where, and completes once it is there', async (role, account) => {
    const end = await without(role, account, () => world.backup());
    expect(end.outcome, end.message).not.toBe('complete');
    expect(end.point).toBeNull();
    const told = [end.message, ...end.failed.map(({ code, message }) => `${code} ${message}`)].join('\n');
    expect(told).toContain('AuthorizationPermissionMismatch');
    expect(told).toMatch(/ on (prodacct|dracct)/);
    expect(await world.backup()).toMatchObject({ outcome: 'complete', failures: 0 });
  });

  it.each(['prodacct', 'dracct'])(
    'says that it may not prune on %s, and prunes once it may',
    async (account) => {
      await world.backup();
      await world.backup();
      const end = await without(`${SHARES}/delete`, account, () => world.backup());
      expect(end).toMatchObject({ outcome: 'failed', point: { level: 'listing-verified' } });
      expect(end.message).toMatch(new RegExp(`DeleteShare on ${account}/.*AuthorizationPermissionMismatch`));
      const target = world.target;
      expect(target.snapshotIds().length).toBeGreaterThanOrEqual(2);
      const next = await world.backup();
      expect(next).toMatchObject({ outcome: 'complete' });
      expect(next.pruned?.length).toBeGreaterThan(0);
      expect(target.snapshotIds()).toHaveLength(2);
      expect(source.share.snapshotIds()).toHaveLength(2);
    },
  );
});
