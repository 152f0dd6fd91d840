import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulator/main.ts';
import { listPoints } from '../../lib/target/list-points.ts';
import { pinPoint, unpinPoint } from '../../lib/target/pin-point.ts';
import { SOURCE_ROLES, TARGET_ROLES } from '../support/backup-roles.ts';
import { JOB, KeylessWorld } from '../support/keyless-world.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { placeOf } from '../support/snapshot-store-accounts.ts';
import { comparable, readTree } from '../support/tree.ts';

const SHARES = 'Microsoft.Storage/storageAccounts/fileServices/shares';

let world: KeylessWorld;
let source: ShareBuilder;

beforeAll(async () => {
  world = await KeylessWorld.start({
    principals: [
      { name: 'reader', roles: SOURCE_ROLES.map((role) => ({ role, account: 'prodacct' })) },
      {
        name: 'writer',
        kind: 'service-principal',
        roles: TARGET_ROLES.map((role) => ({ role, account: 'dracct' })),
      },
    ],
    access: byResourceManager,
  });
});

beforeEach(() => {
  source = new ShareBuilder(world.begin());
  source.file('report.txt', 'first quarter', { sddl: sddl(1) }).file('2026/a.txt', 'a');
  world.emulator.requests.reset();
});

afterAll(() => world.close());

/** The source is asked with a managed identity, the target with a client secret of an authority of its own. */
function byResourceManager(emulator: Emulator, account: string) {
  const { authority, principals, tenant } = emulator.identityInfo();
  const writer = principals.find(({ name }) => name === 'writer');
  const { subscription, resourceGroup, endpoint, audience } = placeOf(emulator);
  const servicePrincipal = {
    tenantId: tenant,
    clientId: writer?.clientId,
    clientSecret: writer?.clientSecret,
    authority: new URL(authority ?? '').origin,
  };
  return {
    credential: account === 'prodacct' ? 'managed-identity' : { servicePrincipal },
    resourceManager: { subscription, resourceGroup, endpoint, audience },
  };
}

const DATA_PLANE = /^(ListShares|CreateShare|GetShareProperties|DeleteShare|SnapshotShare|\w+ShareLease)$/;

describe('a backup by identities whose work on shares goes by Resource Manager', () => {
  it('completes, again after changes, prunes, and lists its recovery points', async () => {
    const points: string[] = [];
    for (const round of [1, 2, 3]) {
      source.file('changes.txt', `round ${round}`);
      const end = await world.backup();
      expect(end, end.message).toMatchObject({ outcome: 'complete', failures: 0 });
      expect(end.pruned).toHaveLength(round === 3 ? 1 : 0);
      const { point } = end;
      if (point === null) throw new Error('no recovery point');
      points.push(point.id);
      expect(comparable(readTree(world.target, point.targetSnapshot))).toEqual(
        comparable(readTree(source.share, point.sourceSnapshot)),
      );
    }
    const target = world.target;
    expect(target.properties().quotaGiB).toBe(5120);
    expect((await listPoints(world.configuration, JOB)).points.map(({ id }) => id)).toEqual(points.slice(1));
    for (const name of ['prodacct', 'dracct']) {
      const operations = Object.keys(world.emulator.requests.operations(name));
      expect(operations.filter((operation) => DATA_PLANE.test(operation))).toEqual([]);
      expect(operations).toEqual(
        expect.arrayContaining(['ArmListShares', 'ArmGetShare', 'ArmSnapshotShare', 'ArmDeleteShare']),
      );
    }
    expect(world.emulator.requests.operations('dracct')).toMatchObject({ ArmCreateShare: 1 });
    expect(world.emulator.requests.operations('dracct').ArmLeaseShare).toBeGreaterThanOrEqual(6);
    expect(target.properties().lease.status).toBe('unlocked');
  });

  it('makes one snapshot on each side although every first answer is lost', async () => {
    world.emulator.faults.add({
      match: { operation: 'ArmSnapshotShare' },
      action: { kind: 'cut-after' },
      times: 2,
    });
    world.emulator.faults.add({ match: { operation: 'ArmLeaseShare' }, action: { kind: 'cut-after' } });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    expect(source.share.snapshotIds()).toHaveLength(1);
    expect(world.target.snapshotIds()).toHaveLength(1);
  });

  it.each([
    [`${SHARES}/write`, 'prodacct', 'reader', 'ArmSnapshotShare on prodacct/finance'],
    [`${SHARES}/read`, 'prodacct', 'reader', 'ArmGetShare on prodacct/finance'],
    [`${SHARES}/lease/action`, 'dracct', 'writer', 'ArmLeaseShare on dracct/finance-copy'],
  ])('says that it lacks %s on %s, and completes once it has it', async (role, account, name, told) => {
    const { principals } = world.emulator.identity;
    const principal = principals.find(name);
    if (principal === undefined) throw new Error(`the emulator has no principal ${name}`);
    principals.unassign(principal, { role, account });
    const end = await world.backup();
    principals.assign(principal, { role, account });
    expect(end).toMatchObject({ outcome: 'failed', point: null });
    expect(end.message).toContain(told);
    expect(end.message).toContain('403 AuthorizationFailed');
    expect(await world.backup()).toMatchObject({ outcome: 'complete', failures: 0 });
  });

  it('pins with the right to lease on both sides; without it on the source, half is done and holds', async () => {
    const { run } = await world.backup();
    const options = { configuration: world.configuration, job: JOB, point: run };
    const record = { reason: 'audit', by: 'ada', at: '2026-11-21T10:00:00Z' };
    const pinOf = async () =>
      (await listPoints(world.configuration, JOB)).points.find(({ id }) => id === run)?.pin;
    await expect(pinPoint(options, record)).rejects.toThrow('ArmLeaseShare on prodacct/finance');
    expect(await pinOf()).toMatchObject({ state: 'half', own: ['target'] });
    for (let round = 0; round < 3; round += 1) await world.backup();
    const { principals } = world.emulator.identity;
    const reader = principals.find('reader');
    if (reader === undefined) throw new Error('the emulator has no principal reader');
    const role = { role: `${SHARES}/lease/action`, account: 'prodacct' };
    principals.assign(reader, role);
    expect(await pinPoint(options, record)).toMatchObject({ state: 'whole', warnings: [] });
    expect(await pinOf()).toMatchObject({ state: 'whole', reason: 'audit' });
    expect(await unpinPoint(options)).toMatchObject({ state: undefined });
    principals.unassign(reader, role);
    expect(await pinOf()).toBeUndefined();
  });

  it('spares the snapshot that Azure Backup holds', async () => {
    await world.backup();
    const held = source.share.createSnapshot({ AzureBackupProtected: 'true' }).id;
    source.share.lease({ action: 'acquire', duration: -1 }, held);
    for (let round = 0; round < 3; round += 1) await world.backup();
    expect(source.share.snapshotIds()).toContain(held);
    expect(source.share.snapshotIds()).toHaveLength(3);
  });
});
