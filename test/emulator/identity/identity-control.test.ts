import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountArgumentError, parseIdentities, runEmulatorCommand } from '../../../emulator/command.ts';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { sendRaw } from '../../support/raw-request.ts';

const READER = 'Storage File Data Privileged Reader';
const LIST = '/source/data?restype=directory&comp=list';

describe('the control endpoint', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.state.findAccount('source')?.createShare('data');
  });
  afterAll(() => emulator.close());

  async function control(method: string, path: string, body?: unknown) {
    const answer = await sendRaw(`${emulator.control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, value: JSON.parse(answer.text) };
  }

  async function list(token: string): Promise<string> {
    const answer = await sendRaw(`${emulator.url}${LIST}`, {
      headers: {
        authorization: `Bearer ${token}`,
        'x-ms-version': '2025-07-05',
        'x-ms-file-request-intent': 'backup',
      },
    });
    return answer.outcome;
  }

  it('adds principals, gives and takes roles, and issues tokens', async () => {
    expect((await control('GET', 'identity')).value).toMatchObject({ principals: [], bearerOverHttp: false });
    const added = await control('POST', 'identity', { name: 'backup', roles: ['Reader'] });
    expect(added.value).toMatchObject({ name: 'backup', roles: [{ role: 'Reader' }] });
    await control('POST', 'identity/settings', { bearerOverHttp: true });
    const issued = await control('POST', 'identity/token', {
      principal: 'backup',
      resource: 'https://storage.azure.com',
    });
    const { token } = issued.value;
    expect(await list(token)).toBe('403 AuthorizationPermissionMismatch');
    const role = { principal: 'backup', role: READER, account: 'source' };
    expect((await control('POST', 'identity/roles', role)).value.roles).toHaveLength(2);
    expect(await list(token)).toBe('200');
    await control('POST', 'identity/revoke', role);
    expect(await list(token)).toBe('403 AuthorizationPermissionMismatch');
    expect((await control('GET', 'identity')).value.principals).toHaveLength(1);
    expect((await control('DELETE', 'identity/backup')).status).toBe(200);
    expect((await control('DELETE', 'identity/backup')).status).toBe(404);
  });

  it('says what is wrong with a principal', async () => {
    expect((await control('POST', 'identity', { name: '' })).status).toBe(400);
    const unknown = await control('POST', 'identity', { name: 'a', roles: ['Nobody'] });
    expect([unknown.status, unknown.value.error]).toEqual([
      400,
      expect.stringContaining('"Nobody" is no role'),
    ]);
    expect((await control('POST', 'identity/roles', { principal: 'a', role: 'Reader' })).status).toBe(404);
    expect((await control('POST', 'identity/unknown', {})).status).toBe(404);
  });

  it('guards accounts', async () => {
    const set = (changes: object) => control('POST', 'accounts', { account: 'source', ...changes });
    expect((await set({ allowSharedKeyAccess: false, allowedCopyScope: 'AAD' })).value).toEqual({
      allowSharedKeyAccess: false,
      allowedCopyScope: 'AAD',
    });
    expect((await set({ allowedCopyScope: null, virtualNetwork: 'hub' })).value).toEqual({
      allowSharedKeyAccess: false,
      virtualNetwork: 'hub',
    });
    expect((await control('POST', 'accounts', { account: 'nobody' })).status).toBe(404);
  });
});

describe('the emulator command', () => {
  it('tells programs how to get tokens', async () => {
    const lines: string[] = [];
    const abort = new AbortController();
    await runEmulatorCommand({
      port: 0,
      accounts: [],
      identities: [`backup=${READER}@source,Storage File Delegator`, 'idle'],
      json: true,
      https: true,
      signal: abort.signal,
      print: (line) => {
        lines.push(line);
        abort.abort();
      },
    });
    const { identity, https } = JSON.parse(lines[0] ?? '');
    expect(identity).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_identity\/token$/),
      header: expect.stringMatching(/^[0-9a-f]{32}$/),
      tenant: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authority: https,
      principals: [
        { name: 'backup', roles: [{ role: READER, account: 'source' }, { role: 'Storage File Delegator' }] },
        { name: 'idle', roles: [] },
      ],
    });
  });

  it('tells people, and nothing of identities when there are none', async () => {
    const text = async (identities: readonly string[]) => {
      const lines: string[] = [];
      await runEmulatorCommand({
        port: 0,
        accounts: [],
        identities,
        json: false,
        signal: AbortSignal.abort(),
        print: (line) => lines.push(line),
      });
      return lines.join('\n');
    };
    expect(await text(['backup=Reader'])).toMatch(/IDENTITY_HEADER.*\n.*tenant.*\n {2}backup: client id/);
    expect(await text([])).not.toContain('IDENTITY');
  });

  it('says what is wrong with an identity', () => {
    for (const texts of [['='], ['backup=Nobody'], ['backup', 'backup'], ['backup=']]) {
      expect(() => parseIdentities(texts), texts.join()).toThrow(AccountArgumentError);
    }
  });
});

describe('a data folder', () => {
  it('keeps what guards an account', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sharepair-identity-'));
    try {
      const accounts = [{ name: 'source', allowSharedKeyAccess: false, virtualNetwork: 'hub' }];
      await (await startEmulator({ dataDir, accounts })).close();
      const again = await startEmulator({ dataDir, accounts: [] });
      const security = again.state.findAccount('source')?.security;
      await again.close();
      expect(security).toEqual({ allowSharedKeyAccess: false, virtualNetwork: 'hub' });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
