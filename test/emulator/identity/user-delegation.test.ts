import {
  AnonymousCredential,
  FileSASPermissions,
  generateFileSASQueryParameters,
  ShareClient,
  ShareFileClient,
  ShareSASPermissions,
  type ShareServiceClient,
  type UserDelegationKey,
} from '@azure/storage-file-share';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { Clock, type EmulatorState } from '../../../emulator/state/index.ts';
import { sendRaw } from '../../support/raw-request.ts';
import { credentialOf, tokenClient, tokenOf, trustCertificate } from '../../support/trusted-emulator.ts';
import { bytesOf, clientOf, failureOf } from '../http/sdk-clients.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const READER = 'Storage File Data Privileged Reader';

type SasValues = Parameters<typeof generateFileSASQueryParameters>[0];

const clock = new Clock();
let emulator: Emulator;
let distrust: () => void;
let delegator: ShareServiceClient;

beforeAll(async () => {
  emulator = await startEmulator({
    https: true,
    clock,
    accounts: [{ name: 'source', allowSharedKeyAccess: false }, { name: 'target' }],
    identity: {
      principals: [
        { name: 'delegator', roles: [READER, 'Storage File Delegator'] },
        { name: 'powerless', roles: ['Storage File Delegator'] },
        { name: 'reader', roles: [READER] },
        { name: 'user' },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  delegator = tokenClient(emulator, credentialOf(emulator, 'delegator'));
  accountOf(emulator.state, 'source').createShare('data');
  accountOf(emulator.state, 'source').createShare('other');
  accountOf(emulator.state, 'source').security = { allowSharedKeyAccess: true };
  const file = clientOf(emulator).getShareClient('data').rootDirectoryClient.getFileClient('file');
  await file.uploadData(Buffer.from('content'));
  accountOf(emulator.state, 'source').security = { allowSharedKeyAccess: false };
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

function accountOf(state: EmulatorState, name: string) {
  const account = state.findAccount(name);
  if (account === undefined) throw new Error(`no account ${name}`);
  return account;
}

function keyOf(client = delegator, startIn = -15 * MINUTE, expiryIn = DAY): Promise<UserDelegationKey> {
  return client.getUserDelegationKey(new Date(Date.now() + startIn), new Date(Date.now() + expiryIn));
}

function sasOf(key: UserDelegationKey, values: Partial<SasValues> = {}): string {
  const complete: SasValues = {
    shareName: 'data',
    permissions: ShareSASPermissions.parse('rl'),
    startsOn: new Date(Date.now() - 15 * MINUTE),
    expiresOn: new Date(Date.now() + HOUR),
    version: '2025-07-05',
    ...values,
  };
  return generateFileSASQueryParameters(complete, key, 'source').toString();
}

function fileWith(sas: string, share = 'data', path = 'file'): ShareFileClient {
  const url = `${emulator.account('source').endpoint}/${share}/${path}?${sas}`;
  return new ShareFileClient(url, new AnonymousCredential(), { retryOptions: { maxTries: 1 } });
}

describe('a user delegation key', () => {
  it('is what the SDK asks for', async () => {
    const key = await keyOf();
    const principal = emulator.identity.principals.find('delegator');
    expect(key).toMatchObject({
      signedObjectId: principal?.objectId,
      signedTenantId: emulator.identity.tenantId,
      signedService: 'f',
    });
    expect(Buffer.from(key.value, 'base64')).toHaveLength(32);
    expect((key.signedExpiresOn.getTime() - key.signedStartsOn.getTime()) / HOUR).toBeCloseTo(24.25);
    expect((await keyOf(delegator, -15 * MINUTE, 2 * DAY)).value).not.toBe(key.value);
  });

  it('needs the role for it', async () => {
    const reader = tokenClient(emulator, credentialOf(emulator, 'reader'));
    expect(await failureOf(keyOf(reader))).toBe('403 AuthorizationPermissionMismatch');
  });

  it('needs a token', async () => {
    const withKey = clientOf(emulator, 'target');
    expect(await failureOf(keyOf(withKey))).toBe('403 AuthenticationFailed');
  });

  it.each<[string, number, number, string]>([
    ['for seven days', -MINUTE, 7 * DAY - MINUTE, 'succeeded'],
    ['for longer', -MINUTE, 7 * DAY + MINUTE, '400 InvalidXmlNodeValue'],
    ['that has expired', -DAY, -MINUTE, '400 InvalidXmlNodeValue'],
    ['that ends before it starts', HOUR, MINUTE, '400 InvalidXmlNodeValue'],
    ['that starts long ago', -8 * DAY, DAY, '400 InvalidXmlNodeValue'],
  ])('%s', async (_name, startIn, expiryIn, expected) => {
    expect(await failureOf(keyOf(delegator, startIn, expiryIn))).toBe(expected);
  });

  it('is known from version 2025-07-05', async () => {
    const ask = (version: string, body = '<KeyInfo/>') =>
      sendRaw(`${emulator.account('source').httpsEndpoint}/?restype=service&comp=userdelegationkey`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(emulator, 'delegator')}`, 'x-ms-version': version },
        body,
      });
    expect((await ask('2025-05-05')).status).toBe(400);
    expect((await ask('2025-07-05')).outcome).toBe('400 InvalidXmlNodeValue');
    expect((await ask('2025-07-05', 'no XML')).outcome).toBe('400 InvalidXmlDocument');
    const expiry = new Date(Date.now() + HOUR).toISOString();
    const answer = await ask('2025-07-05', `<KeyInfo><Expiry>${expiry}</Expiry></KeyInfo>`);
    expect(answer.outcome).toBe('200');
    expect(answer.text).toContain('<SignedVersion>2025-07-05</SignedVersion>');
  });
});

describe('a user delegation SAS', () => {
  afterEach(() => {
    clock.resume();
    clock.set(Date.now());
  });

  it('of a share or a file reads, in an account without keys', async () => {
    const key = await keyOf();
    expect((await bytesOf(await fileWith(sasOf(key)).download())).toString()).toBe('content');
    const ofFile = sasOf(key, { filePath: 'file', permissions: FileSASPermissions.parse('r') });
    expect((await bytesOf(await fileWith(ofFile).download())).toString()).toBe('content');
    const share = new ShareClient(
      `${emulator.account('source').endpoint}/data?${sasOf(key)}`,
      new AnonymousCredential(),
    );
    const names: string[] = [];
    for await (const entry of share.rootDirectoryClient.listFilesAndDirectories()) names.push(entry.name);
    expect(names).toEqual(['file']);
  });

  it('is good for what it was made for', async () => {
    const key = await keyOf();
    const failed = '403 AuthenticationFailed';
    expect(await failureOf(fileWith(sasOf(key), 'other').download())).toBe(failed);
    const ofFile = sasOf(key, { filePath: 'file', permissions: FileSASPermissions.parse('r') });
    expect(await failureOf(fileWith(ofFile, 'data', 'else').download())).toBe(failed);
    const sas = sasOf(key);
    for (const changed of [
      sas.replace('sp=rl', 'sp=rwdl'),
      sas.replace(/ske=20/, 'ske=21'),
      sas.replace(/skoid=[^&]*/, `skoid=${emulator.identity.principals.find('reader')?.objectId}`),
      sas.replace(/skv=[^&]*/, 'skv=2026-04-06'),
      sas.replace(/sktid=[^&]*/, 'sktid=99999999-2222-4333-8444-555555555555'),
      sas.replace('sks=f', 'sks=b'),
      sas.replace(/&skt=[^&]*/, ''),
      sas.replace('sv=2025-07-05', 'sv=2025-05-05'),
      `${sas}&si=policy`,
      `${sas}&spr=https`,
    ]) {
      expect(changed).not.toBe(sas);
      expect(await failureOf(fileWith(changed).download()), changed).toBe(failed);
    }
  });

  it('allows what its letters and the roles of its principal allow', async () => {
    const key = await keyOf();
    const mismatch = '403 AuthorizationPermissionMismatch';
    const reads = sasOf(key, { permissions: ShareSASPermissions.parse('l') });
    expect(await failureOf(fileWith(reads).download())).toBe(mismatch);
    const writes = sasOf(key, { permissions: ShareSASPermissions.parse('rcwdl') });
    expect(await failureOf(fileWith(writes).download())).toBe('succeeded');
    expect(await failureOf(fileWith(writes).uploadRange('x', 0, 1))).toBe(mismatch);
    expect(await failureOf(fileWith(writes).delete())).toBe(mismatch);
    const powerless = await keyOf(tokenClient(emulator, credentialOf(emulator, 'powerless')));
    expect(await failureOf(fileWith(sasOf(powerless)).download())).toBe(mismatch);
  });

  it('loses what its principal loses', async () => {
    const sas = sasOf(await keyOf());
    const { principals } = emulator.identity;
    const principal = principals.find('delegator');
    if (principal === undefined) throw new Error('no delegator');
    principals.unassign(principal, READER);
    expect(await failureOf(fileWith(sas).download())).toBe('403 AuthorizationPermissionMismatch');
    principals.assign(principal, READER);
    expect(await failureOf(fileWith(sas).download())).toBe('succeeded');
  });

  it('is good for no share-level operation', async () => {
    const url = `${emulator.account('source').endpoint}/data?${sasOf(await keyOf())}`;
    const share = new ShareClient(url, new AnonymousCredential(), { retryOptions: { maxTries: 1 } });
    expect(await failureOf(share.getStatistics())).toBe('403 AuthorizationFailure');
  });

  it('holds within its own times and those of its key', async () => {
    const key = await keyOf(delegator, -15 * MINUTE, HOUR);
    const sas = sasOf(key, { expiresOn: new Date(Date.now() + DAY) });
    const outcomeIn = async (milliseconds: number) => {
      clock.set(Date.now() + milliseconds);
      return failureOf(fileWith(sas).download());
    };
    expect(await outcomeIn(0)).toBe('succeeded');
    expect(await outcomeIn(HOUR - MINUTE)).toBe('succeeded');
    expect(await outcomeIn(HOUR + MINUTE)).toBe('403 AuthenticationFailed');
    expect(await outcomeIn(-16 * MINUTE)).toBe('403 AuthenticationFailed');
    const short = sasOf(key, { expiresOn: new Date(Date.now() + 10 * MINUTE) });
    clock.set(Date.now() + 11 * MINUTE);
    expect(await failureOf(fileWith(short).download())).toBe('403 AuthenticationFailed');
  });

  it('bound to a user needs a token of that user', async () => {
    const user = emulator.identity.principals.find('user');
    if (user === undefined) throw new Error('no user');
    const sas = sasOf(await keyOf(), { delegatedUserObjectId: user.objectId });
    const read = (headers: Record<string, string> = {}) =>
      sendRaw(`${emulator.account('source').httpsEndpoint}/data/file?${sas}`, {
        headers: { 'x-ms-version': '2025-07-05', ...headers },
      });
    expect((await read()).outcome).toBe('403 AuthenticationFailed');
    const bearer = (name: string) => ({ authorization: `Bearer ${tokenOf(emulator, name)}` });
    expect((await read(bearer('reader'))).outcome).toBe('403 AuthenticationFailed');
    const answer = await read(bearer('user'));
    expect([answer.outcome, answer.text]).toEqual(['200', 'content']);
  });
});
