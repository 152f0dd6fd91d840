import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { copySource } from '../lib/azure/copy-source.ts';
import type { ByteRange } from '../lib/files/entry.ts';
import { LARGEST_PIECE } from '../lib/files/pieces.ts';
import { RestShareReader } from '../lib/files/rest-share-reader.ts';
import { RestShareWriter } from '../lib/files/rest-share-writer.ts';
import { Limiter, TaskGroup } from '../lib/limiter.ts';
import { DataPlaneSnapshotStore } from '../lib/snapshots/data-plane-snapshot-store.ts';
import { timed } from './support/timing.ts';
import { openAccounts } from './transfer/accounts.ts';
import {
  borderOf,
  type Measured,
  type RangesWay,
  shownSize,
  transferTable,
  waysOf,
} from './transfer/summary.ts';

/**
 * Measures one file at a time by Copy File and by ranges: `npm run bench:transfer -- [--up-to MIB] [--quota GIB]
 * [--latency MS] [--rate MIB] [--copy-rate MIB]`; docs/unsettled.md says how on Azure. The last three are for the
 * emulator: its latency, MiB/s that its target share takes, and MiB/s of a Copy File there, the same unless given.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { 'up-to': text, quota: text, latency: text, rate: text, 'copy-rate': text },
});
const upTo = Number(values['up-to'] ?? 1024);
const latency = Number(values.latency ?? 20);
const rate = Number(values.rate ?? 300);
const copyRate = Number(values['copy-rate'] ?? rate);

const MIB = 2 ** 20;
const SIZES = [1 / 16, 1 / 4, 1, 4, 8, 16, 32, 64, 128, 256, 512, 1024].filter((size) => size <= upTo);
const TIME = '2019-05-06T07:08:09.1234567Z';
const POLL_MS = 20;

const accounts = await openAccounts();
const share = `sharepair-bench-${randomUUID()}`;
const reader = new RestShareReader(accounts.source, share);
const target = {
  reader: new RestShareReader(accounts.target, share),
  writer: new RestShareWriter(accounts.target, share),
};
const source = copySource({ account: accounts.source, share, snapshot: undefined });

let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});
try {
  const measured = await measure();
  process.stdout.write(`${transferTable(measured)}Copy File wins up to ${shownSize(borderOf(measured))}.\n`);
} finally {
  await accounts.end();
}

/** Works in a share that it makes in both accounts, and deletes it however it ends. */
async function measure(): Promise<Measured[]> {
  const both = [accounts.source, accounts.target];
  process.stderr.write(`Share ${share} in ${both.map(({ endpoint }) => endpoint).join(' and ')}\n`);
  const measured: Measured[] = [];
  try {
    for (const account of both)
      await new DataPlaneSnapshotStore(account, share).createShare(Number(values.quota ?? 100));
    await accounts.control?.('latency', { ms: latency });
    for (const size of SIZES.map((mebibytes) => mebibytes * MIB)) {
      const path = shownSize(size);
      await fill(path, size);
      for (const way of waysOf(size)) {
        if (stopped) return measured;
        measured.push({ size, way, seconds: await secondsOf(path, size, way) });
      }
    }
    return measured;
  } finally {
    const deletion = {
      operation: 'DeleteShare',
      method: 'DELETE',
      share,
      query: { restype: 'share' },
    } as const;
    for (const account of both) await account.send(deletion).catch(console.error);
  }
}

async function fill(path: string, size: number): Promise<void> {
  const writer = new RestShareWriter(accounts.source, share);
  await writer.createFile(path, { size, lastWriteTime: TIME });
  await atOnce(8, cut(size, LARGEST_PIECE), ({ start, end }) =>
    writer.putRange(path, start, randomBytes(end - start + 1)),
  );
}

/** The median of three runs, of one where the file is large. */
async function secondsOf(path: string, size: number, way: RangesWay | undefined): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < (size > 64 * MIB ? 1 : 3); run++) {
    await prepareEmulator(size);
    times.push(await timed(() => (way === undefined ? copyWhole(path, size) : copyRanges(path, size, way))));
    await target.writer.deleteFile(path);
  }
  return (times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN) / 1000;
}

/**
 * Limits the share anew, uses up what it may save for bursts and while nothing but properties is asked for, as a share
 * that moves other files meanwhile would have, and has a Copy File take its time.
 */
async function prepareEmulator(size: number): Promise<void> {
  if (accounts.control === undefined) return;
  const saved = rate * (1 + (4 * latency) / 1000);
  const reserve = { size: Math.ceil(saved * MIB), lastWriteTime: TIME };
  await new RestShareWriter(accounts.source, share).createFile('reserve', reserve);
  await accounts.control('limits', { account: 'target', share, mibPerSecond: rate, overload: 'wait' });
  await accounts.control('copies', { mode: 'sync' });
  await target.writer.copyFile('reserve', await source.url('reserve'));
  const pendingMs = (size / MIB / copyRate) * 1000;
  // What takes less than the request itself has ended when the answer comes.
  await accounts.control('copies', { mode: pendingMs < latency ? 'sync' : { pendingMs } });
}

/** As the mirror does, but asked more often for its end: what counts is when the service is done. */
async function copyWhole(path: string, size: number): Promise<void> {
  let state = await target.writer.copyFile(path, await source.url(path), size);
  while (state.status === 'pending') {
    await delay(POLL_MS);
    state = (await target.reader.file(path)).copy ?? { ...state, status: 'failed' };
  }
  if (state.status !== 'success') throw new Error(`Copy File ended as ${state.status}: ${state.description}`);
}

/** The requests of the mirror: properties, Create File, List Ranges, the pieces, Set Properties. */
async function copyRanges(path: string, size: number, { piece, parallelism }: RangesWay): Promise<void> {
  const { entry, ...content } = await reader.file(path);
  await target.writer.createFile(path, { size, lastWriteTime: TIME, content });
  await reader.ranges(path);
  const url = await source.url(path);
  await atOnce(parallelism, cut(size, piece), (range) => target.writer.putRangeFromUrl(path, range, url));
  await target.writer.setProperties(path, 'file', { ...entry, permissionKey: undefined }, content);
}

function cut(size: number, piece: number): ByteRange[] {
  return Array.from({ length: Math.ceil(size / piece) }, (_, n) => ({
    start: n * piece,
    end: Math.min((n + 1) * piece, size) - 1,
  }));
}

async function atOnce<T>(limit: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const group = new TaskGroup(new Limiter(limit));
  const failures: unknown[] = [];
  for (const item of items) await group.start(() => act(item).catch((error) => void failures.push(error)));
  await group.settled();
  if (failures.length > 0) throw failures[0];
}
