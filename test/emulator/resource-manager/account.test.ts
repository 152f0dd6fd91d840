import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageManagementClient } from '@azure/arm-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { clientOf } from '../http/sdk-clients.ts';
import { collected, failureOf, GROUP, managementClient, rawRequest, VERSION } from './management-client.ts';

describe('a storage account in Resource Manager', () => {
  let emulator: Emulator;
  let client: StorageManagementClient;

  beforeEach(async () => {
    emulator = await startEmulator({
      https: true,
      accounts: [{ name: 'source' }, { name: 'elsewhere', resourceGroup: 'Other' }],
    });
    client = await managementClient(emulator);
  });
  afterEach(() => emulator.close());

  it('tells what it is and where its file service is', async () => {
    const account = await client.storageAccounts.getProperties(GROUP, 'source');
    expect(account).toMatchObject({
      id: emulator.account('source').resourceId,
      name: 'source',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      allowSharedKeyAccess: true,
      provisioningState: 'Succeeded',
      primaryEndpoints: { file: `${emulator.httpsUrl}/source/` },
    });
  });

  it('tells how it is secured', async () => {
    const { name } = emulator.addAccount({
      name: 'locked',
      allowSharedKeyAccess: false,
      allowedCopyScope: 'AAD',
    });
    const account = await client.storageAccounts.getProperties(GROUP, name);
    expect(account).toMatchObject({ allowSharedKeyAccess: false, allowedCopyScope: 'AAD' });
    const again = await client.storageAccounts.getProperties(GROUP, name);
    expect(again.creationTime).toEqual(account.creationTime);
  });

  it('hands out both keys, which the data plane takes', async () => {
    const { keys } = await client.storageAccounts.listKeys(GROUP, 'source');
    expect(keys?.map(({ keyName, permissions }) => [keyName, permissions])).toEqual([
      ['key1', 'FULL'],
      ['key2', 'FULL'],
    ]);
    expect(keys?.map(({ value }) => value)).toEqual(emulator.state.findAccount('source')?.keys);
  });

  it('is found in its own resource group alone, however that is written', async () => {
    expect((await client.storageAccounts.getProperties('other', 'elsewhere')).name).toBe('elsewhere');
    const find = (group: string, account: string) =>
      failureOf(client.storageAccounts.getProperties(group, account));
    expect(await find('EMULATOR', 'source')).toBe('succeeded');
    expect(await find('Other', 'source')).toBe('404 ResourceNotFound');
    expect(await find(GROUP, 'nobody')).toBe('404 ResourceNotFound');
    expect(await find('none', 'source')).toBe('404 ResourceGroupNotFound');
  });

  it('has a file service whose properties are set one by one', async () => {
    expect(await client.fileServices.getServiceProperties(GROUP, 'source')).toMatchObject({
      name: 'default',
      type: 'Microsoft.Storage/storageAccounts/fileServices',
      shareDeleteRetentionPolicy: { enabled: true, days: 7 },
      cors: { corsRules: [] },
      protocolSettings: { smb: {} },
    });
    const corsRules = [
      {
        allowedOrigins: ['https://a.example', 'https://b.example'],
        allowedMethods: ['GET'],
        maxAgeInSeconds: 9,
        exposedHeaders: ['x-ms-*'],
        allowedHeaders: [],
      },
    ];
    await client.fileServices.setServiceProperties(GROUP, 'source', { cors: { corsRules } });
    const smb = { versions: 'SMB3.1.1', multichannel: { enabled: true } };
    await client.fileServices.setServiceProperties(GROUP, 'source', { protocolSettings: { smb } });
    const set = await client.fileServices.setServiceProperties(GROUP, 'source', {
      shareDeleteRetentionPolicy: { enabled: true, days: 30 },
    });
    expect(set).toMatchObject({
      shareDeleteRetentionPolicy: { enabled: true, days: 30 },
      cors: { corsRules },
      protocolSettings: { smb },
    });
    const [only] = (await client.fileServices.list(GROUP, 'source')).value ?? [];
    expect(only).toMatchObject({ cors: { corsRules } });
    const seen = await clientOf(emulator).getProperties();
    expect(seen.cors?.[0]).toMatchObject({ allowedOrigins: 'https://a.example,https://b.example' });
    expect(seen.protocol?.smb?.multichannel?.enabled).toBe(true);
  });

  it('keeps deleted shares for as long as its policy says', async () => {
    const setPolicy = (policy: { enabled: boolean; days?: number }) =>
      client.fileServices.setServiceProperties(GROUP, 'source', { shareDeleteRetentionPolicy: policy });
    for (const days of [0, 366]) {
      expect(await failureOf(setPolicy({ enabled: true, days }))).toBe('400 InvalidRequestPropertyValue');
    }
    expect(await failureOf(setPolicy({ enabled: true }))).toBe('400 InvalidRequestPropertyValue');
    await setPolicy({ enabled: false });
    await client.fileShares.create(GROUP, 'source', 'finance', {});
    await client.fileShares.delete(GROUP, 'source', 'finance');
    expect(await collected(client.fileShares.list(GROUP, 'source', { expand: 'deleted' }))).toEqual([]);
  });

  it('counts the shares that it has and had', async () => {
    await client.fileShares.create(GROUP, 'source', 'finance', { shareQuota: 10 });
    await client.fileShares.create(GROUP, 'source', 'sales', { shareQuota: 20 });
    await client.fileShares.create(GROUP, 'source', 'former', { shareQuota: 40 });
    await client.fileShares.delete(GROUP, 'source', 'former');
    const usage = await client.fileServices.getServiceUsage(GROUP, 'source');
    expect(usage.properties?.storageAccountUsage).toMatchObject({
      liveShares: { fileShareCount: 2, provisionedStorageGiB: 30 },
      softDeletedShares: { fileShareCount: 1, provisionedStorageGiB: 40 },
    });
    expect(await collected(client.fileServices.listServiceUsages(GROUP, 'source'))).toEqual([usage]);
  });

  it('keeps what was set over a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
    try {
      const set = { properties: { protocolSettings: { smb: { encryptionInTransit: { required: true } } } } };
      const path = `/fileServices/default?${VERSION}`;
      const first = await startEmulator({ dataDir });
      await rawRequest(first, path, { method: 'PUT', body: set }).finally(() => first.close());
      const second = await startEmulator({ dataDir });
      const { text } = await rawRequest(second, path).finally(() => second.close());
      expect(JSON.parse(text)).toMatchObject(set);
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
