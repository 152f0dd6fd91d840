import { StorageManagementClient } from '@azure/arm-storage';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { tokenOf, trustCertificate } from '../../support/trusted-emulator.ts';
import { failureOf, GROUP, managementClient, rawRequest, VERSION } from './management-client.ts';

const RESOURCE = 'https://management.azure.com/';
const SHARE_ACTION = 'Microsoft.Storage/storageAccounts/fileServices/shares';

describe('authorization of Resource Manager', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({
      https: true,
      identity: {
        principals: [
          { name: 'contributor', roles: ['Storage Account Contributor'] },
          { name: 'reader', roles: ['Reader'] },
          { name: 'lock', roles: [`${SHARE_ACTION}/lease/action`] },
          { name: 'data', roles: ['Storage File Data Privileged Contributor'] },
          { name: 'targetOnly', roles: [{ role: 'Storage Account Contributor', account: 'target' }] },
        ],
      },
    });
    emulator.state.findAccount('source')?.createShare('finance');
    emulator.state.findAccount('target')?.createShare('finance');
  });
  afterEach(() => emulator.close());

  /** What becomes of a read, a lease, a snapshot, and of listing the keys. */
  async function attempts(name: string, account = 'source'): Promise<string[]> {
    const client = await managementClient(emulator, tokenOf(emulator, name, RESOURCE));
    const { fileShares, storageAccounts } = client;
    const parameters = { action: 'Acquire', leaseDuration: 15 };
    return [
      await failureOf(fileShares.get(GROUP, account, 'finance')),
      await failureOf(fileShares.lease(GROUP, account, 'finance', { parameters })),
      await failureOf(fileShares.create(GROUP, account, 'finance', {}, { expand: 'snapshots' })),
      await failureOf(storageAccounts.listKeys(GROUP, account)),
    ];
  }

  const YES = 'succeeded';
  const NO = '403 AuthorizationFailed';

  it.each([
    ['contributor', [YES, YES, YES, YES]],
    ['reader', [YES, NO, NO, NO]],
    ['lock', [NO, YES, NO, NO]],
    ['data', [NO, NO, NO, NO]],
    ['targetOnly', [NO, NO, NO, NO]],
  ])('goes by the roles of %s', async (name, expected) => {
    expect(await attempts(name)).toEqual(expected);
  });

  it('takes the token that ManagedIdentityCredential gets', async () => {
    const distrust = await trustCertificate(emulator);
    const { endpoint, header } = emulator.identityInfo();
    process.env.IDENTITY_ENDPOINT = endpoint;
    process.env.IDENTITY_HEADER = header;
    try {
      const { clientId = '' } = emulator.identity.principals.find('contributor') ?? {};
      const { url, subscriptionId } = emulator.resourceManager;
      const credential = new ManagedIdentityCredential({ clientId });
      const client = new StorageManagementClient(credential, subscriptionId, { endpoint: url });
      expect((await client.fileShares.get(GROUP, 'source', 'finance')).name).toBe('finance');
    } finally {
      delete process.env.IDENTITY_ENDPOINT;
      delete process.env.IDENTITY_HEADER;
      distrust();
    }
  });

  it('goes by the account of a role', async () => {
    expect(await attempts('targetOnly', 'target')).toEqual([YES, YES, YES, YES]);
  });

  it('says who lacks which action where', async () => {
    const token = tokenOf(emulator, 'data', RESOURCE);
    const { status, text } = await rawRequest(emulator, `/fileServices/default/shares/finance?${VERSION}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(status).toBe(403);
    const { message } = JSON.parse(text).error;
    expect(message).toContain(emulator.identity.principals.find('data')?.objectId);
    expect(message).toContain(`'${SHARE_ACTION}/read'`);
    expect(message).toContain(
      `${emulator.account('source').resourceId}/fileServices/default/shares/finance'`,
    );
  });

  it('refuses tokens that are for others, expired or forged', async () => {
    const statusOf = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const { status, text } = await rawRequest(emulator, `?${VERSION}`, { headers });
      return status === 200 ? '200' : `${status} ${JSON.parse(text).error.code}`;
    };
    const token = tokenOf(emulator, 'contributor', RESOURCE);
    expect(await statusOf(token)).toBe('200');
    expect(await statusOf(tokenOf(emulator, 'contributor', 'https://storage.azure.com/'))).toBe(
      '401 InvalidAuthenticationToken',
    );
    expect(await statusOf(`${token.slice(0, -8)}AAAAAAAA`)).toBe('401 InvalidAuthenticationToken');
    expect(await statusOf('nonsense')).toBe('401 InvalidAuthenticationToken');
    emulator.state.clock.advance(25 * 60 * 60 * 1000);
    expect(await statusOf(token)).toBe('401 InvalidAuthenticationToken');
  });
});
