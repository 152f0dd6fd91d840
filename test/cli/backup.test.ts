import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../lib/report/events.ts';
import { endOf, eventsOf, runCommand, withConfigurationFile } from '../support/command.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source).file('a.txt', 'a').file('folder/b.txt', 'b');
});
afterEach(() => world.close());

function sharepair(...parameters: string[]) {
  return sharepairWith(world.configurationText, ...parameters);
}

function sharepairWith(configuration: string, ...parameters: string[]) {
  return withConfigurationFile(configuration, (file) =>
    runCommand([...parameters, '--config', file], world.environment),
  );
}

describe('backup --json', () => {
  it('writes nothing but events, the last one being the report', async () => {
    const result = await sharepair('backup', JOB, '--json');
    const events = eventsOf(result);
    const kinds = new Set<RunEvent['event']>(['start', 'phase', 'progress', 'note', 'end']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(events.every(({ event, job }) => kinds.has(event) && job === JOB)).toBe(true);
    expect(events.filter(({ event }) => event === 'end')).toHaveLength(1);
    const end = endOf(result);
    expect(end).toMatchObject({
      outcome: 'complete',
      job: JOB,
      run: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/),
      point: { id: end.run, level: 'listing-verified' },
      entries: 3,
      deleted: 0,
      failed: [],
      requests: expect.objectContaining({ CopyFile: 2 }),
    });
    expect(end.point?.sourceSnapshot).toMatch(/\.\d{7}Z$/);
  });

  it('ends with 1 and a report when the run failed', async () => {
    world.emulator.faults.add({
      match: { operation: 'SnapshotShare' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const result = await sharepair('backup', JOB, '--json');
    expect(result.code).toBe(1);
    expect(endOf(result)).toMatchObject({ outcome: 'failed', point: null });
  });

  it('ends with 4 for a target that holds data of unknown origin, and with 0 when told to adopt it', async () => {
    const target = new ShareBuilder(world.createTarget()).file('somebody’s.txt', 'x');
    const refused = await sharepair('backup', JOB, '--json');
    expect(refused.code).toBe(4);
    expect(endOf(refused)).toMatchObject({ outcome: 'guard', point: null });
    expect(target.exists('somebody’s.txt')).toBe(true);
    expect((await sharepair('backup', JOB, '--adopt')).code).toBe(0);
    expect(target.exists('somebody’s.txt')).toBe(false);
  });

  it('ends with 4 for deletions past the guard of the job, and with 0 when they are allowed', async () => {
    const configuration = JSON.parse(world.configurationText);
    configuration.jobs[JOB].guards = { maxDeletes: 0 };
    const text = JSON.stringify(configuration);
    expect((await sharepairWith(text, 'backup', JOB)).code).toBe(0);
    source.remove('folder');
    expect((await sharepairWith(text, 'backup', JOB)).code).toBe(4);
    expect(new ShareBuilder(world.target).exists('folder/b.txt')).toBe(true);
    expect((await sharepairWith(text, 'backup', JOB, '--allow-deletes')).code).toBe(0);
    expect(new ShareBuilder(world.target).exists('folder')).toBe(false);
  });

  it('ends with 5 when another run holds the lock', async () => {
    world.createTarget().lease({ action: 'acquire', duration: 60 });
    const result = await sharepair('backup', JOB, '--json', '--lock-wait', '0');
    expect(result.code).toBe(5);
    expect(endOf(result)).toMatchObject({ outcome: 'locked', point: null });
  });

  it('ends with 3 when its time is up before it has begun', async () => {
    const result = await sharepair('backup', JOB, '--json', '--budget', '1ms');
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toContain('finance: not begun');
  });

  it('leaves what it did not finish in its time to the next run', async () => {
    for (let index = 0; index < 400; index += 1) source.file(`many/${index}`, 'x');
    const configuration = JSON.parse(world.configurationText);
    configuration.requests.concurrency = 1;
    // With one request at a time the copies alone take more than the budget.
    world.emulator.limits.latency = { ms: 20 };
    const cut = await sharepairWith(JSON.stringify(configuration), 'backup', JOB, '--json', '--budget', '3s');
    world.emulator.limits.latency = { ms: 0 };
    expect(cut.code).toBe(3);
    expect(endOf(cut)).toMatchObject({ outcome: 'incomplete', point: null });
    const next = await sharepair('backup', JOB, '--json');
    expect(next.code).toBe(0);
    expect(endOf(next)).toMatchObject({ outcome: 'complete', run: endOf(cut).run });
    expect(eventsOf(next)).toContainEqual(expect.objectContaining({ event: 'start', resumed: true }));
  });
});

describe('backup --dry-run', () => {
  it('says what would be done and writes nothing', async () => {
    expect((await sharepair('backup', JOB)).code).toBe(0);
    source.file('new.txt', 'new').remove('a.txt');
    world.requests();
    const result = await sharepair('backup', JOB, '--dry-run');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('1 file to copy');
    expect(result.stdout).toContain('new.txt  to copy, 3 B');
    expect(result.stdout).toContain('a.txt  to delete');
    expect(result.stdout).toMatch(/^ {2}transactions +Write +List +Read +Other +Delete$/m);
    const sent = Object.keys(world.requests());
    expect(sent.filter((operation) => !/^(?:Get|List)/.test(operation))).toEqual([]);
    const all = await sharepair('backup', JOB, '--dry-run', '--all');
    expect(all.stdout).toContain('"new.txt"  to copy, 3 B');
    expect(endOf(await sharepair('backup', JOB, '--dry-run', '--json')).plan).toMatchObject({
      changes: [
        { kind: 'copy-file', path: 'new.txt', size: 3 },
        { kind: 'set-properties', path: '' },
        { kind: 'delete-file', path: 'a.txt' },
      ],
      more: 0,
      requests: { mirror: { target: { CopyFile: 1, DeleteFile: 1 } } },
      cost: null,
    });
  });

  it('estimates the cost by the prices that it is given, and refuses prices that are not filled in', async () => {
    source.file('new.txt', 'new');
    const side = { Write: 10_000, List: 0, Read: 0, Other: 0, Delete: 0 };
    const prices = { currency: 'EUR', about: 'made up', source: side, target: side };
    const estimate = (table: unknown) =>
      withConfigurationFile(JSON.stringify(table), (file) =>
        sharepair('backup', JOB, '--dry-run', '--json', '--prices', file),
      );
    const { plan } = endOf(await estimate(prices));
    expect(plan?.cost).toMatchObject({ currency: 'EUR', about: 'made up', source: 0 });
    expect(plan?.cost?.total).toBe(plan?.transactions.target.Write);
    const refused = await estimate({ ...prices, target: { ...side, Write: null } });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('target.Write (line 1): expected a price, a number from 0, found null');
    expect(await sharepair('backup', JOB, '--all')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('backup for people', () => {
  it('logs to standard error and sums up on standard output', async () => {
    const { code, stdout, stderr } = await sharepair('backup', JOB);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z finance: run \S+ begins$/m);
    expect(stdout).toMatch(/^finance: complete after /);
    expect(stdout).toMatch(/recovery point \S+, listing-verified/);
    expect(stdout).toContain('0 B through this machine');
  });

  it('runs every job, says how each ended, and ends with the worst code', async () => {
    const configuration = JSON.parse(world.configurationText);
    const { finance } = configuration.jobs;
    configuration.jobs = {
      missing: {
        source: { account: 'prod', share: 'not-there' },
        target: { account: 'dr', share: 'not-there-copy' },
      },
      finance,
    };
    const { code, stdout } = await sharepairWith(JSON.stringify(configuration), 'backup');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^missing: failed .*"not-there" does not exist/m);
    expect(stdout).toMatch(/^finance: complete /m);
    expect(stdout).toMatch(/^missing +failed +- /m);
    expect(stdout).toMatch(/^finance +complete +\d{8}T/m);
  });
});
