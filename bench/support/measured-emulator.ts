import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { accountSas } from '../../test/support/account-sas.ts';
import { timed } from './timing.ts';

/** How the emulator is reached. */
export type Ready = {
  readonly control: string;
  readonly name: string;
  readonly key: string;
  readonly endpoint: string;
};

/** What the emulator's process takes: memory now and at its peak, processor time since it began. */
export type Usage = { readonly bytes: number; readonly peakBytes: number; readonly processorMs: number };

export type MeasuredEmulator = Awaited<ReturnType<typeof startMeasuredEmulator>>;

/** Starts an emulator in a process of its own, to be reached over so many connections. */
export async function startMeasuredEmulator(connections: number) {
  const child = fork(new URL('./emulator-process.ts', import.meta.url));
  const ready = await nextMessage<Ready>(child);
  const sas = accountSas(ready);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  /** The URL of a path, which may have a query, with a signature. */
  const url = (path: string) => `${ready.endpoint}/${path}${path.includes('?') ? '&' : '?'}${sas}`;

  /** Sends a request and reads the whole answer; throws when its status is not the expected one. */
  async function send(method: string, path: string, status: number, headers: Record<string, string> = {}) {
    const sent = request(url(path), { method, agent, headers: { 'x-ms-version': '2025-05-05', ...headers } });
    sent.end();
    const [response] = await once(sent, 'response');
    const body = await text(response);
    if (response.statusCode !== status) {
      throw new Error(`${method} ${path} answered ${response.statusCode}: ${body}`);
    }
  }

  async function usage(): Promise<Usage> {
    child.send('usage');
    return nextMessage<Usage>(child);
  }

  return {
    url,
    send,
    usage,
    /** Posts to the control endpoint. */
    async control(resource: string, body: object): Promise<void> {
      const response = await fetch(`${ready.control}${resource}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    /** Sends so many HEAD requests over all connections at once, after some to warm up. */
    async flood(path: string, requests: number, workers: number) {
      const all = (each: number) =>
        Promise.all(
          Array.from({ length: workers }, async () => {
            for (let sent = 0; sent < each; sent++) await send('HEAD', path, 200);
          }),
        );
      await all(100);
      const before = await usage();
      const wallMs = await timed(() => all(requests / workers));
      return { wallMs, processorMs: (await usage()).processorMs - before.processorMs };
    },
    async end(): Promise<void> {
      agent.destroy();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message]: T[] = await once(child, 'message');
  if (message === undefined) throw new Error('The emulator ended.');
  return message;
}
