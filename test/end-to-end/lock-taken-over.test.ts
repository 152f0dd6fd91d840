import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a').file('b/c', 'c');
  expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  new ShareBuilder(world.source).file('a', 'again');
  await killWhileCopying();
});

afterEach(() => world.close());

/** Leaves a lease behind whose holder, a process of this machine, is certainly dead. */
async function killWhileCopying(): Promise<void> {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
    const forget = world.emulator.onRequest(({ operation, phase }) => {
      if (operation !== 'CopyFile' || phase !== 'before') return;
      forget();
      command.process.kill('SIGKILL');
    });
    await command.result;
  });
  expect(world.target.properties().lease.state).toBe('leased');
}

describe.runIf(process.platform === 'linux')('the lease of a dead process', () => {
  it('is taken over by one of two runs that begin together, not by both', async () => {
    const ends = await Promise.all([world.backup(), world.backup()]);
    expect(ends.map(({ outcome }) => outcome).sort()).toEqual(['complete', 'locked']);
  });

  it('is not taken over a second time while a verification holds it', async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const verifying = new Promise<void>((resolve) => {
      const forget = world.emulator.onRequest(({ operation, account, phase }) => {
        if (operation !== 'ListFiles' || account !== 'prodacct' || phase !== 'before') return undefined;
        forget();
        resolve();
        return gate;
      });
    });
    const verification = runVerify({
      configuration: world.configuration,
      job: JOB,
      content: { kind: 'none' },
      stop: new AbortController().signal,
      lockWaitMs: 0,
    });
    await verifying;
    const end = await world.backup();
    letGo();
    await verification;
    expect(end.outcome).toBe('locked');
  });
});
