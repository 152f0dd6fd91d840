import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start({ retries: 0, job: { retention: { last: 2 } } });
  new ShareBuilder(world.source).file('salaries', 'first');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
});

afterEach(() => world.close());

function deleteShare(account: string, share: string): void {
  world.emulator.state.findAccount(account)?.deleteShare(share, { snapshots: 'include' });
}

describe('a target share that somebody deleted', () => {
  it('is not made anew in silence, and the source snapshots of its recovery points stay', async () => {
    const [snapshot] = world.source.snapshotIds();
    deleteShare('dracct', 'finance-copy');
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'guard', point: null });
    expect(end.message).toContain('--adopt');
    expect(world.source.snapshotIds()).toEqual([snapshot]);

    const anew = await world.backup({ adopt: true });
    expect(anew).toMatchObject({ outcome: 'complete' });
    expect(world.source.snapshotIds()).toContain(snapshot);
  });
});

describe('a source that is gone', () => {
  it('leaves the target’s snapshots listed as the copies that they are', async () => {
    const { points } = await world.points();
    deleteShare('prodacct', 'finance');
    const list = await world.points();
    expect(list.points).toEqual([]);
    expect(list.unpaired).toMatchObject([
      { role: 'target', run: points[0]?.run, snapshot: points[0]?.targetSnapshot },
    ]);
    expect(list.warnings).toEqual([expect.stringContaining('does not exist')]);
  });

  it('or refuses to answer does so, too', async () => {
    world.emulator.faults.add({
      match: { account: 'prodacct' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'AuthenticationFailed' },
    });
    const list = await world.points();
    expect(list.unpaired).toHaveLength(1);
    expect(list.warnings).toEqual([expect.stringContaining('AuthenticationFailed')]);
  });
});

describe('a prune that was cut off between the two snapshots of a pair', () => {
  it('is finished by the next run', async () => {
    await world.backup();
    world.emulator.faults.add({
      match: { account: 'prodacct', operation: 'DeleteShare' },
      times: 1,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'failed', point: { level: 'listing-verified' } });
    expect(world.target.snapshotIds()).toHaveLength(2);
    expect(world.source.snapshotIds()).toHaveLength(3);
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    expect(world.target.snapshotIds()).toHaveLength(2);
    expect(world.source.snapshotIds()).toHaveLength(2);
  });
});

describe('a lone source snapshot of a run that made a recovery point', () => {
  it('is left alone, as its partner may have been deleted by mistake', async () => {
    const [snapshot] = world.source.snapshotIds();
    world.target.deleteSnapshot(world.target.snapshotIds()[0] ?? '');
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    await runPrune({
      configuration: world.configuration,
      job: JOB,
      dryRun: false,
      stop: new AbortController().signal,
      lockWaitMs: 0,
    });
    expect(world.source.snapshotIds()).toContain(snapshot);
  });
});
