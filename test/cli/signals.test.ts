import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endOf, runCommand, startCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  const source = new ShareBuilder(world.source);
  for (let index = 0; index < 30; index += 1) source.file(`folder/${index}.txt`, `content ${index}`);
});
afterEach(() => world.close());

/** Starts a backup and sends a signal at its first copy, which is answered once the run has said that it stops. */
async function interrupt(file: string, signal: NodeJS.Signals) {
  const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
  const { stderr } = command.process;
  if (stderr === null) throw new Error('the command has no standard error');
  const stopping = once(stderr, 'data').then(([text]) => String(text));
  let sent = false;
  const forget = world.emulator.onRequest(async ({ phase, operation }) => {
    if (phase !== 'before' || operation !== 'CopyFile') return;
    if (!sent) command.process.kill(signal);
    sent = true;
    await stopping;
  });
  return { command, stopping, forget };
}

it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('ends in order on the first %s', async (signal) => {
  await withConfigurationFile(world.configurationText, async (file) => {
    const { command, stopping, forget } = await interrupt(file, signal);
    expect(await stopping).toBe('stopping; the next run carries on\n');
    const result = await command.result;
    forget();
    expect(result).toMatchObject({ code: 3, signal: null });
    expect(endOf(result)).toMatchObject({ outcome: 'incomplete', point: null });
    expect(world.target.properties().lease.state).toBe('available');
    const next = await runCommand(['backup', JOB, '--config', file, '--json'], world.environment);
    expect(next.code).toBe(0);
    const { point, run } = endOf(next);
    expect(run).toBe(endOf(result).run);
    expect(comparable(readTree(world.target, point?.targetSnapshot))).toEqual(
      comparable(readTree(world.source, point?.sourceSnapshot)),
    );
  });
});

it('ends at once on the second', async () => {
  await withConfigurationFile(world.configurationText, async (file) => {
    const forever = world.emulator.onRequest(({ phase, operation }) =>
      phase === 'after' && operation === 'CopyFile' ? new Promise(() => undefined) : undefined,
    );
    const { command, stopping } = await interrupt(file, 'SIGINT');
    await stopping;
    command.process.kill('SIGINT');
    expect(await command.result).toMatchObject({ code: null, signal: 'SIGINT' });
    forever();
  });
});

it('stops in order, and quietly, when nobody reads its output any more', async () => {
  await withConfigurationFile(world.configurationText, async (file) => {
    const command = startCommand(['backup', JOB, '--config', file, '--json'], world.environment);
    const { stdout } = command.process;
    if (stdout === null) throw new Error('the command has no standard output');
    const closed = once(stdout, 'close');
    stdout.once('data', () => stdout.destroy());
    const forget = world.emulator.onRequest(async ({ phase, operation }) => {
      if (phase === 'before' && operation === 'CopyFile') await closed;
    });
    const { code, stderr } = await command.result;
    forget();
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });
});
