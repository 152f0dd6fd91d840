import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startEmulator } from '../../emulator/main.ts';
import { Saving } from '../../emulator/saving.ts';
import { EmulatorState } from '../../emulator/state/index.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharepair-saving-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

async function sharesIn(data: string): Promise<string[]> {
  const state = await EmulatorState.load(data);
  return [...(state?.findAccount('source')?.shares.keys() ?? [])];
}

it('saves that meet come one after the other, and the last one counts', async () => {
  const state = new EmulatorState();
  const account = state.addAccount('source');
  const saving = new Saving(state, folder);
  const saves = ['one', 'two', 'three'].map((name) => {
    account.createShare(name);
    return saving.save();
  });
  await Promise.all(saves);
  expect(await sharesIn(folder)).toEqual(['one', 'two', 'three']);
  expect((await readdir(folder)).toSorted()).toEqual(['bytes-3.bin', 'current', 'state-3.jsonl']);
});

it('saves from time to time while there are requests, and not otherwise', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const state = new EmulatorState();
  const saving = new Saving(state, folder);
  const failures: unknown[] = [];
  saving.saveEvery(1000, (error) => failures.push(error));
  vi.advanceTimersByTime(5000);
  await saving.save();
  expect(await readFile(join(folder, 'current'), 'utf8')).toBe('1');
  saving.noteRequest();
  vi.advanceTimersByTime(1000);
  await saving.close();
  expect(await readFile(join(folder, 'current'), 'utf8')).toBe('3');
  vi.advanceTimersByTime(5000);
  expect(failures).toEqual([]);
});

it('tells of a save from time to time that fails, and goes on', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const saving = new Saving(new EmulatorState(), join(folder, '\0'));
  const failed = Promise.withResolvers<unknown>();
  saving.saveEvery(1000, failed.resolve);
  saving.noteRequest();
  vi.advanceTimersByTime(1000);
  expect(await failed.promise).toBeInstanceOf(Error);
  await expect(saving.close()).rejects.toThrow();
});

it('without a folder there is nothing to save to', async () => {
  const emulator = await startEmulator();
  const response = await fetch(`${emulator.control}save`, { method: 'POST' });
  expect(response.status).toBe(409);
  expect(await response.text()).toContain('data folder');
  await emulator.close();
});

it('an emulator that is killed loses what came after its last save, and no more', async () => {
  const program = `
    const { startEmulator } = await import(${JSON.stringify(join(import.meta.dirname, '../../emulator/main.ts'))});
    const emulator = await startEmulator({ dataDir: process.argv[1] });
    console.log(emulator.control);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    const [control] = await once(createInterface({ input: child.stdout }), 'line');
    const call = (resource: string, body: object) =>
      fetch(`${control}${resource}`, { method: 'POST', body: JSON.stringify(body) });
    await call('seed', { account: 'source', share: 'before', seed: 1, files: 10 });
    expect((await call('save', {})).status).toBe(200);
    await call('seed', { account: 'source', share: 'after', seed: 1, files: 10 });
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
  expect(await sharesIn(folder)).toEqual(['before']);
});
