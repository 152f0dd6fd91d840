import { setTimeout as delay } from 'node:timers/promises';
import { timeOfRun } from '../snapshots/recovery-points.ts';
import type { ShareLeases } from '../snapshots/share-leases.ts';
import { type Holder, isGone, isRunning } from './holder.ts';
import { ShareLease } from './share-lease.ts';

/** What the holder of a lock writes beside it, for whoever waits. */
export interface LockRecord {
  readonly lease: string;
  readonly run: string;
  readonly since: string;
  readonly holder: Holder;
}

/** Another run holds the lock of the target share. */
export class LockedError extends Error {
  readonly record: LockRecord | undefined;

  constructor(share: string, record: LockRecord | undefined) {
    super(
      `target share "${share}" is locked by ${describeHolder(record)}. Wait until it has ended; the lock of a run that died is free within a minute`,
    );
    this.name = 'LockedError';
    this.record = record;
  }
}

/** The holder of a lock in words. */
export function describeHolder(record: LockRecord | undefined): string {
  if (record === undefined) return 'another run';
  const { run, since, holder } = record;
  const what = timeOfRun(run) === undefined ? `a ${run}` : `run ${run}`;
  return `${what} (process ${holder.pid} on ${holder.host}, since ${since})`;
}

export interface TakeLockOptions {
  readonly leases: ShareLeases;
  /** Reads what the present holder wrote; undefined where there is nothing. */
  readonly readRecord: () => Promise<LockRecord | undefined>;
  /** How long to wait for a lock whose holder may be dead, in milliseconds. */
  readonly waitMs: number;
  readonly stop: AbortSignal;
}

const ASK_AGAIN_MS = 2000;

/**
 * Takes the lock of a target share, waiting for a holder that may have died.
 *
 * Nothing is broken: a lease of a dead holder is waited for. Only where it is certain that the holder was
 * a process of this very machine that ended is its lease taken over by its id, which the service allows
 * at once to whoever names it, and to one only. Where the holder is certainly running, nothing is waited for.
 * @throws {LockedError} when another holds it all that time.
 */
export async function takeLock(options: TakeLockOptions): Promise<ShareLease> {
  const { leases, readRecord, waitMs, stop } = options;
  const started = performance.now();
  for (;;) {
    const lease = await ShareLease.acquire(leases);
    if (lease !== undefined) return lease;
    const record = await readRecord();
    if (record !== undefined && isGone(record.holder)) {
      const inherited = await ShareLease.inherit(leases, record.lease);
      if (inherited !== undefined) return inherited;
    }
    const waited = performance.now() - started;
    const hopeless = record !== undefined && isRunning(record.holder);
    if (hopeless || waited >= waitMs || stop.aborted) throw new LockedError(leases.share, record);
    await delay(Math.min(ASK_AGAIN_MS, waitMs - waited), undefined, { signal: stop }).catch(() => undefined);
  }
}
