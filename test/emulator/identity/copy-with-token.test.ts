import type { ShareServiceClient } from '@azure/storage-file-share';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import type { Account } from '../../../emulator/state/index.ts';
import { accountSas } from '../../support/account-sas.ts';
import { type RawAnswer, sendRaw } from '../../support/raw-request.ts';
import { credentialOf, tokenClient, tokenOf, trustCertificate } from '../../support/trusted-emulator.ts';
import { bytesOf, failureOf } from '../http/sdk-clients.ts';

const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';

let emulator: Emulator;
let distrust: () => void;
let client: ShareServiceClient;
let sourceUrl: string;

beforeAll(async () => {
  const both = ['Storage Account Contributor', 'Storage File Data Privileged Contributor'];
  emulator = await startEmulator({
    https: true,
    identity: {
      principals: [
        { name: 'admin', roles: both },
        { name: 'writer', roles: both.map((role) => ({ role, account: 'target' })) },
      ],
    },
  });
  distrust = await trustCertificate(emulator);
  const source = tokenClient(emulator, credentialOf(emulator, 'admin')).getShareClient('data');
  await source.create();
  const file = source.rootDirectoryClient.getFileClient('file');
  await file.uploadData(Buffer.from('content'));
  sourceUrl = file.url;
  client = tokenClient(emulator, credentialOf(emulator, 'writer'), 'target');
  await client.getShareClient('data').create();
});

afterAll(async () => {
  distrust();
  await emulator.close();
});

function account(name: string): Account {
  const found = emulator.state.findAccount(name);
  if (found === undefined) throw new Error(`no account ${name}`);
  return found;
}

async function newFile(name: string) {
  const file = client.getShareClient('data').rootDirectoryClient.getFileClient(name);
  await file.create(7);
  return file;
}

describe('x-ms-copy-source-authorization', () => {
  const bearer = (name: string, resource?: string) => ({
    scheme: 'Bearer',
    value: tokenOf(emulator, name, resource),
  });

  it('lets Put Range From URL read the source', async () => {
    const file = await newFile('ranges');
    const options = { sourceAuthorization: bearer('admin') };
    await file.uploadRangeFromURL(sourceUrl, 0, 0, 7, options);
    expect((await bytesOf(await file.download())).toString()).toBe('content');
    const own = { sourceAuthorization: bearer('admin', 'https://source.file.core.windows.net') };
    expect(await failureOf(file.uploadRangeFromURL(sourceUrl, 0, 0, 7, own))).toBe('succeeded');
  });

  it('is checked against the account of the source', async () => {
    const file = await newFile('refused');
    const outcome = (token?: ReturnType<typeof bearer>) =>
      failureOf(
        file.uploadRangeFromURL(
          sourceUrl,
          0,
          0,
          7,
          token === undefined ? {} : { sourceAuthorization: token },
        ),
      );
    expect(await outcome()).toBe('401 CannotVerifyCopySource');
    expect(await outcome(bearer('writer'))).toBe('403 CannotVerifyCopySource');
    const ofTarget = bearer('admin', 'https://target.file.core.windows.net');
    expect(await outcome(ofTarget)).toBe('403 CannotVerifyCopySource');
  });

  const put = (path: string, headers: Record<string, string>): Promise<RawAnswer> =>
    sendRaw(`${emulator.account('target').endpoint}/data/${path}&${accountSas(emulator.account('target'))}`, {
      method: 'PUT',
      headers: { 'x-ms-version': '2025-07-05', 'x-ms-copy-source': sourceUrl, ...headers },
    });
  const range = { 'x-ms-write': 'update', 'x-ms-range': 'bytes=0-6', 'x-ms-source-range': 'bytes=0-6' };
  const withToken = () => ({ 'x-ms-copy-source-authorization': `Bearer ${tokenOf(emulator, 'admin')}` });
  const intent = { 'x-ms-file-request-intent': 'backup' };

  it('needs the backup intent, whatever the request itself goes by', async () => {
    await newFile('raw');
    expect((await put('raw?comp=range', { ...range, ...withToken() })).outcome).toBe(
      '400 MissingRequiredHeader',
    );
    expect((await put('raw?comp=range', { ...range, ...withToken(), ...intent })).outcome).toBe('201');
  });

  it('is a bearer token, from version 2024-05-04', async () => {
    const old = { ...range, ...withToken(), ...intent, 'x-ms-version': '2024-02-04' };
    expect((await put('raw?comp=range', old)).outcome).toBe('400 InvalidHeaderValue');
    const shared = { ...range, ...intent, 'x-ms-copy-source-authorization': 'SharedKey source:abc' };
    expect((await put('raw?comp=range', shared)).outcome).toBe('400 InvalidHeaderValue');
  });

  it('tells what the source answered', async () => {
    const token = tokenOf(emulator, 'admin', 'https://management.azure.com');
    const wrong = { ...range, ...intent, 'x-ms-copy-source-authorization': `Bearer ${token}` };
    const answer = await put('raw?comp=range', wrong);
    expect(answer.outcome).toBe('403 CannotVerifyCopySource');
    expect(answer.headers['x-ms-copy-source-error-code']).toBe('AuthenticationFailed');
    expect(answer.headers['x-ms-copy-source-status-code']).toBe('403');
  });

  it('is no header of Copy File', async () => {
    const answer = await put('copied?x=1', { ...withToken(), ...intent });
    expect(answer.outcome).toBe('401 CannotVerifyCopySource');
  });
});

describe('Copy File with a token', () => {
  it('reads a source of its own account by its roles, any other by a SAS', async () => {
    const root = client.getShareClient('data').rootDirectoryClient;
    const original = await newFile('original');
    const copy = root.getFileClient('copy');
    expect(await failureOf(copy.startCopyFromURL(original.url))).toBe('succeeded');
    expect(await failureOf(copy.startCopyFromURL(sourceUrl))).toBe('401 CannotVerifyCopySource');
    const signed = `${sourceUrl}?${accountSas(emulator.account('source'))}`;
    expect(await failureOf(copy.startCopyFromURL(signed))).toBe('succeeded');
  });
});

describe('an account that refuses keys', () => {
  afterEach(() => {
    account('source').security = { allowSharedKeyAccess: true };
  });

  it('refuses a SAS that its key signed as the source of a copy', async () => {
    account('source').security = { allowSharedKeyAccess: false };
    const signed = `${sourceUrl}?${accountSas(emulator.account('source'))}`;
    const file = client.getShareClient('data').rootDirectoryClient.getFileClient('copy');
    const failure = file.startCopyFromURL(signed);
    expect(await failureOf(failure)).toBe('403 CannotVerifyCopySource');
    await failure.catch((error) =>
      expect(error.details).toMatchObject({ copySourceErrorCode: 'KeyBasedAuthenticationNotPermitted' }),
    );
  });

  it('refuses keys and whatever they signed, and takes tokens', async () => {
    account('source').security = { allowSharedKeyAccess: false };
    const refused = '403 KeyBasedAuthenticationNotPermitted';
    const url = emulator.account('source').endpoint;
    const headers = { 'x-ms-version': '2025-07-05' };
    const sas = accountSas(emulator.account('source'));
    expect((await sendRaw(`${url}/?comp=list&${sas}`, { headers })).outcome).toBe(refused);
    const service = 'sv=2025-07-05&sr=s&sp=r&se=2030-01-01&sig=abc';
    expect((await sendRaw(`${url}/data/file?${service}`, { headers })).outcome).toBe(refused);
    const signed = { ...headers, authorization: 'SharedKey source:abc' };
    expect((await sendRaw(`${url}/?comp=list`, { headers: signed })).outcome).toBe(refused);
    const admin = tokenClient(emulator, credentialOf(emulator, 'admin'));
    expect(await failureOf(admin.getShareClient('data').getStatistics())).toBe('succeeded');
  });
});

describe('allowedCopyScope', () => {
  const outcome = async () => {
    const signed = `${sourceUrl}?${accountSas(emulator.account('source'))}`;
    const file = await newFile('scoped');
    const copied = await failureOf(file.startCopyFromURL(signed));
    expect(await failureOf(file.uploadRangeFromURL(signed, 0, 0, 7))).toBe(copied);
    return copied;
  };
  const keys = { allowSharedKeyAccess: true } as const;

  afterEach(() => {
    account('source').security = keys;
    account('target').security = keys;
  });

  it('AAD takes copies from accounts of the same tenant', async () => {
    account('target').security = { ...keys, allowedCopyScope: 'AAD' };
    expect(await outcome()).toBe('succeeded');
    account('source').security = { ...keys, tenantId: OTHER_TENANT };
    expect(await outcome()).toBe('403 AuthorizationFailure');
  });

  it('PrivateLink takes copies from accounts of the same virtual network', async () => {
    account('target').security = { ...keys, allowedCopyScope: 'PrivateLink', virtualNetwork: 'hub' };
    expect(await outcome()).toBe('403 AuthorizationFailure');
    account('source').security = { ...keys, virtualNetwork: 'spoke' };
    expect(await outcome()).toBe('403 AuthorizationFailure');
    account('source').security = { ...keys, virtualNetwork: 'hub' };
    expect(await outcome()).toBe('succeeded');
  });

  it('leaves copies within the account alone', async () => {
    account('target').security = { ...keys, allowedCopyScope: 'PrivateLink' };
    const original = await newFile('inside');
    const copy = client.getShareClient('data').rootDirectoryClient.getFileClient('inside-copy');
    expect(await failureOf(copy.startCopyFromURL(original.url))).toBe('succeeded');
  });
});
