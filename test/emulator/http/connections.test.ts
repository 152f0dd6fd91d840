import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { ShareServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

describe('ways to reach the emulator', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ https: true });
    await clientOf(emulator).getShareClient('data').create();
  });
  afterAll(() => emulator.close());

  it('host-style URLs through the emulator as an HTTP proxy', async () => {
    const { key } = emulator.account('source');
    const credential = new StorageSharedKeyCredential('source', key);
    const service = new ShareServiceClient('http://source.file.core.windows.net', credential, {
      proxyOptions: { host: 'http://127.0.0.1', port: emulator.port },
    });
    const directory = service.getShareClient('data').getDirectoryClient('by proxy');
    await directory.create();
    await directory.rename('renamed by proxy');
    const names = [];
    for await (const item of service.getShareClient('data').rootDirectoryClient.listFilesAndDirectories())
      names.push(item.name);
    expect(names).toContain('renamed by proxy');
  });

  it('HTTPS on a port of its own, with the certificate it tells', async () => {
    const ca = await emulator.certificate();
    const port = Number(new URL(emulator.httpsUrl ?? '').port);
    const status = await new Promise((resolve, reject) => {
      const path = `/source/data?restype=share&${accountSas(emulator)}`;
      const headers = { 'x-ms-version': '2026-10-06' };
      httpsRequest({ host: '127.0.0.1', port, path, headers, ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('CONNECT, with TLS inside, for its own accounts', async () => {
    const ca = await emulator.certificate();
    const { socket, status } = await connectTo('source.file.core.windows.net:443');
    expect(status).toBe(200);
    const secure = tlsConnect({ socket, ca, servername: 'source.file.core.windows.net' });
    const query = `restype=share&${accountSas(emulator)}`;
    secure.write(
      `GET /data?${query} HTTP/1.1\r\nHost: source.file.core.windows.net\r\nx-ms-version: 2026-10-06\r\nConnection: close\r\n\r\n`,
    );
    expect(await textOf(secure)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'example.com:443',
    'nobody.file.core.windows.net:443',
    'source.file.core.windows.net:22',
    'x',
    '',
  ])('CONNECT to %s is refused', async (authority) => {
    const { socket, status } = await connectTo(authority);
    expect([400, 403]).toContain(status);
    socket.destroy();
  });

  it('an absolute URL of another host goes nowhere', async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest({ port: emulator.port, path: 'http://example.com/data?restype=share' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  it('accounts can be added while it runs', async () => {
    const added = emulator.addAccount({ name: 'third' });
    expect(added.endpoint).toBe(`${emulator.url}/third`);
    await clientOf(emulator, 'third').getShareClient('data').create();
    expect(emulator.accounts.map((account) => account.name)).toEqual(['source', 'target', 'third']);
  });

  function connectTo(authority: string): Promise<{ socket: Socket; status: number }> {
    return new Promise((resolve, reject) => {
      const socket = connect(emulator.port, '127.0.0.1', () =>
        socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`),
      );
      socket.once('error', reject);
      socket.once('data', (data) => {
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]);
        resolve({ socket, status });
      });
    });
  }

  function textOf(stream: NodeJS.ReadableStream): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
      stream.on('end', () => resolve(text));
      stream.on('error', reject);
    });
  }
});
