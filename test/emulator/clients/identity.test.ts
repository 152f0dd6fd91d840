import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { findAzCopy } from '../../support/azcopy.ts';
import { filesBelow } from '../../support/emulator-tree.ts';
import { findPythonSdk } from '../../support/python-environment.ts';
import { findRclone } from '../../support/rclone.ts';
import type { RunResult } from '../../support/run-program.ts';

const SCRIPT = join(import.meta.dirname, 'python_identity.py');
const SECRET = 'a secret of its own';

const python = await findPythonSdk();
const azcopy = await findAzCopy();
const rclone = await findRclone();
for (const client of [python, azcopy, rclone]) {
  if ('unavailable' in client) console.warn(`Skipping its tests with tokens: ${client.unavailable}`);
}

let emulator: Emulator;
let folder: string;
/** What a client finds in its environment: its managed identity, and whom to trust. */
let environment: Record<string, string>;
const bugs: unknown[] = [];

/** Accounts without shared keys, over HTTPS. */
beforeAll(async () => {
  const roles = [
    'Storage Account Contributor',
    'Storage File Data Privileged Contributor',
    'Storage File Delegator',
  ];
  emulator = await startEmulator({
    https: true,
    accounts: ['source', 'target'].map((name) => ({ name, allowSharedKeyAccess: false })),
    identity: {
      principals: [
        { name: 'backup', roles },
        {
          name: 'reader',
          kind: 'service-principal',
          clientSecret: SECRET,
          roles: ['Storage File Data Privileged Reader'],
        },
      ],
    },
  });
  emulator.onBug((error) => bugs.push(error));
  for (const { name } of emulator.accounts) emulator.state.findAccount(name)?.createShare('data');
  folder = await mkdtemp(join(tmpdir(), 'sharepair-identity-'));
  await mkdir(join(folder, 'up', 'sub dir'), { recursive: true });
  await writeFile(join(folder, 'up', 'hello.txt'), 'hello');
  await writeFile(join(folder, 'up', 'sub dir', 'größe.bin'), Buffer.alloc(5 * 1024 * 1024 + 1, 7));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, await emulator.certificate());
  const { endpoint, header } = emulator.identityInfo();
  const identity = { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header };
  environment = { ...identity, REQUESTS_CA_BUNDLE: ca, SSL_CERT_FILE: ca };
});

afterAll(async () => {
  await emulator?.close();
  for (const client of [python, azcopy, rclone]) if (!('unavailable' in client)) await client.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(bugs).toEqual([]);
});

type Program = { run(args: readonly string[], env: Record<string, string>): Promise<RunResult> };

/** Runs a client that must succeed and returns what it wrote. */
async function outputOf(
  client: Program | { readonly unavailable: string },
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  if ('unavailable' in client) throw new Error(client.unavailable);
  const result = await client.run(args, { ...environment, ...env });
  expect(result.code, result.output).toBe(0);
  return result.output;
}

/** Length and content of every file, by its path. */
const contents = (account: string) =>
  [...filesBelow(emulator, account, 'data')].map(([path, { size, md5 }]) => [path, size, md5]);

describe.skipIf('unavailable' in python)('the Python SDK with tokens', () => {
  /** Runs one function of the script and returns what it found. */
  async function run(name: string): Promise<unknown> {
    const [source, target] = emulator.accounts;
    const { tenant, authority } = emulator.identityInfo();
    const clientId = (principal: string) => emulator.identity.principals.find(principal)?.clientId;
    const given = { source, target, tenant, authority, secret: SECRET };
    const principals = { client_id: clientId('backup'), reader: clientId('reader') };
    const output = await outputOf(python, [SCRIPT, name, JSON.stringify({ ...given, ...principals })]);
    // Warnings may follow on standard error.
    return JSON.parse(output.split('\n', 1)[0] ?? '');
  }

  it('works on shares and files with a managed identity', async () => {
    expect(await run('managed_identity')).toEqual({
      shares: [
        ['managed', true],
        ['managed', false],
      ],
      names: ['f'],
      read: 'content',
      permission: expect.stringContaining('D:P(A;;FA;;;SY)'),
    });
  });

  it('reads with a client secret, and is refused what the role lacks', async () => {
    expect(await run('client_secret')).toEqual({
      read: 'content',
      errors: ['403 AuthorizationPermissionMismatch', '403 AuthorizationPermissionMismatch'],
    });
  });

  it('makes user-delegation SAS that are honoured, as sources of copies, too', async () => {
    expect(await run('user_delegation')).toEqual({
      read: ['content', 'content'],
      copies: ['content', 'content', 'content'],
      errors: ['403 AuthorizationPermissionMismatch', '403 AuthenticationFailed'],
    });
  });
});

describe.skipIf('unavailable' in azcopy)('AzCopy with a managed identity', () => {
  const url = (account: string) => `https://${account}.file.core.windows.net/data`;
  const run = (...args: string[]) =>
    outputOf(azcopy, args, { HTTPS_PROXY: emulator.url, AZCOPY_AUTO_LOGIN_TYPE: 'MSI' });

  it('copies up, and syncs between accounts with a token for the source of ranges', async () => {
    await run('copy', join(folder, 'up', '*'), url('source'), '--from-to=LocalFile', '--recursive');
    expect(contents('source').map(([path]) => path)).toEqual(['hello.txt', 'sub dir/größe.bin']);
    const preserve = ['--preserve-info=true', '--preserve-permissions=true', '--delete-destination=true'];
    await run('sync', url('source'), url('target'), '--from-to=FileFile', ...preserve);
    expect(contents('target')).toEqual(contents('source'));
    expect(filesBelow(emulator, 'target', 'data')).toEqual(filesBelow(emulator, 'source', 'data'));
  });
});

describe.skipIf('unavailable' in rclone)('rclone with a managed identity', () => {
  it('copies up, syncs between accounts, and finds both equal', async () => {
    const remotes: Record<string, string> = {};
    for (const { name, httpsEndpoint = '' } of emulator.accounts) {
      const settings = { type: 'azurefiles', share_name: 'data', account: name, use_msi: 'true' };
      for (const [key, value] of Object.entries({ ...settings, endpoint: httpsEndpoint })) {
        remotes[`RCLONE_CONFIG_${name}_${key}`.toUpperCase()] = value;
      }
    }
    await outputOf(rclone, ['copy', join(folder, 'up'), 'source:rclone'], remotes);
    await outputOf(rclone, ['sync', 'source:rclone', 'target:rclone'], remotes);
    const checked = await outputOf(rclone, ['check', 'source:rclone', 'target:rclone'], remotes);
    expect(checked).toContain('2 matching files');
  });
});
