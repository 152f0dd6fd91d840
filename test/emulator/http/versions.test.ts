import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

const LATEST = '2026-10-06';

describe('what an answer says depends on the version', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
    await clientOf(emulator).getShareClient('data').create();
    await clientOf(emulator).getShareClient('data').rootDirectoryClient.getFileClient('f').create(1024);
  });
  afterAll(() => emulator.close());

  async function send(
    method: string,
    path: string,
    query: string,
    version: string,
    more: Record<string, string> = {},
    body?: string,
  ) {
    const url = `${emulator.account('source').endpoint}${path}?${query}&${accountSas(emulator)}`;
    const response = await fetch(url, {
      method,
      headers: { 'x-ms-version': version, 'x-ms-client-request-id': 'mine', ...more },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  it('every answer tells request id, version and the id that the client gave', async () => {
    const { headers } = await send('GET', '/data', 'restype=share', '2019-12-12');
    expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(headers.get('x-ms-version')).toBe('2019-12-12');
    expect(headers.get('x-ms-client-request-id')).toBe('mine');
    expect(headers.get('date')).toMatch(/GMT$/);
  });

  it('errors carry code, message, request id and time', async () => {
    const { status, headers, text } = await send('GET', '/data/none', '', LATEST);
    expect([status, headers.get('content-type')]).toEqual([404, 'application/xml']);
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="utf-8"\?><Error><Code>ResourceNotFound<\/Code><Message>.+\nRequestId:.+\nTime:\d{4}-.+\.\d{7}Z<\/Message><\/Error>$/,
    );
    const head = await send('HEAD', '/data/none', '', LATEST);
    expect([head.text, head.headers.get('content-type'), head.headers.get('x-ms-error-code')]).toEqual([
      '',
      null,
      'ResourceNotFound',
    ]);
  });

  it.each<[string, string, string, string, string]>([
    ['SMB properties of a file', 'HEAD', '/data/f', 'x-ms-file-attributes', '2019-02-02'],
    ['the lease of a file, HEAD', 'HEAD', '/data/f', 'x-ms-lease-state', '2019-02-02'],
    ['the lease of a file, GET', 'GET', '/data/f', 'x-ms-lease-state', '2020-02-10'],
    ['the lease of a share', 'GET', '/data?restype=share', 'x-ms-lease-state', '2020-02-10'],
    ['the tier of a share', 'GET', '/data?restype=share', 'x-ms-access-tier', '2020-02-10'],
  ])('%s (%s %s) in %s', async (_name, method, target, header, since) => {
    const [path = '', query = ''] = target.split('?');
    expect((await send(method, path, query, since)).headers.get(header)).not.toBeNull();
    expect((await send(method, path, query, '2018-11-09')).headers.get(header)).toBeNull();
  });

  it('range writes tell checksum, encryption and, lately, the last-write time; clearing tells less', async () => {
    const range = { 'x-ms-range': 'bytes=0-3' };
    const put = await send(
      'PUT',
      '/data/f',
      'comp=range',
      LATEST,
      { ...range, 'x-ms-write': 'update' },
      'abcd',
    );
    expect(put.headers.get('content-md5')).toBe('4vxxTEcn7pOV8yTNLn8zHw==');
    expect(put.headers.get('x-ms-request-server-encrypted')).toBe('true');
    expect(put.headers.get('x-ms-file-last-write-time')).not.toBeNull();
    const clear = await send('PUT', '/data/f', 'comp=range', '2021-04-10', {
      ...range,
      'x-ms-write': 'clear',
    });
    for (const name of ['content-md5', 'x-ms-request-server-encrypted', 'x-ms-file-last-write-time']) {
      expect(clear.headers.get(name), name).toBeNull();
    }
  });

  it('early versions stamp a new file with the last-write time given, and keep it on range writes', async () => {
    const time = '2019-01-02T03:04:05.1234567Z';
    const properties = {
      'x-ms-type': 'file',
      'x-ms-content-length': '10',
      'x-ms-file-last-write-time': time,
    };
    const times = async (path: string) => {
      const { headers } = await send('HEAD', path, '', LATEST);
      return [headers.get('x-ms-file-last-write-time'), headers.get('x-ms-file-change-time')];
    };
    const write = { 'x-ms-range': 'bytes=0-3', 'x-ms-write': 'update' };
    const created = await send('PUT', '/data/early', '', '2019-02-02', properties);
    expect(created.headers.get('last-modified')).toBe('Wed, 02 Jan 2019 03:04:05 GMT');
    await send('PUT', '/data/early', 'comp=range', '2019-02-02', write, 'abcd');
    expect(await times('/data/early')).toEqual([time, time]);

    await send('PUT', '/data/late', '', LATEST, properties);
    const [written, changed] = await times('/data/late');
    expect(written).toBe(time);
    expect(changed).not.toBe(time);
    await send('PUT', '/data/late', 'comp=range', LATEST, write, 'abcd');
    expect((await times('/data/late'))[0]).not.toBe(time);
  });

  it('content comes with Create File from version 2026-02-06 on', async () => {
    const properties = { 'x-ms-type': 'file', 'x-ms-content-length': '4' };
    expect((await send('PUT', '/data/with', '', '2026-02-06', properties, 'abcd')).status).toBe(201);
    expect((await send('GET', '/data/with', '', LATEST)).text).toBe('abcd');
    expect((await send('PUT', '/data/without', '', '2025-11-05', properties, 'abcd')).status).toBe(400);
  });
});
