import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandResult, runCommand, startCommand } from '../support/command.ts';

let temporary: string;
let result: CommandResult;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'sharepair-test-'));
  result = await runCommand(['demo'], { TMPDIR: temporary, TEMP: temporary });
}, 240_000);
afterAll(() => rm(temporary, { recursive: true, force: true }));

/** A row of the closing table, its columns apart. */
function row(name: string): string[] {
  const line = result.stdout.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no row "${name}" in:\n${result.stdout}\n${result.stderr}`);
  return line.split(/ {2,}/);
}

function numberIn(text: string | undefined): number {
  return Number((text ?? '').replaceAll(',', ''));
}

it('ends by itself with 0', () => {
  expect(result).toMatchObject({ code: 0, signal: null });
});

it('shows what each run saw and moved, nothing of it through the client', () => {
  const [, entries, changed, deleted, , client, requests] = row('first backup');
  expect(numberIn(entries)).toBeGreaterThan(3000);
  expect(numberIn(changed)).toBeGreaterThanOrEqual(numberIn(entries));
  expect(deleted).toBe('0');
  expect(client).toBe('0 B');
  expect(numberIn(requests)).toBeGreaterThan(numberIn(entries));
  const [, , changedAgain, deletedAgain, , clientAgain, requestsAgain] = row('second backup');
  expect(numberIn(changedAgain)).toBeGreaterThan(0);
  expect(numberIn(changedAgain)).toBeLessThan(100);
  expect(numberIn(deletedAgain)).toBeGreaterThan(0);
  expect(clientAgain).toBe('0 B');
  expect(numberIn(requestsAgain)).toBeLessThan(numberIn(requests) / 4);
});

it('proves both recovery points to the last byte and prunes the older one', () => {
  const proven = result.stdout.match(/^\d{8}T\d{6}Z-\w{4} +content-verified +[\d,]+ +0 /gm);
  expect(proven).toHaveLength(2);
  expect(result.stdout).toMatch(/^\d{8}T\d{6}Z-\w{4} +deleted /m);
  expect(result.stdout).toMatch(/^\d{8}T\d{6}Z-\w{4} +kept /m);
});

it('leaves nothing behind', async () => {
  expect(await readdir(temporary)).toEqual([]);
});

it('cleans up when it is stopped', async () => {
  const { process: child, result: ended } = startCommand(['demo'], { TMPDIR: temporary, TEMP: temporary });
  child.stderr?.once('data', () => child.kill('SIGINT'));
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(3);
  expect(stderr).toContain('stopping');
  expect(stdout).not.toContain('In short');
  expect(await readdir(temporary)).toEqual([]);
});
