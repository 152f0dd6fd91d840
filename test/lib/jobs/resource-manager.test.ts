import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/jobs/configuration-error.ts';
import { parseConfiguration } from '../../../lib/jobs/load.ts';
import { openJob } from '../../../lib/jobs/open-job.ts';
import { DataPlaneSnapshotStore } from '../../../lib/snapshots/data-plane-snapshot-store.ts';
import { ResourceManagerSnapshotStore } from '../../../lib/snapshots/resource-manager-snapshot-store.ts';
import { changed, exampleConfiguration, exampleEnvironment } from './example.ts';

const SUBSCRIPTION = '8f7a5d0e-3a44-4d5c-9c1e-0b6f2d1c9e77';
const PLACE = { subscription: SUBSCRIPTION, resourceGroup: 'backup' };

const parsed = (account: object) =>
  parseConfiguration(JSON.stringify(changed(exampleConfiguration(), ['accounts', 'dr'], account)), {
    environment: exampleEnvironment,
    fileName: 'test.json',
  });

const account = (resourceManager: unknown, credential: unknown = 'managed-identity') => ({
  endpoint: 'https://dracct.file.core.windows.net',
  credential,
  resourceManager,
});

function problemsOf(written: object) {
  try {
    parsed(written);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration has no mistake');
}

describe('an account that is asked by Resource Manager', () => {
  it('is one of the public cloud unless told otherwise', () => {
    expect(parsed(account(PLACE)).accounts.dr?.resourceManager).toEqual({
      ...PLACE,
      endpoint: 'https://management.azure.com',
      audience: 'https://management.azure.com',
    });
  });

  it('may be in another cloud, with tokens for its address or for another', () => {
    const china = { ...PLACE, endpoint: 'https://management.chinacloudapi.cn/' };
    expect(parsed(account(china)).accounts.dr?.resourceManager).toMatchObject({
      endpoint: 'https://management.chinacloudapi.cn',
      audience: 'https://management.chinacloudapi.cn',
    });
    const emulated = {
      ...PLACE,
      endpoint: 'https://127.0.0.1:10005',
      audience: 'https://management.azure.com/',
    };
    expect(parsed(account(emulated)).accounts.dr?.resourceManager).toMatchObject({
      endpoint: 'https://127.0.0.1:10005',
      audience: 'https://management.azure.com',
    });
  });

  it('has its snapshots kept there, and another account on the data plane', () => {
    const { source, target } = openJob(parsed(account(PLACE)), 'finance');
    expect(source.snapshots).toBeInstanceOf(DataPlaneSnapshotStore);
    expect(target.snapshots).toBeInstanceOf(ResourceManagerSnapshotStore);
    expect([source.leases.renewEveryMs, target.leases.renewEveryMs]).toEqual([20_000, 30_000]);
  });

  it.each([
    ['an account key', { accountKey: 'env:DR_KEY' }],
    ['a SAS', { sas: 'sv=2025-07-05&sig=abc' }],
  ])('takes no %s', (_, credential) => {
    expect(problemsOf(account(PLACE, credential))).toMatchObject([
      {
        path: 'accounts.dr.credential',
        expected: expect.stringContaining('a credential with a token'),
        found: 'an account key or a SAS',
      },
    ]);
  });

  it.each<[setting: string, value: unknown, expected: string, found: string]>([
    ['subscription', undefined, 'the id of a subscription', 'nothing'],
    ['subscription', 'Production', 'the id of a subscription', 'a string of 10 characters'],
    ['resourceGroup', '', 'the name of a resource group', 'empty'],
    ['resourceGroup', 'a/b', 'the name of a resource group', 'a string of 3 characters'],
    ['resourceGroup', 'ends.', 'the name of a resource group', 'a string of 5 characters'],
    ['endpoint', 'http://management.azure.com', 'an https address', 'no https address'],
    ['endpoint', 'https://management.azure.com/subscriptions/x', 'an https address', 'more than'],
    ['audience', 'https://user:pass@management.azure.com', 'an https address', 'more than'],
    ['tenant', 'x', 'only the settings subscription', 'the unknown setting "tenant"'],
  ])('is not one with %s: %j', (setting, value, expected, found) => {
    const [problem, ...others] = problemsOf(account({ ...PLACE, [setting]: value }));
    expect(others).toEqual([]);
    expect(problem?.path).toBe(`accounts.dr.resourceManager.${setting}`);
    expect(problem?.expected).toContain(expected);
    expect(problem?.found).toContain(found);
  });
});

describe('the authority of a service principal', () => {
  const principal = { tenantId: 'contoso.onmicrosoft.com', clientId: 'c', clientSecret: 's' };

  it('is kept', () => {
    const authority = 'https://login.chinacloudapi.cn';
    const credential = { servicePrincipal: { ...principal, authority } };
    expect(parsed(account(undefined, credential)).accounts.dr?.credential).toMatchObject({ authority });
  });

  it('is an https address', () => {
    const credential = { servicePrincipal: { ...principal, authority: 'login.chinacloudapi.cn' } };
    expect(problemsOf(account(undefined, credential))).toMatchObject([
      {
        path: 'accounts.dr.credential.servicePrincipal.authority',
        found: expect.stringContaining('no https'),
      },
    ]);
  });
});
