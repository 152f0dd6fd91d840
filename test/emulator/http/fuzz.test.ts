import { connect, type Socket } from 'node:net';
import { StorageSharedKeyCredential } from '@azure/storage-file-share';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { filesBelow } from '../../support/emulator-tree.ts';
import { BODY_TARGETS, brokenXml, KNOWN_HEADERS, REQUESTS, TELLING_VALUES, urls } from './fuzz-inputs.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

/** More runs of the same properties, for long test sessions. */
const RUNS = Number(process.env.SHAREPAIR_FUZZ_RUNS ?? 500);
/** How long an answer may take; what is not answered by then was neither served nor dropped. */
const PATIENCE_MS = 20_000;
const SIZE = 8192;

/**
 * Requests as raw bytes, since HTTP clients refuse to send most of these. Whatever comes, the connection gets
 * an error of the service or is dropped; nothing ends in 500, and the emulator goes on.
 */
describe('whatever is sent', () => {
  const bugs: unknown[] = [];
  let emulator: Emulator;
  let sas: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
    sas = accountSas(emulator);
    for (const name of ['data', 'fuzzed']) await clientOf(emulator).getShareClient(name).create();
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    bugs.length = 0;
    for (const name of ['data', 'fuzzed']) {
      const file = clientOf(emulator).getShareClient(name).rootDirectoryClient.getFileClient('f');
      await file.uploadData(Buffer.alloc(SIZE, 7));
    }
  });

  /** Sends a request and returns the statuses of the answers that came before the connection ended. */
  async function statusesOf(head: string, body: Buffer | string = ''): Promise<number[]> {
    const text = await exchange(emulator.port, [Buffer.from(head, 'latin1'), Buffer.from(body)]);
    return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
  }

  async function expectAnswered(head: string, body: Buffer | string = ''): Promise<void> {
    const statuses = await statusesOf(head, body);
    for (const status of statuses) expect(status, head).toBeLessThan(500);
  }

  async function expectUnharmed(): Promise<void> {
    expect(bugs).toEqual([]);
    expect(await clientOf(emulator).getShareClient('data').exists()).toBe(true);
    expect(filesBelow(emulator, 'source', 'data').get('f')?.size).toBe(SIZE);
  }

  it('request lines: methods, URLs and versions', async () => {
    const method = fc.oneof(
      fc.constantFrom(
        'GET',
        'PUT',
        'HEAD',
        'DELETE',
        'POST',
        'PATCH',
        'OPTIONS',
        'MERGE',
        'TRACE',
        'CONNECT',
      ),
      fc.stringMatching(/^[A-Za-z]{1,12}$/),
    );
    await fc.assert(
      fc.asyncProperty(
        method,
        urls(),
        fc.constantFrom('1.1', '1.0', '2.0', '9'),
        async (verb, url, version) => {
          const separator = url.includes('?') ? '&' : '?';
          const head = `${verb} ${url}${separator}${sas} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n`;
          await expectAnswered(`${head}\r\n`);
          await expectAnswered(`${head}Authorization: Bearer x.y.z\r\n\r\n`);
        },
      ),
      { numRuns: RUNS },
    );
    await expectUnharmed();
  });

  it('headers: names and values of any kind, known ones among them', async () => {
    const name = fc.oneof(fc.constantFrom(...KNOWN_HEADERS), fc.stringMatching(/^[a-zA-Z0-9-]{1,20}$/));
    const value = fc.oneof(
      fc.constantFrom(...TELLING_VALUES),
      fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,60}$/),
      fc.integer({ min: 1000, max: 20_000 }).map((length) => 'v'.repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...REQUESTS),
        fc.array(fc.tuple(name, value), { maxLength: 4 }),
        async ([line, query, own], noise) => {
          const given = [...Object.entries(own), ...noise];
          const lines = given.map(([header, text]) => `${header}: ${text}\r\n`).join('');
          const head = `${line}?${query}&${sas} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
          await expectAnswered(`${head}${lines}\r\n`);
        },
      ),
      { numRuns: RUNS },
    );
    await expectUnharmed();
  });

  it('bodies: XML, JSON and binary, broken anywhere', async () => {
    const body = fc.oneof(
      brokenXml(),
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...BODY_TARGETS), body, async ([path, query], bytes) => {
        const headers = {
          'x-ms-date': new Date().toUTCString(),
          'x-ms-range': `bytes=0-${bytes.length - 1}`,
          'x-ms-version': '2026-10-06',
          'x-ms-write': 'update',
        };
        const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
        const parameters = query.split('&').map((parameter) => `\n${parameter.replace('=', ':')}`);
        const length = bytes.length === 0 ? '' : bytes.length;
        const signed = `PUT\n\n\n${length}\n\n\n\n\n\n\n\n\n${lines.join('')}/source${path}${parameters.sort().join('')}`;
        const { key } = emulator.account('source');
        const signature = new StorageSharedKeyCredential('source', key).computeHMACSHA256(signed);
        const head = `PUT ${path}?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n`;
        const authorization = `Authorization: SharedKey source:${signature}\r\n`;
        await expectAnswered(`${head}${authorization}${lines.join('').replaceAll('\n', '\r\n')}\r\n`, bytes);
      }),
      { numRuns: RUNS },
    );
    await expectUnharmed();
  });

  it('ranges: oversized, reversed, beyond the end, in requests of every kind', async () => {
    const edge = fc.oneof(
      fc.constantFrom(0, 1, 511, 512, SIZE - 1, SIZE, SIZE + 1, 4 << 20, 2 ** 31, 2 ** 42, 2 ** 53),
      fc.integer({ min: 0, max: 2 * SIZE }),
    );
    const range = fc.oneof(
      fc.tuple(edge, edge).map(([start, end]) => `bytes=${start}-${end}`),
      edge.map((start) => `bytes=${start}-`),
      fc.constantFrom('bytes=-5', 'bytes=', 'bytes=0-0,2-3', 'bytes=99999999999999999999-', 'items=0-1'),
    );
    const request = fc.constantFrom(
      ['GET', '', ''],
      ['GET', 'comp=rangelist', ''],
      ['PUT', 'comp=range', 'x-ms-write: clear\r\n'],
      ['PUT', 'comp=range', 'x-ms-write: update\r\n'],
      ['PUT', 'comp=range', `x-ms-write: update\r\nx-ms-copy-source: http://x/source/data/f\r\n`],
    );
    await fc.assert(
      fc.asyncProperty(request, range, range, async ([verb, query, lines], target, source) => {
        const headers = `x-ms-range: ${target}\r\nx-ms-source-range: ${source}\r\n${lines}`;
        await expectAnswered(
          `${verb} /source/data/f?${query}&${sas} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\nx-ms-version: 2026-10-06\r\n${headers}\r\n`,
        );
      }),
      { numRuns: RUNS },
    );
    await expectUnharmed();
  });

  it('uploads that break off leave the file as it was', async () => {
    const before = filesBelow(emulator, 'source', 'data').get('f')?.md5;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4095 }),
        fc.boolean(),
        fc.boolean(),
        async (sent, chunked, abrupt) => {
          const framing = chunked
            ? 'Transfer-Encoding: chunked\r\n\r\n1000\r\n'
            : 'Content-Length: 4096\r\n\r\n';
          const head = `PUT /source/data/f?comp=range&${sas} HTTP/1.1\r\nHost: x\r\nx-ms-version: 2026-10-06\r\nx-ms-write: update\r\nx-ms-range: bytes=0-4095\r\n${framing}`;
          await exchange(emulator.port, [Buffer.from(head), Buffer.alloc(sent, 9)], abrupt);
        },
      ),
      { numRuns: Math.min(RUNS, 100) },
    );
    expect(filesBelow(emulator, 'source', 'data').get('f')?.md5).toBe(before);
    await expectUnharmed();
  });

  it('answers nobody waits for', async () => {
    const head = `GET /source/data/f?${sas} HTTP/1.1\r\nHost: x\r\nx-ms-version: 2026-10-06\r\n\r\n`;
    for (let round = 0; round < 50; round++) await exchange(emulator.port, [Buffer.from(head)], true);
    await expectUnharmed();
  });

  it('many requests on one connection, good and bad', async () => {
    const good = `GET /source/data?restype=share&${sas} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const bad = `GET /source/data/%ff?${sas} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const last = `GET /source/data?restype=share&${sas} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(await statusesOf(good + bad + good + bad + last)).toEqual([200, 400, 200, 400, 200]);
    await expectUnharmed();
  });

  it('thousands of idle connections, some with half a request', async () => {
    const half = `PUT /source/data/f?comp=range&${sas} HTTP/1.1\r\nHost: x\r\n`;
    const sockets: Socket[] = [];
    for (let group = 0; group < 20; group++) {
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => open(emulator.port)))));
    }
    for (const [index, socket] of sockets.entries()) if (index % 3 === 0) socket.write(half);
    await expectUnharmed();
    for (const socket of sockets) socket.destroy();
    await expectUnharmed();
  });
});

/** Writes and reads until the other side closes; `abrupt` breaks the connection right after writing. */
function exchange(port: number, parts: readonly Buffer[], abrupt = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      const bytes = Buffer.concat(parts);
      if (abrupt) socket.write(bytes, () => socket.resetAndDestroy());
      else socket.end(bytes);
    });
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`No answer to ${Buffer.concat(parts).toString('latin1').slice(0, 300)}`));
    });
    socket.on('data', (data) => received.push(data));
    // A reset is a way to be dropped.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
  });
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
