import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { type AzureCli, findAzureCli } from '../../support/azure-cli.ts';
import { filesBelow } from '../../support/emulator-tree.ts';

/** The CLI takes seconds to start, and more on a busy machine. */
const TIMEOUT_MS = 300_000;
const SECRET = 'a secret of its own';

const found = await findAzureCli();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the tests of the Azure CLI: ${unavailable}`);

/** A cloud of the CLI whose authority and Resource Manager are the emulator, and an account without shared keys. */
describe.skipIf(unavailable !== undefined)('the Azure CLI with tokens', { timeout: TIMEOUT_MS }, () => {
  let cli: AzureCli;
  let emulator: Emulator;
  let environment: Record<string, string>;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    cli = found;
    const roles = [
      'Storage Account Contributor',
      'Storage File Data Privileged Contributor',
      'Storage File Delegator',
    ];
    emulator = await startEmulator({
      https: true,
      accounts: [{ name: 'source', allowSharedKeyAccess: false }],
      identity: {
        principals: [
          { name: 'app', roles: ['Storage File Data Privileged Reader'] },
          { name: 'pipeline', kind: 'service-principal', clientSecret: SECRET, roles },
        ],
      },
    });
    emulator.onBug((error) => bugs.push(error));
    const { endpoint, header } = emulator.identityInfo();
    const ca = join(cli.folder, 'ca.pem');
    await writeFile(ca, await emulator.certificate());
    environment = {
      AZURE_CLOUD_NAME: 'Emulator',
      AZURE_CORE_INSTANCE_DISCOVERY: 'false',
      REQUESTS_CA_BUNDLE: ca,
      IDENTITY_ENDPOINT: endpoint,
      IDENTITY_HEADER: header,
    };
    await mkdir(join(cli.folder, 'azure'), { recursive: true });
    await writeFile(join(cli.folder, 'azure', 'clouds.config'), cloudOf(emulator));
    await writeFile(join(cli.folder, 'hello.txt'), 'hello');
  });

  afterAll(async () => {
    await emulator?.close();
    await cli?.dispose();
    expect(bugs).toEqual([]);
  });

  /** Runs `az` and returns the JSON that it prints. */
  async function az(...args: string[]): Promise<unknown> {
    const result = await cli.invoke(args, environment);
    expect(result.code, result.output).toBe(0);
    return result.output.trim() === '' ? undefined : JSON.parse(result.output);
  }

  /** What makes a command of the data plane go by token. */
  const byToken = () => [
    ...['--account-name', 'source', '--file-endpoint', emulator.account('source').httpsEndpoint ?? ''],
    ...['--auth-mode', 'login', '--enable-file-backup-request-intent'],
  ];

  it('logs in with a client secret', async () => {
    const { tenant, principals } = emulator.identityInfo();
    const clientId = principals.find(({ name }) => name === 'pipeline')?.clientId ?? '';
    expect(
      await az('login', '--service-principal', '-u', clientId, '-p', SECRET, '-t', tenant),
    ).toMatchObject([{ tenantId: tenant, state: 'Enabled', user: { name: clientId } }]);
    expect(await az('account', 'show')).toMatchObject({ environmentName: 'Emulator' });
  });

  it('makes, snapshots, deletes and restores shares by Resource Manager', async () => {
    const account = ['--storage-account', 'source', '--resource-group', 'emulator'];
    const managed = [...account, '--name', 'managed'];
    expect(await az('storage', 'share-rm', 'create', ...managed, '--quota', '5')).toMatchObject({
      name: 'managed',
      shareQuota: 5,
    });
    await az('storage', 'share-rm', 'update', ...managed, '--metadata', 'a=1');
    expect(await az('storage', 'share-rm', 'show', ...managed)).toMatchObject({ metadata: { a: '1' } });
    const { snapshotTime } = (await az('storage', 'share-rm', 'snapshot', ...managed)) as {
      snapshotTime: string;
    };
    const share = emulator.state.findAccount('source')?.getShare('managed');
    expect(share?.snapshots.map(({ id }) => id)).toEqual([snapshotTime]);
    await az('storage', 'share-rm', 'delete', ...managed, '--snapshot', snapshotTime, '--yes');
    expect(share?.snapshots).toEqual([]);
    await az('storage', 'share-rm', 'delete', ...managed, '--yes');
    const listed = await az('storage', 'share-rm', 'list', ...account, '--include-deleted');
    expect(listed).toMatchObject([{ name: 'managed', deleted: true, version: expect.any(String) }]);
    const [{ version }] = listed as [{ version: string }];
    await az('storage', 'share-rm', 'restore', ...managed, '--deleted-version', version);
    expect(await az('storage', 'share-rm', 'exists', ...managed)).toEqual({ exists: true });
  });

  it('uploads, lists and downloads files by token', async () => {
    const file = ['--share-name', 'managed', '--path', 'f.txt'];
    const from = ['--source', join(cli.folder, 'hello.txt'), '--no-progress'];
    await az('storage', 'file', 'upload', ...file, ...from, ...byToken());
    expect(await az('storage', 'file', 'list', '--share-name', 'managed', ...byToken())).toMatchObject([
      { name: 'f.txt', properties: { contentLength: 5 } },
    ]);
    const to = ['--dest', join(cli.folder, 'down.txt'), '--no-progress'];
    expect(await az('storage', 'file', 'download', ...file, ...to, ...byToken())).toMatchObject({
      name: 'f.txt',
    });
  });

  it('makes user-delegation SAS that are honoured', async () => {
    const expiry = `${new Date(Date.now() + 7_200_000).toISOString().slice(0, 16)}Z`;
    const signed = await az(
      ...['storage', 'share', 'generate-sas', '--name', 'managed', '--permissions', 'rl', '--as-user'],
      ...['--expiry', expiry, ...byToken()],
    );
    expect(signed).toContain('skoid=');
    const answer = await fetch(`${emulator.account('source').endpoint}/managed/f.txt?${String(signed)}`);
    expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
  });

  it('logs in with a managed identity, and is refused what its roles lack', async () => {
    expect(await az('login', '--identity')).toMatchObject([{ user: { name: 'systemAssignedIdentity' } }]);
    const file = ['--share-name', 'managed', '--path', 'f.txt', ...byToken()];
    expect(await az('storage', 'file', 'show', ...file)).toMatchObject({ name: 'f.txt' });
    const refused = await cli.run(['storage', 'file', 'delete', ...file], environment);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/permission/i);
    expect([...filesBelow(emulator, 'source', 'managed').keys()]).toEqual(['f.txt']);
  });
});

function cloudOf(emulator: Emulator): string {
  const settings = {
    endpoint_active_directory: emulator.identityInfo().authority,
    endpoint_active_directory_resource_id: 'https://management.azure.com',
    endpoint_management: 'https://management.azure.com',
    endpoint_microsoft_graph_resource_id: 'https://graph.microsoft.com/',
    endpoint_resource_manager: emulator.httpsUrl,
    suffix_storage_endpoint: 'core.windows.net',
  };
  return ['[Emulator]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join(
    '\n',
  );
}
