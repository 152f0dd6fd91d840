import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RestShareWriter } from '../../lib/files/rest-share-writer.ts';
import { openJob } from '../../lib/jobs/open-job.ts';
import { LeaseLostError, ShareLease } from '../../lib/target/share-lease.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ retries: 5 });
});

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

async function acquire(now?: () => number) {
  const { account, share, leases } = openJob(world.configuration, JOB).target;
  const lease = await ShareLease.acquire(leases, now && { steady: now, wall: () => 0 });
  if (lease === undefined) throw new Error('the lease was not granted');
  return { lease, writer: new RestShareWriter(account, share, lease) };
}

describe('the fence of a writer', () => {
  it('stops the retries, too, of a request that was first sent while the lease was fresh', async () => {
    world.createTarget();
    new ShareBuilder(world.target).file('kept', 'needed by the run that holds the lock by now');
    let now = 0;
    const { lease, writer } = await acquire(() => now);
    // The first answer, a refusal that may pass, comes when the lease has long run out.
    world.emulator.faults.add({
      match: { operation: 'DeleteFile' },
      action: { kind: 'status', status: 503, code: 'ServerBusy' },
    });
    const sending = writer.deleteFile('kept');
    now = 3_600_000;
    await sending.catch(() => undefined);
    lease.abandon();
    expect(new ShareBuilder(world.target).exists('kept')).toBe(true);
  });

  it('stops a request, too, that waited for its turn until the lease was no longer fresh', async () => {
    await world.close();
    world = await World.start({ concurrency: 1 });
    world.createTarget();
    let now = 0;
    const { lease, writer } = await acquire(() => now);
    const forget = world.emulator.onRequest(({ operation }) => {
      if (operation !== 'CreateDirectory') return;
      forget();
      now = 3_600_000;
    });
    const first = writer.createDirectory('first', {});
    const second = writer.createDirectory('second', {});
    await Promise.allSettled([first, second]);
    lease.abandon();
    expect(new ShareBuilder(world.target).exists('second')).toBe(false);
  });

  it('is down after the machine has slept, which a monotonic clock on Linux does not count', async () => {
    world.createTarget();
    vi.useFakeTimers({ toFake: ['Date'] });
    const { lease, writer } = await acquire();
    vi.setSystemTime(Date.now() + 3_600_000);
    await expect(writer.createDirectory('a', {})).rejects.toThrow(LeaseLostError);
    lease.abandon();
  });

  it('is down once the lease was given back', async () => {
    world.createTarget();
    const { lease, writer } = await acquire();
    await lease.release();
    await expect(writer.createDirectory('a', {})).rejects.toThrow(LeaseLostError);
  });

  it('is down once a renewal was refused because the lease was broken', async () => {
    world.createTarget();
    const { lease, writer } = await acquire();
    await ShareLease.break(openJob(world.configuration, JOB).target.leases);
    await expect(lease.renew()).rejects.toThrow('LeaseIsBrokenAndCannotBeRenewed');
    await expect(writer.createDirectory('a', {})).rejects.toThrow(LeaseLostError);
    lease.abandon();
  });
});
