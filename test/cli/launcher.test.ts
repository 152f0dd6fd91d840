import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { eventsOf, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

const COMMAND = join(import.meta.dirname, '../../bin/sharepair.js');

/** A Node of this machine that cannot run the sources itself. */
function findOlderNode(): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return places.filter(existsSync).find((node) => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    const [major = 0, minor = 0] = stdout.replace('v', '').split('.').map(Number);
    return major >= 18 && (major < 22 || (major === 22 && minor < 18));
  });
}

const olderNode = findOlderNode();
const describeIfFound = olderNode === undefined ? describe.skip : describe;
const why = olderNode === undefined ? ' (skipped: no Node older than 22.18 on the path)' : '';

function launch(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  detached = false,
) {
  const child = spawn(olderNode ?? '', [COMMAND, ...parameters], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
  return { child, result: outputOf(child) };
}

async function outputOf(child: ChildProcess) {
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
    stream?.setEncoding('utf8').toArray(),
  );
  const [code, signal] = await once(child, 'close');
  return { code, signal, stdout: (await stdout)?.join('') ?? '', stderr: (await stderr)?.join('') ?? '' };
}

async function readyEmulator() {
  const child = spawn(olderNode ?? '', [COMMAND, 'emulator', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, closed, control: String(JSON.parse(String(line)).control) };
}

describeIfFound(`on an older Node${why}`, () => {
  it('runs the command on the Node that came with it, to the same exit code', async () => {
    expect(await launch(['--version']).result).toMatchObject({ code: 0, stderr: '' });
    expect(await launch(['backup', '--config', '/nowhere']).result).toMatchObject({ code: 2, stdout: '' });
  });

  it('passes on the signal that ends it', async () => {
    const { child, closed } = await readyEmulator();
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });

  it('leaves no process behind when it is killed', async () => {
    const { child, closed, control } = await readyEmulator();
    expect((await fetch(control)).status).toBe(200);
    child.kill('SIGKILL');
    // The pipe closes only when the other process, which writes to it, has ended, too.
    expect(await closed).toEqual([null, 'SIGKILL']);
    await expect(fetch(control)).rejects.toThrow();
  });

  it.each<['the group' | 'the launcher']>([['the group'], ['the launcher']])(
    'takes a Ctrl-C that %s gets for one request to stop',
    async (receiver) => {
      const world = await World.start();
      try {
        const source = new ShareBuilder(world.source);
        for (let index = 0; index < 30; index += 1) source.file(`folder/${index}.txt`, 'x');
        await withConfigurationFile(world.configurationText, async (file) => {
          const parameters = ['backup', JOB, '--config', file, '--json'];
          const { child, result } = launch(parameters, world.environment, true);
          const stopping = once(child.stderr ?? child, 'data');
          let sent = false;
          world.emulator.onRequest(async ({ phase, operation }) => {
            if (phase !== 'before' || operation !== 'CopyFile') return;
            if (!sent)
              process.kill(receiver === 'the group' ? -(child.pid ?? 0) : (child.pid ?? 0), 'SIGINT');
            sent = true;
            await stopping;
          });
          const ended = await result;
          expect(ended).toMatchObject({ code: 3, signal: null });
          expect(eventsOf(ended).at(-1)).toMatchObject({ event: 'end', outcome: 'incomplete' });
        });
      } finally {
        await world.close();
      }
    },
  );
});
