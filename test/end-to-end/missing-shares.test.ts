import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { readStatus } from '../../lib/target/read-status.ts';
import { MissingTargetError } from '../../lib/target/with-locked-target.ts';
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

describe('what is said of a target share that is not there', () => {
  it('names the loss, where source snapshots tell of earlier runs', async () => {
    deleteShare('dracct', 'finance-copy');
    const said =
      'target share "finance-copy" does not exist in account dracct, although 1 source snapshot tells';
    expect((await world.points()).warnings).toEqual([expect.stringContaining(said)]);
    const status = await readStatus(world.configuration, JOB, new Date());
    expect(status).toMatchObject({ verdict: 'failed', reasons: [expect.stringContaining(said)] });
    await expect(world.verify()).rejects.toThrow(MissingTargetError);
  });

  it('names the first backup, where there was none', async () => {
    await world.close();
    world = await World.start({ retries: 0 });
    expect((await world.points()).warnings).toEqual([]);
    expect(await readStatus(world.configuration, JOB, new Date())).toMatchObject({ verdict: 'late' });
    await expect(world.verify()).rejects.toThrow('The first backup creates it');
  });
});

describe('a source that is gone', () => {
  it('leaves the target’s snapshots listed as the copies that they are', async () => {
    const { points } = await world.points();
    deleteShare('prodacct', 'finance');
    const list = await world.points();
    expect(list.points).toEqual([]);
    expect(list.unpaired).toMatchObject([
      {
        role: 'target',
        run: points[0]?.run,
        snapshot: points[0]?.targetSnapshot,
        kept: true,
        reasons: [{ rule: 'unread' }],
      },
    ]);
    expect(list.warnings).toEqual([expect.stringContaining('does not exist')]);
  });

  it('or refuses to answer does so, too', async () => {
    world.emulator.faults.add({
      match: { account: 'prodacct' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthenticationFailed' },
    });
    const list = await world.points();
    expect(list.unpaired).toHaveLength(1);
    expect(list.warnings).toEqual([expect.stringContaining('AuthenticationFailed')]);
    // A recovery point that cannot be seen is not one that does not exist.
    await expect(world.verify({ point: list.unpaired[0]?.run })).rejects.toThrow(
      /cannot be seen: .*AuthenticationFailed/s,
    );
    expect(await world.verify()).toMatchObject({
      outcome: 'failed',
      warnings: [expect.stringContaining('Authen')],
    });
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
