import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { type AzCopy, findAzCopy } from '../../support/azcopy.ts';
import { filesBelow } from '../../support/emulator-tree.ts';
import { ShareBuilder } from '../../support/share-builder.ts';

const found = await findAzCopy();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the test of AzCopy with a token: ${unavailable}`);

const READ_SHARES = 'Microsoft.Storage/storageAccounts/fileServices/shares/read';

describe.skipIf(unavailable !== undefined)('AzCopy as a managed identity', () => {
  let azcopy: AzCopy;
  let emulator: Emulator;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    azcopy = found;
    emulator = await startEmulator({
      accounts: [
        { name: 'source', allowSharedKeyAccess: false },
        { name: 'target', allowSharedKeyAccess: false },
      ],
      identity: {
        principals: [
          {
            name: 'azcopy',
            roles: [
              { role: 'Storage File Data Privileged Reader', account: 'source' },
              { role: 'Storage File Data Privileged Contributor', account: 'target' },
              READ_SHARES,
            ],
          },
        ],
      },
    });
    folder = await mkdtemp(join(tmpdir(), 'sharepair-azcopy-token-'));
    const certificate = join(folder, 'ca.pem');
    await writeFile(certificate, await emulator.certificate());
    const { endpoint, header } = emulator.identityInfo();
    environment = {
      AZCOPY_AUTO_LOGIN_TYPE: 'MSI',
      IDENTITY_ENDPOINT: endpoint,
      IDENTITY_HEADER: header,
      HTTPS_PROXY: emulator.url,
      SSL_CERT_FILE: certificate,
    };
    const [source, target] = [...emulator.state.accounts].map((account) => account.createShare('data'));
    if (source === undefined || target === undefined) throw new Error('the emulator lacks an account');
    new ShareBuilder(source).file('dir/small.txt', 'small').file('large.bin', Buffer.alloc(5_000_000, 3));
  });

  afterAll(async () => {
    await emulator?.close();
    await azcopy?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const url = (account: string) => `https://${account}.file.core.windows.net/data`;
  const copy = () =>
    azcopy.run(
      ['copy', url('source'), url('target'), '--from-to=FileFile', '--recursive', '--as-subdir=false'],
      environment,
    );

  it('copies between two accounts that refuse keys, without a byte through itself', async () => {
    const result = await copy();
    expect(result.code, result.output).toBe(0);
    const digests = (account: string) =>
      new Map([...filesBelow(emulator, account, 'data')].map(([path, { md5 }]) => [path, md5]));
    expect(digests('target').size).toBe(2);
    expect(digests('target')).toEqual(digests('source'));
    expect(emulator.requests.operations('source').GetFile).toBeUndefined();
    expect(emulator.requests.operations('target').PutRangeFromURL).toBeGreaterThan(1);
  });

  it('fails once its role on the source is gone', async () => {
    const { principals } = emulator.identity;
    const principal = principals.find('azcopy');
    if (principal === undefined) throw new Error('the emulator has lost its principal');
    principals.unassign(principal, { role: 'Storage File Data Privileged Reader', account: 'source' });
    const result = await copy();
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('AuthorizationPermissionMismatch');
  });
});
