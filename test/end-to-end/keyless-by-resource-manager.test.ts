import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/main.ts';
import { runBackup } from '../../lib/backup/run-backup.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { parseConfiguration } from '../../lib/jobs/load.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { listPoints } from '../../lib/target/list-points.ts';
import { pinPoint, unpinPoint } from '../../lib/target/pin-point.ts';
import { SOURCE_ROLES, TARGET_ROLES } from '../support/backup-roles.ts';
import { emulatorAccount } from '../support/emulator-account.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { placeOf } from '../support/snapshot-store-accounts.ts';
import { comparable, readTree } from '../support/tree.ts';
import { trustCertificate } from '../support/trusted-emulator.ts';

const JOB = 'finance';
const SHARES = 'Microsoft.Storage/storageAccounts/fileServices/shares';

let emulator: Emulator;
let distrust: () => void;
let configuration: Configuration;
let source: ShareBuilder;

beforeAll(async () => {
  emulator = await startEmulator({
    https: true,
    accounts: [
      { name: 'prodacct', allowSharedKeyAccess: false },
      { name: 'dracct', allowSharedKeyAccess: false },
    ],
    identity: {
      principals: [
        { name: 'reader', roles: SOURCE_ROLES.map((role) => ({ role, account: 'prodacct' })) },
        {
          name: 'writer',
          kind: 'service-principal',
          roles: TARGET_ROLES.map((role) => ({ role, account: 'dracct' })),
        },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  const { endpoint, header } = emulator.identityInfo();
  process.env.IDENTITY_ENDPOINT = endpoint;
  process.env.IDENTITY_HEADER = header;
  configuration = parseConfiguration(configurationText(), { environment: {}, fileName: 'test.json' });
});

beforeEach(() => {
  for (const { shares } of emulator.state.accounts) shares.clear();
  source = new ShareBuilder(emulatorAccount(emulator, 'prodacct').createShare('finance', { quotaGiB: 5120 }));
  source.file('report.txt', 'first quarter', { sddl: sddl(1) }).file('2026/a.txt', 'a');
  emulator.requests.reset();
});

afterAll(async () => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  distrust();
  await emulator.close();
});

/** The source is asked with a managed identity, the target with a client secret of an authority of its own. */
function configurationText(): string {
  const { authority, principals, tenant } = emulator.identityInfo();
  const writer = principals.find(({ name }) => name === 'writer');
  const { subscription, resourceGroup, endpoint, audience } = placeOf(emulator);
  const resourceManager = { subscription, resourceGroup, endpoint, audience };
  const servicePrincipal = {
    tenantId: tenant,
    clientId: writer?.clientId,
    clientSecret: writer?.clientSecret,
    authority: new URL(authority ?? '').origin,
  };
  const account = (name: string, credential: unknown) => ({
    endpoint: emulator.account(name).httpsEndpoint,
    credential,
    resourceManager,
  });
  return JSON.stringify({
    accounts: { prod: account('prodacct', 'managed-identity'), dr: account('dracct', { servicePrincipal }) },
    jobs: {
      [JOB]: {
        source: { account: 'prod', share: 'finance' },
        target: { account: 'dr', share: 'finance-copy' },
        retention: { last: 2 },
      },
    },
    requests: { concurrency: 8, retries: 2, retryDelayMs: 1 },
  });
}

function backup(): Promise<EndEvent> {
  return runBackup({
    configuration,
    job: JOB,
    observe: () => undefined,
    stop: new AbortController().signal,
    lockWaitMs: 0,
  });
}

const DATA_PLANE = /^(ListShares|CreateShare|GetShareProperties|DeleteShare|SnapshotShare|\w+ShareLease)$/;

describe('a backup by identities whose work on shares goes by Resource Manager', () => {
  it('completes, again after changes, prunes, and lists its recovery points', async () => {
    const points: string[] = [];
    for (const round of [1, 2, 3]) {
      source.file('changes.txt', `round ${round}`);
      const end = await backup();
      expect(end, end.message).toMatchObject({ outcome: 'complete', failures: 0 });
      expect(end.pruned).toHaveLength(round === 3 ? 1 : 0);
      const { point } = end;
      if (point === null) throw new Error('no recovery point');
      points.push(point.id);
      expect(
        comparable(
          readTree(emulatorAccount(emulator, 'dracct').getShare('finance-copy'), point.targetSnapshot),
        ),
      ).toEqual(comparable(readTree(source.share, point.sourceSnapshot)));
    }
    const target = emulatorAccount(emulator, 'dracct').getShare('finance-copy');
    expect(target.properties().quotaGiB).toBe(5120);
    expect((await listPoints(configuration, JOB)).points.map(({ id }) => id)).toEqual(points.slice(1));
    for (const name of ['prodacct', 'dracct']) {
      const operations = Object.keys(emulator.requests.operations(name));
      expect(operations.filter((operation) => DATA_PLANE.test(operation))).toEqual([]);
      expect(operations).toEqual(
        expect.arrayContaining(['ArmListShares', 'ArmGetShare', 'ArmSnapshotShare', 'ArmDeleteShare']),
      );
    }
    expect(emulator.requests.operations('dracct')).toMatchObject({ ArmCreateShare: 1 });
    expect(emulator.requests.operations('dracct').ArmLeaseShare).toBeGreaterThanOrEqual(6);
    expect(target.properties().lease.status).toBe('unlocked');
  });

  it('makes one snapshot on each side although every first answer is lost', async () => {
    emulator.faults.add({
      match: { operation: 'ArmSnapshotShare' },
      action: { kind: 'cut-after' },
      times: 2,
    });
    emulator.faults.add({ match: { operation: 'ArmLeaseShare' }, action: { kind: 'cut-after' } });
    expect(await backup()).toMatchObject({ outcome: 'complete' });
    expect(source.share.snapshotIds()).toHaveLength(1);
    expect(emulatorAccount(emulator, 'dracct').getShare('finance-copy').snapshotIds()).toHaveLength(1);
  });

  it.each([
    [`${SHARES}/write`, 'prodacct', 'reader', 'ArmSnapshotShare on prodacct/finance'],
    [`${SHARES}/read`, 'prodacct', 'reader', 'ArmGetShare on prodacct/finance'],
    [`${SHARES}/lease/action`, 'dracct', 'writer', 'ArmLeaseShare on dracct/finance-copy'],
  ])('says that it lacks %s on %s, and completes once it has it', async (role, account, name, told) => {
    const { principals } = emulator.identity;
    const principal = principals.find(name);
    if (principal === undefined) throw new Error(`the emulator has no principal ${name}`);
    principals.unassign(principal, { role, account });
    const end = await backup();
    principals.assign(principal, { role, account });
    expect(end).toMatchObject({ outcome: 'failed', point: null });
    expect(end.message).toContain(told);
    expect(end.message).toContain('403 AuthorizationFailed');
    expect(await backup()).toMatchObject({ outcome: 'complete', failures: 0 });
  });

  it('pins with the right to lease on both sides; without it on the source, half is done and holds', async () => {
    const { run } = await backup();
    const options = { configuration, job: JOB, point: run };
    const record = { reason: 'audit', by: 'ada', at: '2026-11-21T10:00:00Z' };
    const pinOf = async () => (await listPoints(configuration, JOB)).points.find(({ id }) => id === run)?.pin;
    await expect(pinPoint(options, record)).rejects.toThrow('ArmLeaseShare on prodacct/finance');
    expect(await pinOf()).toMatchObject({ state: 'half', own: ['target'] });
    for (let round = 0; round < 3; round += 1) await backup();
    const { principals } = emulator.identity;
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
    await backup();
    const held = source.share.createSnapshot({ AzureBackupProtected: 'true' }).id;
    source.share.lease({ action: 'acquire', duration: -1 }, held);
    for (let round = 0; round < 3; round += 1) await backup();
    expect(source.share.snapshotIds()).toContain(held);
    expect(source.share.snapshotIds()).toHaveLength(3);
  });
});
