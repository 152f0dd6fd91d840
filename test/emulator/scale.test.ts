import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const STATE = join(import.meta.dirname, '../../emulator/state/index.ts');

/** Runs a program whose objects must fit into so many MiB, and returns what it prints as JSON. */
async function withinHeap(mib: number, program: string): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${mib}`,
      '--input-type=module',
      '-e',
      `const state = await import(${JSON.stringify(STATE)}); ${program}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  if (code !== 0) throw new Error(`The program ended with ${code}:\n${errors}`);
  return JSON.parse(output);
}

it('one million files, and a snapshot beside what changed since, fit into 768 MiB', async () => {
  const seen = await withinHeap(
    768,
    `
    const emulator = new state.EmulatorState();
    const made = state.seed(emulator, { account: 'a', share: 'big', seed: 1, files: 1_000_000, filesPerDirectory: 5000 });
    const share = emulator.addAccount('a').getShare('big');
    const { id } = share.createSnapshot();
    const { root } = share.view();
    const shared = root === share.view(id).root;
    state.deleteFile(share, ['dir-00', 'dir-00', 'file-000000.dat']);
    const count = (view) => state.listEntries(view, ['dir-00', 'dir-00']).entries.length;
    console.log(JSON.stringify({ ...made, shared, live: count(share.view()), frozen: count(share.view(id)) }));
    `,
  );
  expect(seen).toEqual({
    files: 1_000_000,
    directories: 215,
    bytes: expect.any(Number),
    shared: true,
    live: 4999,
    frozen: 5000,
  });
});

it('a terabyte in files of 100 GB, and its copy, fit into 32 MiB', async () => {
  const seen = await withinHeap(
    32,
    `
    const emulator = new state.EmulatorState();
    const size = 100e9;
    state.seed(emulator, { account: 'a', share: 'huge', seed: 1, files: 10, depth: 0, minSize: size, maxSize: size });
    const source = emulator.addAccount('a').getShare('huge');
    const target = emulator.addAccount('b').createShare('copy');
    for (const { name } of state.listEntries(source.view(), []).entries) {
      state.copyFile(target, [name], state.openSource(source.view(), [name]), { sourceUrl: 'x' });
    }
    const { entry } = state.getFile(target.view(), ['file-9.dat']);
    const tail = Buffer.concat([...state.readContent(entry, size - 64, size)]);
    const expected = state.syntheticBytes(state.syntheticStream(1, 'file-9.dat'), size - 64, 64);
    console.log(JSON.stringify({ bytes: target.usageBytes(), proven: tail.equals(expected) }));
    `,
  );
  expect(seen).toEqual({ bytes: 1e12, proven: true });
});

it('a file of 100 GB that is copied in ranges of 4 MiB stays one stretch, and fits into 32 MiB', async () => {
  const seen = await withinHeap(
    32,
    `
    const emulator = new state.EmulatorState();
    const size = 100e9;
    state.seed(emulator, { account: 'a', share: 'huge', seed: 1, files: 1, depth: 0, minSize: size, maxSize: size });
    const source = emulator.addAccount('a').getShare('huge');
    const target = emulator.addAccount('b').createShare('copy');
    state.createFile(target, ['copy'], { size });
    const from = state.openSource(source.view(), ['file-0.dat']);
    const piece = 4 * 2 ** 20;
    let ranges = 0;
    for (let offset = 0; offset < size; offset += piece, ranges++) {
      state.putRangeFrom(target, ['copy'], offset, Math.min(piece, size - offset), from, offset);
    }
    console.log(JSON.stringify({ ranges, listed: state.listRanges(target.view(), ['copy']).ranges }));
    `,
  );
  expect(seen).toEqual({ ranges: 23_842, listed: [{ start: 0, end: 100e9 }] });
});
