import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

/** More runs of the same properties, for long test sessions. */
const RUNS = Number(process.env.SHAREPAIR_FUZZ_RUNS ?? 150);

describe('malformed requests', () => {
  let emulator: Emulator;
  const bugs: unknown[] = [];
  const headers = { 'x-ms-version': '2026-10-06' };

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
    const share = clientOf(emulator).getShareClient('data');
    await share.create();
    await share.rootDirectoryClient.getFileClient('f').uploadData(Buffer.alloc(1000, 1));
    await clientOf(emulator).getShareClient('fuzzed').create();
  });
  afterAll(() => emulator.close());

  const url = (path: string, query = '') =>
    `${emulator.account('source').endpoint}${path}?${query}&${accountSas(emulator)}`;

  async function codeOf(
    method: string,
    path: string,
    query: string,
    more: Record<string, string> = {},
    body?: string | Buffer,
  ) {
    const response = await fetch(url(path, query), {
      method,
      headers: { ...headers, ...more },
      ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }),
    });
    const text = await response.text();
    if (response.status >= 400 && method !== 'HEAD') expect(text).toContain('<Error><Code>');
    return `${response.status} ${response.headers.get('x-ms-error-code')}`;
  }

  it.each<[string, string, string, string, Record<string, string>, string]>([
    [
      'a version that is none',
      'GET',
      '/data',
      'restype=share',
      { 'x-ms-version': 'new' },
      '400 InvalidHeaderValue',
    ],
    [
      'a version of the future',
      'GET',
      '/data',
      'restype=share',
      { 'x-ms-version': '2099-01-01' },
      '400 InvalidHeaderValue',
    ],
    ['a broken escape', 'GET', '/data/%ff', '', {}, '400 InvalidUri'],
    ['an unknown comp', 'PUT', '/data/f', 'comp=lease1', {}, '400 InvalidQueryParameterValue'],
    ['a range that is none', 'GET', '/data/f', '', { 'x-ms-range': 'bytes=a-b' }, '400 InvalidHeaderValue'],
    [
      'a range that runs backwards',
      'GET',
      '/data/f',
      '',
      { 'x-ms-range': 'bytes=9-1' },
      '400 InvalidHeaderValue',
    ],
    ['a range past the end', 'GET', '/data/f', '', { 'x-ms-range': 'bytes=1000-' }, '416 InvalidRange'],
    [
      'attributes that are none',
      'PUT',
      '/data/x',
      '',
      { 'x-ms-type': 'file', 'x-ms-content-length': '1', 'x-ms-file-attributes': 'Shiny' },
      '400 InvalidHeaderValue',
    ],
    [
      'a time that is none',
      'PUT',
      '/data/x',
      '',
      { 'x-ms-type': 'file', 'x-ms-content-length': '1', 'x-ms-file-last-write-time': 'noon' },
      '400 InvalidHeaderValue',
    ],
    [
      'a length that is none',
      'PUT',
      '/data/x',
      '',
      { 'x-ms-type': 'file', 'x-ms-content-length': '-' },
      '400 InvalidHeaderValue',
    ],
    ['no length', 'PUT', '/data/x', '', { 'x-ms-type': 'file' }, '400 MissingRequiredHeader'],
    ['no type', 'PUT', '/data/x', '', { 'x-ms-content-length': '1' }, '400 MissingRequiredHeader'],
    [
      'metadata with a bad name',
      'PUT',
      '/data',
      'restype=share&comp=metadata',
      { 'x-ms-meta-a-b': '1' },
      '400 InvalidMetadata',
    ],
    [
      'metadata with no name',
      'PUT',
      '/data',
      'restype=share&comp=metadata',
      { 'x-ms-meta-': '1' },
      '400 EmptyMetadataKey',
    ],
    [
      'too much metadata',
      'PUT',
      '/data',
      'restype=share&comp=metadata',
      { 'x-ms-meta-a': 'x'.repeat(8200) },
      '400 MetadataTooLarge',
    ],
    [
      'a lease id that is none',
      'PUT',
      '/data',
      'restype=share&comp=lease',
      { 'x-ms-lease-action': 'acquire', 'x-ms-proposed-lease-id': 'mine' },
      '400 InvalidHeaderValue',
    ],
    ['a name with a colon', 'PUT', '/data/a:b', 'restype=directory', {}, '400 InvalidResourceName'],
    ['a reserved name', 'PUT', '/data/LPT1', 'restype=directory', {}, '400 InvalidResourceName'],
    [
      'a name of 256 characters',
      'PUT',
      `/data/${'n'.repeat(256)}`,
      'restype=directory',
      {},
      '400 InvalidFileOrDirectoryPathName',
    ],
  ])('%s', async (_name, method, path, query, more, expected) => {
    expect(await codeOf(method, path, query, more)).toBe(expected);
  });

  it('bodies that are no XML, no JSON, too long or too short', async () => {
    const properties = 'restype=service&comp=properties';
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><StorageServiceProperties>&b;</StorageServiceProperties>';
    for (const body of ['<StorageServiceProperties>', '<Other/>', '', 'text', bomb]) {
      expect(await codeOf('PUT', '', properties, {}, body), body).toBe('400 InvalidXmlDocument');
    }
    const wrong =
      '<StorageServiceProperties><HourMetrics><Enabled>maybe</Enabled></HourMetrics></StorageServiceProperties>';
    expect(await codeOf('PUT', '', properties, {}, wrong)).toBe('400 InvalidXmlNodeValue');
    expect(await codeOf('PUT', '/data', 'restype=share&comp=filepermission', {}, '{')).toBe(
      '400 InvalidInput',
    );
    const range = { 'x-ms-write': 'update', 'x-ms-range': 'bytes=0-9' };
    expect(await codeOf('PUT', '/data/f', 'comp=range', range, 'short')).toBe('400 InvalidHeaderValue');
    const large = { 'x-ms-write': 'update', 'x-ms-range': `bytes=0-${5 * 1024 * 1024 - 1}` };
    expect(await codeOf('PUT', '/data/f', 'comp=range', large, Buffer.alloc(5 * 1024 * 1024))).toBe(
      '413 RequestBodyTooLarge',
    );
  });

  it('get an error of the service or are dropped, whatever they hold', async () => {
    const token = fc.string({ maxLength: 20 });
    const header = fc.stringMatching(/^[!-~]{0,40}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE', 'POST', 'PATCH'),
        fc.array(token, { maxLength: 4 }),
        fc.constantFrom('', 'share', 'directory', 'service', 'file'),
        fc.constantFrom(
          '',
          'list',
          'range',
          'rangelist',
          'lease',
          'metadata',
          'properties',
          'rename',
          'copy',
          'acl',
          'snapshot',
        ),
        fc.dictionary(fc.constantFrom(...FUZZED_HEADERS), header),
        fc.string({ maxLength: 200 }),
        async (method, path, restype, comp, more, body) => {
          const target = ['', 'fuzzed', ...path].map(encodeURIComponent).join('/');
          const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
          const response = await fetch(url(target, `restype=${restype}&comp=${comp}`), {
            method,
            headers: { ...headers, ...more },
            ...(hasBody ? { body } : {}),
          });
          await response.arrayBuffer();
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: RUNS },
    );
    expect(bugs).toEqual([]);
  });

  it('that are not even HTTP leave the emulator running', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (noise, startsWell) => {
        const start = startsWell
          ? 'PUT /source/data?restype=share HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n'
          : '';
        await new Promise<void>((resolve) => {
          const socket = connect(emulator.port, '127.0.0.1', () =>
            socket.end(Buffer.concat([Buffer.from(start), noise])),
          );
          socket.on('error', () => resolve());
          socket.on('close', () => resolve());
          socket.resume();
        });
      }),
      { numRuns: Math.min(RUNS, 100) },
    );
    expect(await clientOf(emulator).getShareClient('data').exists()).toBe(true);
    expect(bugs).toEqual([]);
  });

  it('hundreds of idle connections do no harm', async () => {
    const sockets = await Promise.all(
      Array.from(
        { length: 500 },
        () =>
          new Promise<ReturnType<typeof connect>>((resolve, reject) => {
            const socket = connect(emulator.port, '127.0.0.1', () => resolve(socket));
            socket.once('error', reject);
          }),
      ),
    );
    expect(await clientOf(emulator).getShareClient('data').exists()).toBe(true);
    for (const socket of sockets) socket.destroy();
  });
});

const FUZZED_HEADERS = [
  'x-ms-range',
  'x-ms-write',
  'x-ms-type',
  'x-ms-content-length',
  'x-ms-copy-source',
  'x-ms-source-range',
  'x-ms-file-attributes',
  'x-ms-file-permission',
  'x-ms-file-permission-key',
  'x-ms-file-creation-time',
  'x-ms-file-last-write-time',
  'x-ms-file-rename-source',
  'x-ms-lease-action',
  'x-ms-lease-id',
  'x-ms-lease-duration',
  'x-ms-structured-body',
  'x-ms-meta-name',
  'x-ms-share-quota',
  'content-md5',
];
