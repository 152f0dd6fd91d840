import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestShareWriter } from '../../../lib/files/rest-share-writer.ts';
import { openJob } from '../../../lib/jobs/open-job.ts';
import { LeaseLostError, ShareLease } from '../../../lib/target/share-lease.ts';
import { JOB, World } from '../../support/world.ts';

let world: World;
let now: number;

beforeEach(async () => {
  world = await World.start();
  world.createTarget();
  now = 0;
});

afterEach(() => world.close());

function target() {
  return openJob(world.configuration, JOB).target;
}

async function acquire(): Promise<ShareLease> {
  const lease = await ShareLease.acquire(target().leases, { steady: () => now, wall: () => now });
  if (lease === undefined) throw new Error('the lease was not granted');
  return lease;
}

describe('ShareLease', () => {
  it('is granted once, and to nobody else until it is given back', async () => {
    const lease = await acquire();
    expect(await ShareLease.acquire(target().leases)).toBeUndefined();
    await lease.release();
    await (await acquire()).release();
  });

  it('is fresh for 40 s after its last renewal and no longer', async () => {
    const lease = await acquire();
    now = 40_000;
    lease.assertFresh();
    await lease.renew();
    now = 80_000;
    lease.assertFresh();
    now = 80_001;
    expect(() => lease.assertFresh()).toThrow(LeaseLostError);
    expect(lease.lost.aborted).toBe(true);
    lease.abandon();
  });

  it('stays lost once it was lost', async () => {
    const lease = await acquire();
    now = 41_000;
    expect(() => lease.assertFresh()).toThrow(LeaseLostError);
    await lease.renew();
    expect(() => lease.assertFresh()).toThrow(LeaseLostError);
    lease.abandon();
  });

  it('knows from a renewal that it is another’s by now', async () => {
    const lease = await acquire();
    await ShareLease.break(target().leases);
    await acquire();
    await expect(lease.renew()).rejects.toThrow();
    expect(() => lease.assertFresh()).toThrow(LeaseLostError);
    lease.abandon();
  });
});

describe('a fenced writer', () => {
  it('sends nothing once the lease is no longer fresh', async () => {
    const lease = await acquire();
    const { account, share } = target();
    const writer = new RestShareWriter(account, share, lease);
    await writer.createDirectory('a', {});
    now = 41_000;
    world.requests();
    await expect(writer.createDirectory('b', {})).rejects.toThrow(LeaseLostError);
    await expect(writer.deleteFile('c')).rejects.toThrow(LeaseLostError);
    expect(world.requests()).toEqual({});
    lease.abandon();
  });
});
