import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/jobs/configuration-error.ts';
import { loadConfiguration, parseConfiguration } from '../../../lib/jobs/load.ts';
import { changed, exampleConfiguration, exampleEnvironment } from './example.ts';

const parse = (value: unknown, environment = exampleEnvironment) =>
  parseConfiguration(JSON.stringify(value), { environment, fileName: 'sharepair.config.json' });

const withCredential = (credential: unknown) =>
  changed(exampleConfiguration(), ['accounts', 'prod', 'credential'], credential);

describe('parseConfiguration', () => {
  it('resolves a configuration and fills in defaults', () => {
    const least = changed(exampleConfiguration(), ['jobs', 'finance'], {
      source: { account: 'prod', share: 'finance' },
      target: { account: 'dr', share: 'finance' },
    });
    expect(parse(least)).toEqual({
      accounts: {
        prod: {
          name: 'prod',
          endpoint: 'http://127.0.0.1:10004/prodacct',
          credential: { kind: 'account-key', key: exampleEnvironment.PROD_KEY },
        },
        dr: {
          name: 'dr',
          endpoint: 'https://dracct.file.core.windows.net',
          credential: { kind: 'account-key', key: exampleEnvironment.DR_KEY },
        },
      },
      jobs: {
        finance: {
          name: 'finance',
          source: { account: 'prod', share: 'finance' },
          target: { account: 'dr', share: 'finance' },
          timeZone: 'UTC',
          retention: { last: 30 },
          budget: { snapshots: 180 },
          compare: { mode: 'times' },
          guards: {},
        },
      },
      requests: { concurrency: 32, retries: 5, retryDelayMs: 400, timeoutSeconds: 120 },
    });
  });

  it('takes every optional setting', () => {
    const full = changed(
      changed(exampleConfiguration(), ['jobs', 'finance', 'guards'], { maxDeletes: 500 }),
      ['jobs', 'finance', 'rpo'],
      'PT6H',
    );
    const { jobs, requests } = parse(
      changed(changed(full, ['requests'], { concurrency: 4, retries: 0 }), ['$schema'], './schema.json'),
    );
    expect(jobs.finance).toMatchObject({
      schedule: '0 0 */4 * * *',
      timeZone: 'Europe/Berlin',
      guards: { maxDeletes: { kind: 'count', count: 500 } },
      rpo: 'PT6H',
    });
    expect(requests).toEqual({ concurrency: 4, retries: 0, retryDelayMs: 400, timeoutSeconds: 120 });
  });

  it('takes every rule of retention, and none but those that are written', () => {
    const retention = { hourly: 24, daily: 7, weekly: 4, monthly: 12, yearly: 3, within: 'P2D', minimum: 5 };
    const { jobs } = parse(changed(exampleConfiguration(), ['jobs', 'finance', 'retention'], retention));
    expect(jobs.finance?.retention).toEqual(retention);
  });

  it.each([
    ['0%', 0],
    ['7%', 7],
    ['100%', 100],
  ])('reads a limit of %s', (maxDeletes, percent) => {
    const { jobs } = parse(changed(exampleConfiguration(), ['jobs', 'finance', 'guards'], { maxDeletes }));
    expect(jobs.finance?.guards).toEqual({ maxDeletes: { kind: 'percent', percent } });
  });

  it('takes comments, trailing commas and a byte order mark', () => {
    const text = JSON.stringify(exampleConfiguration()).replace('{', '{ // accounts\n /* and */ ');
    const { jobs } = parseConfiguration(text.replace(/\}$/, ',}'), {
      environment: exampleEnvironment,
      fileName: 'x',
    });
    expect(Object.keys(jobs)).toEqual(['finance']);
  });

  it.each(['constructor', 'toString', '__proto__'])('finds nothing under the name %s', (name) => {
    const { jobs, accounts } = parse(exampleConfiguration());
    expect(jobs[name]).toBeUndefined();
    expect(accounts[name]).toBeUndefined();
  });

  it.each([
    ['HTTPS://ACCT.file.core.windows.net/', 'https://acct.file.core.windows.net'],
    ['https://acct.file.core.windows.net:443', 'https://acct.file.core.windows.net'],
    ['http://127.0.0.1:10004/prodacct/', 'http://127.0.0.1:10004/prodacct'],
    ['http://emulator:10004/prodacct', 'http://emulator:10004/prodacct'],
    ['https://acct.file.core.usgovcloudapi.net', 'https://acct.file.core.usgovcloudapi.net'],
    ['https://acct.z01.file.storage.azure.net', 'https://acct.z01.file.storage.azure.net'],
  ])('takes the endpoint %s', (endpoint, expected) => {
    const value = changed(exampleConfiguration(), ['accounts', 'prod', 'endpoint'], endpoint);
    expect(parse(value).accounts.prod?.endpoint).toBe(expected);
  });
});

describe('what is backed up, and what a run puts up with', () => {
  const jobWith = (setting: string, value: unknown) =>
    parse(changed(exampleConfiguration(), ['jobs', 'finance', setting], value)).jobs.finance;

  it('is everything, and nothing, unless a job says so', () => {
    expect(jobWith('rpo', 'PT6H')).not.toHaveProperty('filters');
    expect(jobWith('rpo', 'PT6H')).not.toHaveProperty('tolerate');
  });

  it('takes filters with every setting', () => {
    const written = {
      include: ['/projects'],
      exclude: ['*.tmp', 'cache/'],
      attributes: { include: ['Archive'], exclude: ['Temporary', 'Offline'] },
      size: { min: 1, max: '1.5 GiB' },
      age: { olderThan: 'PT1H', newerThan: '2026-01-01T00:00:00+01:00' },
      deleteExcluded: true,
    };
    expect(jobWith('filters', written)?.filters).toEqual({
      ...written,
      size: { min: 1, max: 1_610_612_736 },
    });
  });

  it('fills in what filters leave out', () => {
    expect(jobWith('filters', {})?.filters).toEqual({
      include: [],
      exclude: [],
      attributes: { include: [], exclude: [] },
      size: { min: undefined, max: undefined },
      age: { olderThan: undefined, newerThan: undefined },
      deleteExcluded: false,
    });
  });

  it.each([
    ['times', { mode: 'times' }],
    ['strict', { mode: 'strict' }],
    [
      { mode: 'content', share: '5%' },
      { mode: 'content', percent: 5 },
    ],
    [
      { mode: 'content', share: '100%' },
      { mode: 'content', percent: 100 },
    ],
  ])('compares by %j', (written, compare) => {
    expect(jobWith('compare', written)?.compare).toEqual(compare);
  });

  it('takes both guards', () => {
    expect(jobWith('guards', { maxDeletes: 0, maxChanges: '25%' })?.guards).toEqual({
      maxDeletes: { kind: 'count', count: 0 },
      maxChanges: { kind: 'percent', percent: 25 },
    });
  });

  it('tolerates any error code, or those that are listed', () => {
    expect(jobWith('tolerate', { entries: 10 })?.tolerate).toEqual({ entries: 10, codes: [] });
    const listed = { entries: 1000, codes: ['SharingViolation'] };
    expect(jobWith('tolerate', listed)?.tolerate).toEqual(listed);
  });
});

describe('credentials', () => {
  it.each([
    ['a key in the file', { accountKey: 'a2V5' }, { kind: 'account-key', key: 'a2V5' }],
    ['a signature', { sas: 'sv=2025-07-05&sig=abc%3D' }, { kind: 'sas', sas: 'sv=2025-07-05&sig=abc%3D' }],
    ['a signature with its question mark', { sas: '?sv=1&sig=a' }, { kind: 'sas', sas: 'sv=1&sig=a' }],
    ['the managed identity', 'managed-identity', { kind: 'managed-identity' }],
    [
      'a managed identity',
      { managedIdentity: { clientId: '0f1e' } },
      { kind: 'managed-identity', clientId: '0f1e' },
    ],
    ['whatever identity there is', 'default', { kind: 'default' }],
    [
      'a service principal',
      { servicePrincipal: { tenantId: 'contoso.com', clientId: '0f1e', clientSecret: 'env:APP_SECRET' } },
      { kind: 'service-principal', tenantId: 'contoso.com', clientId: '0f1e', clientSecret: 's3cret' },
    ],
  ])('%s', (_name, written, expected) => {
    const environment = { ...exampleEnvironment, APP_SECRET: 's3cret' };
    expect(parse(withCredential(written), environment).accounts.prod?.credential).toEqual(expected);
  });

  it('leave out the white space around a value of the environment', () => {
    const { accounts } = parse(withCredential({ sas: 'env:SAS' }), {
      ...exampleEnvironment,
      SAS: ' ?sig=a\r\n',
    });
    expect(accounts.prod?.credential).toEqual({ kind: 'sas', sas: 'sig=a' });
  });
});

describe('loadConfiguration', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sharepair-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const write = async (name: string, content: Buffer) => {
    const fileName = join(folder, name);
    await writeFile(fileName, content);
    return fileName;
  };
  const text = JSON.stringify(exampleConfiguration());

  it.each([
    ['utf-8.json', Buffer.from(text)],
    ['utf-8-with-mark.json', Buffer.from(`\uFEFF${text}`)],
    ['utf-16.json', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('reads %s', async (name, content) => {
    const { jobs } = await loadConfiguration(await write(name, content), exampleEnvironment);
    expect(jobs.finance?.name).toBe('finance');
  });

  it('says that a file is missing', async () => {
    const fileName = join(folder, 'missing.json');
    const error = await loadConfiguration(fileName, {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      fileName,
      problems: [{ path: '', expected: 'a readable file', found: 'no such file' }],
    });
  });

  it('says that a folder is no file, and that bytes are no text', async () => {
    await expect(loadConfiguration(folder, {})).rejects.toThrow('found a folder');
    const bytes = await write('bytes.json', Buffer.from([0x7b, 0xc3, 0x28]));
    await expect(loadConfiguration(bytes, {})).rejects.toThrow('expected text in UTF-8');
  });
});
