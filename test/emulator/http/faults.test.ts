import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RequestInfo } from '../../../emulator/control/request-hooks.ts';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf, failureOf } from './sdk-clients.ts';

describe('injected faults', () => {
  let emulator: Emulator;
  const root = () => clientOf(emulator).getShareClient('data').rootDirectoryClient;
  const url = (path: string, query = '') =>
    `${emulator.account('source').endpoint}/data/${path}?${query}${accountSas(emulator)}`;
  const headers = { 'x-ms-version': '2026-10-06' };

  beforeAll(async () => {
    emulator = await startEmulator();
    await clientOf(emulator).getShareClient('data').create();
    await root().getFileClient('f').uploadData(Buffer.from('0123456789'));
  });
  afterAll(() => emulator.close());
  afterEach(() => {
    emulator.faults.remove();
  });

  it('answer with an error and Retry-After instead of carrying out', async () => {
    emulator.faults.add({
      match: { path: '^f$' },
      action: { kind: 'status', status: 503, code: 'ServerBusy', retryAfter: 3 },
    });
    const response = await fetch(url('f'), { headers });
    expect([
      response.status,
      response.headers.get('x-ms-error-code'),
      response.headers.get('retry-after'),
    ]).toEqual([503, 'ServerBusy', '3']);
  });

  it('cut the connection before anything happened', async () => {
    emulator.faults.add({ action: { kind: 'cut-before' } });
    expect(await failureOf(root().getDirectoryClient('cut-before').create())).toMatch(/^undefined |^threw/);
    expect(await root().getDirectoryClient('cut-before').exists()).toBe(false);
  });

  it('cut the connection after the effect', async () => {
    emulator.faults.add({ action: { kind: 'cut-after' } });
    expect(await failureOf(root().getDirectoryClient('cut-after').create())).toMatch(/^undefined |^threw/);
    expect(await root().getDirectoryClient('cut-after').exists()).toBe(true);
  });

  it('cut a body that was announced in full', async () => {
    for (const target of [url('f'), url('', 'restype=directory&comp=list&')]) {
      emulator.faults.add({ action: { kind: 'truncate-body', bytes: 4 } });
      const response = await fetch(target, { headers });
      expect(response.status).toBe(200);
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(4);
      await expect(response.arrayBuffer()).rejects.toThrow();
    }
  });

  it('delay', async () => {
    emulator.faults.add({ action: { kind: 'delay', ms: 50 } });
    const start = performance.now();
    await fetch(url('f'), { headers });
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });

  it('hang before the effect until the client gives up', async () => {
    emulator.faults.add({ action: { kind: 'hang-before' } });
    const signal = AbortSignal.timeout(500);
    const target = url('hang-before', 'restype=directory&');
    await expect(fetch(target, { method: 'PUT', headers, signal })).rejects.toThrow();
    expect(emulator.faults.list()).toMatchObject([{ fired: 1 }]);
    expect(await root().getDirectoryClient('hang-before').exists()).toBe(false);
  });

  it('hang after the effect until the client gives up', async () => {
    emulator.faults.add({ action: { kind: 'hang-after' } });
    const abort = new AbortController();
    const stop = emulator.onRequest(({ phase }) => {
      if (phase === 'after') abort.abort();
    });
    const target = url('hang-after', 'restype=directory&');
    await expect(fetch(target, { method: 'PUT', headers, signal: abort.signal })).rejects.toThrow();
    stop();
    expect(await root().getDirectoryClient('hang-after').exists()).toBe(true);
  });
});

describe('hooks', () => {
  it('are told before and after each request, which waits for them', async () => {
    const emulator = await startEmulator();
    const seen: RequestInfo[] = [];
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const stop = emulator.onRequest(async (info) => {
      seen.push(info);
      arrived.resolve();
      if (info.phase === 'before') await gate.promise;
    });
    const creating = clientOf(emulator).getShareClient('hooked').create();
    await arrived.promise;
    expect(emulator.state.findAccount('source')?.findShare('hooked')).toBeUndefined();
    gate.resolve();
    await creating;
    await failureOf(clientOf(emulator).getShareClient('hooked').create());
    stop();
    await clientOf(emulator).getShareClient('hooked').delete();
    expect(
      seen.map(({ sequence, phase, operation, share, status }) => [
        sequence,
        phase,
        operation,
        share,
        status,
      ]),
    ).toEqual([
      [1, 'before', 'CreateShare', 'hooked', undefined],
      [1, 'after', 'CreateShare', 'hooked', 201],
      [2, 'before', 'CreateShare', 'hooked', undefined],
      [2, 'after', 'CreateShare', 'hooked', 409],
    ]);
    await emulator.close();
  });
});
