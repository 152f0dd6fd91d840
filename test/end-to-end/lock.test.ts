import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { LockedError } from '../../lib/target/take-lock.ts';
import { unlockTarget } from '../../lib/target/unlock-target.ts';
import { endOf, startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a').file('b/c', 'c');
});

afterEach(() => world.close());

/** Holds the first request of an operation until it is let go; resolves once that request has arrived. */
function holdAt(operation: string): { readonly arrived: Promise<void>; letGo(): void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    const forget = world.emulator.onRequest((request) => {
      if (request.operation !== operation || request.phase !== 'before') return undefined;
      forget();
      resolve();
      return gate;
    });
  });
  return { arrived, letGo: () => letGo() };
}

describe('the lock of a target share', () => {
  it('keeps a second run out, which says who holds it, and touches nothing', async () => {
    const held = holdAt('CopyFile');
    const first = world.backup();
    await held.arrived;
    // The holder is seen to be running, so that not even a run that may wait does.
    const second = await world.backup({ lockWaitMs: 600_000 });
    expect(second).toMatchObject({ outcome: 'locked', point: null });
    expect(second.message).toContain(`process ${process.pid}`);
    held.letGo();
    expect(await first).toMatchObject({ outcome: 'complete' });
    expect((await world.points()).points).toHaveLength(1);
  });

  it('keeps a prune out, too', async () => {
    const held = holdAt('CopyFile');
    const run = world.backup();
    await held.arrived;
    const options = {
      configuration: world.configuration,
      job: JOB,
      dryRun: false,
      stop: new AbortController().signal,
    };
    await expect(runPrune({ ...options, lockWaitMs: 0 })).rejects.toThrow(LockedError);
    held.letGo();
    await run;
  });

  it('ends a run at once that another has taken it from, before it writes anything more', async () => {
    await world.backup();
    new ShareBuilder(world.source).remove('a').remove('b');
    const held = holdAt('RenewShareLease');
    const run = world.backup();
    await held.arrived;
    const before = comparable(readTree(world.target));
    await unlockTarget(world.configuration, JOB);
    world.target.lease({ action: 'acquire', duration: -1 });
    held.letGo();
    const end = await run;
    expect(end).toMatchObject({ outcome: 'failed', deleted: 0, point: null });
    expect(end.message).toContain('lease');
    expect(comparable(readTree(world.target))).toEqual(before);
    expect((await world.points()).points).toHaveLength(1);
  });

  it('is taken over at once from a process of this machine that is certainly dead', async () => {
    await withConfigurationFile(world.configurationText, async (file) => {
      const held = holdAt('CopyFile');
      const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
      await held.arrived;
      command.process.kill('SIGKILL');
      await command.result;
      held.letGo();
      expect(world.target.properties().lease.state).toBe('leased');
      const end = await world.backup();
      expect(end).toMatchObject({ outcome: process.platform === 'linux' ? 'complete' : 'locked' });
    });
  });

  it('is waited for where its holder may be alive, and free when its minute is over', async () => {
    world.createTarget().lease({ action: 'acquire', duration: 60 });
    expect(await world.backup()).toMatchObject({ outcome: 'locked' });
    const waiting = world.backup({ lockWaitMs: 60_000 });
    world.emulator.state.clock.advance(61_000);
    expect(await waiting).toMatchObject({ outcome: 'complete' });
  });

  it('is the reason for exit code 5', async () => {
    world.createTarget().lease({ action: 'acquire', duration: -1 });
    await withConfigurationFile(world.configurationText, async (file) => {
      const command = startCommand(
        ['backup', JOB, '--config', file, '--json', '--lock-wait', '0'],
        world.environment,
      );
      const result = await command.result;
      expect(result.code).toBe(5);
      expect(endOf(result)).toMatchObject({ outcome: 'locked', point: null });
    });
  });
});
