import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getFile, setFileProperties } from '../../emulator/state/index.ts';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { LockedError } from '../../lib/target/take-lock.ts';
import type { VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { MIB } from '../support/share-edits.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source);
});

afterEach(() => world.close());

const verify = (options: Partial<VerifyRunOptions> = {}) => world.verify(options);

/** A backup whose target snapshot has other bytes at one place behind a listing that tells nothing of it. */
async function backupWithOtherBytes(path: string, at: number): Promise<string> {
  const forget = world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
    forget();
    const parts = path.split('/');
    const { creationTime, lastWriteTime, changeTime, attributes } = getFile(world.target.view(), parts).entry;
    new ShareBuilder(world.target).write(path, at, 'X');
    setFileProperties(world.target, parts, { creationTime, lastWriteTime, changeTime, attributes });
  });
  const end = await world.backup();
  expect(end).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
  return end.run;
}

async function levels() {
  return (await world.points()).points.map(({ level }) => level);
}

describe('a verification of content', () => {
  it('reads every byte on both sides, holes of large files apart', async () => {
    source
      .file('small', 'small')
      .file('empty', '')
      .file('a/b/sparse', 'x', { size: 64 * MIB, at: 40 * MIB })
      .file('a/large', Buffer.alloc(9 * MIB, 'l'));
    await world.backup();
    const report = await verify();
    expect(report).toMatchObject({
      outcome: 'complete',
      results: [{ level: 'content-verified', filesRead: 4, differences: 0, different: [] }],
    });
    const bytes = report.results[0]?.bytesRead ?? 0;
    expect(bytes).toBeGreaterThanOrEqual(9 * MIB + 6);
    expect(bytes).toBeLessThan(14 * MIB);
    expect(await levels()).toEqual(['content-verified']);
  });

  it.each([
    ['the first byte of a small file', 'docs/small', 0],
    ['the last byte of a large one', 'docs/large', 9 * MIB - 1],
    ['a byte in a hole', 'docs/sparse', 50 * MIB],
  ])('finds %s and names the file', async (_, path, at) => {
    source
      .file('docs/small', 'small')
      .file('docs/large', Buffer.alloc(9 * MIB, 'l'))
      .file('docs/sparse', 'x', { size: 64 * MIB });
    const run = await backupWithOtherBytes(path, at);
    expect(await verify({ content: { kind: 'none' } })).toMatchObject({ outcome: 'complete' });
    expect(await verify()).toMatchObject({
      outcome: 'differs',
      results: [{ point: run, level: 'differs', differences: 1, different: [path] }],
    });
    expect(await levels()).toEqual(['differs']);
  });

  it('proves nothing when something cannot be read', async () => {
    source.file('good', 'g').file('bad', 'b');
    await world.backup();
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'GetFile', path: '^bad$' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const report = await verify();
    expect(report).toMatchObject({
      outcome: 'incomplete',
      results: [{ finished: false, level: 'listing-verified' }],
    });
    expect(report.results[0]?.message).toContain('could not be read');
    expect(await levels()).toEqual(['listing-verified']);
  });
});

describe('a verification by samples', () => {
  const sample = { content: { kind: 'sample', percent: 25 } } as const;

  beforeEach(() => {
    for (let file = 0; file < 40; file += 1) source.file(`folder-${file % 5}/${file}`, `${file}`);
  });

  it('reads every file once in so many runs, and then has proven the recovery point', async () => {
    await world.backup();
    let filesRead = 0;
    for (const round of [0, 1, 2, 3]) {
      const { outcome, results } = await verify(sample);
      expect(outcome).toBe('complete');
      filesRead += results[0]?.filesRead ?? 0;
      expect(results[0]?.sample?.proven).toEqual([0, 1, 2, 3].slice(0, round + 1));
      expect(await levels()).toEqual([round === 3 ? 'content-verified' : 'listing-verified']);
    }
    expect(filesRead).toBe(40);
    expect(await verify(sample)).toMatchObject({
      outcome: 'complete',
      results: [{ level: 'content-verified', filesRead: 0 }],
    });
  });

  it('goes on with the next files when each time it is another recovery point', async () => {
    let filesRead = 0;
    for (const round of [0, 1, 2, 3]) {
      await world.backup();
      const { results } = await verify({ ...sample, point: 'newest' });
      expect(results).toMatchObject([{ sample: { rounds: 4, proven: [round] } }]);
      filesRead += results[0]?.filesRead ?? 0;
    }
    expect(filesRead).toBe(40);
    expect(await levels()).toEqual(Array(4).fill('listing-verified'));
  });

  it('has proven everything once so many of them succeeded, however many failed in between', async () => {
    await world.backup();
    for (const [round, level] of [
      'listing-verified',
      'listing-verified',
      'listing-verified',
      'content-verified',
    ].entries()) {
      world.emulator.faults.add({
        match: { account: 'dracct', operation: 'GetFile', path: '^folder' },
        times: 1000,
        action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
      });
      const failed = await verify(sample);
      expect(failed).toMatchObject({ outcome: 'incomplete', results: [{ finished: false }] });
      expect(failed.results[0]?.sample?.proven ?? []).toHaveLength(round);
      world.emulator.faults.remove();
      expect(await verify(sample)).toMatchObject({ outcome: 'complete', results: [{ level }] });
    }
    expect(await levels()).toEqual(['content-verified']);
  });

  it('finds a difference in the turn of its file, and forgets what was proven', async () => {
    await backupWithOtherBytes('folder-0/20', 0);
    const found: string[] = [];
    for (let round = 0; round < 4 && found.length === 0; round += 1) {
      found.push(...((await verify(sample)).results[0]?.different ?? []));
    }
    expect(found).toEqual(['folder-0/20']);
    expect(await levels()).toEqual(['differs']);
    const again = await verify(sample);
    expect(again.results[0]?.sample?.proven ?? []).not.toHaveLength(4);
    expect(await levels()).toEqual(['differs']);
  });
});

describe('a verification', () => {
  beforeEach(async () => {
    source.file('a', 'a').file('b/c', 'c');
    await world.backup();
  });

  /** Runs `during` when a verification reads the target snapshot for the first time. */
  async function whileVerifying(during: () => unknown) {
    const done: unknown[] = [];
    const forget = world.emulator.onRequest(async ({ operation, account, path, phase }) => {
      if (operation !== 'ListFiles' || account !== 'dracct' || path !== '' || phase !== 'before') return;
      forget();
      done.push(await during());
    });
    const report = await verify();
    forget();
    return { report, done };
  }

  function leaseStates() {
    return [world.source, world.target].flatMap((share) =>
      share.snapshotIds().map((snapshot) => share.properties({ snapshot }).lease.state),
    );
  }

  it('holds both snapshots by a lease while it reads, and lets them go', async () => {
    const { report, done } = await whileVerifying(leaseStates);
    expect(done).toEqual([['leased', 'leased']]);
    expect(report.outcome).toBe('complete');
    expect(leaseStates()).toEqual(['available', 'available']);
  });

  it('leaves a pinned recovery point pinned', async () => {
    const [snapshot = ''] = world.target.snapshotIds();
    world.target.lease({ action: 'acquire', duration: -1 }, snapshot);
    expect((await verify()).outcome).toBe('complete');
    expect(world.target.properties({ snapshot }).lease).toMatchObject({
      state: 'leased',
      duration: 'infinite',
    });
  });

  it('keeps a run and a prune of the same target waiting, which say who holds it', async () => {
    const { report, done } = await whileVerifying(async () => {
      const run = await world.backup();
      const { configuration } = world;
      const stop = new AbortController().signal;
      const prune = runPrune({ configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
      return [run, await prune.catch((error: unknown) => error)];
    });
    expect(report.outcome).toBe('complete');
    const [[run, prune]] = done as [[{ outcome: string; message: string }, Error]];
    expect(run.outcome).toBe('locked');
    expect(run.message).toContain('verification');
    expect(prune).toBeInstanceOf(LockedError);
  });

  it('is kept out by a run', async () => {
    world.target.lease({ action: 'acquire', duration: 60 });
    await expect(verify()).rejects.toThrow(LockedError);
  });

  it('gives back a lost digest, and keeps the level that was reached', async () => {
    await verify();
    const folder = new ShareBuilder(world.target);
    folder.remove('.sharepair/digests').remove('.sharepair/records');
    expect(await levels()).toEqual(['copied']);
    expect(await verify()).toMatchObject({ outcome: 'complete' });
    expect(folder.names('.sharepair/digests')).toHaveLength(1);
    expect((await verify({ content: { kind: 'none' } })).results).toMatchObject([
      { level: 'content-verified' },
    ]);
    expect(folder.names('.sharepair/digests')).toHaveLength(1);
  });
});
