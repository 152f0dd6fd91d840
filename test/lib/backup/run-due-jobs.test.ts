import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DueJobsOptions, runDueJobs } from '../../../lib/backup/run-due-jobs.ts';
import type { Configuration, JobConfiguration } from '../../../lib/jobs/configuration.ts';
import { ShareBuilder } from '../../support/share-builder.ts';
import { JOB, World } from '../../support/world.ts';

const ONCE_A_YEAR = '0 0 0 1 1 *';
const YEAR_MS = 367 * 24 * 3_600_000;

let world: World;
let source: ShareBuilder;

beforeEach(async () => {
  world = await World.start();
  source = new ShareBuilder(world.source).file('a/b.txt', 'first').file('c.txt', 'second');
});

afterEach(() => world.close());

function runJobs(configuration: Configuration, options: Partial<DueJobsOptions> = {}) {
  return runDueJobs({
    configuration,
    now: new Date(),
    budgetMs: 60_000,
    observe: () => undefined,
    stop: new AbortController().signal,
    ...options,
  });
}

function scheduled(changes: Partial<JobConfiguration> = {}): Configuration {
  return withJobs({ [JOB]: { schedule: ONCE_A_YEAR, ...changes } });
}

function withJobs(jobs: Readonly<Record<string, Partial<JobConfiguration>>>): Configuration {
  const model = world.configuration.jobs[JOB];
  if (model === undefined) throw new Error('the world has lost its job');
  const entries = Object.entries(jobs).map(([name, changes]) => [name, { ...model, name, ...changes }]);
  return { ...world.configuration, jobs: Object.fromEntries(entries) };
}

describe('a job with a schedule', () => {
  it('runs when it never ran, and not again before the next occurrence', async () => {
    expect(await runJobs(scheduled())).toMatchObject([
      { kind: 'ran', job: JOB, reason: 'schedule', end: { outcome: 'complete' } },
    ]);
    expect(await runJobs(scheduled())).toEqual([{ kind: 'not-due', job: JOB }]);
    expect(await runJobs(scheduled(), { now: new Date(Date.now() + YEAR_MS) })).toMatchObject([
      { kind: 'ran', end: { outcome: 'complete' } },
    ]);
  });

  it('counts a backup that was started by hand', async () => {
    await world.backup();
    expect(await runJobs(scheduled())).toEqual([{ kind: 'not-due', job: JOB }]);
  });

  it('is tried again after a run that could not list the source', async () => {
    world.emulator.faults.add({
      match: { operation: 'ListFiles', account: 'prodacct' },
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    expect(await runJobs(scheduled())).toMatchObject([
      { kind: 'ran', end: { outcome: 'incomplete', point: null, failures: 1 } },
    ]);
    expect(await runJobs(scheduled())).toMatchObject([
      { kind: 'ran', reason: 'schedule', end: { outcome: 'complete' } },
    ]);
  });
});

describe('a job without a schedule', () => {
  it('costs one request', async () => {
    await world.backup();
    world.requests();
    expect(await runJobs(world.configuration)).toEqual([{ kind: 'not-due', job: JOB }]);
    expect(world.requests()).toEqual({ GetFileProperties: 1 });
  });

  it('is carried on once it has begun', async () => {
    const begun = await world.backup({ budgetMs: 1 });
    expect(begun.outcome).toBe('incomplete');
    expect(await runJobs(world.configuration)).toMatchObject([
      { kind: 'ran', reason: 'carry-on', end: { run: begun.run, outcome: 'complete' } },
    ]);
  });
});

describe('a job that a guard stopped', () => {
  const guarded = () => scheduled({ guards: { maxDeletes: { kind: 'count', count: 0 } } });

  beforeEach(async () => {
    new ShareBuilder(world.createTarget()).file('somebody’s file', 'precious');
    const end = await world.backup({ configuration: guarded(), adopt: true });
    expect(end).toMatchObject({ outcome: 'guard', point: null });
  });

  it('waits for the next occurrence', async () => {
    expect(await runJobs(guarded())).toEqual([{ kind: 'not-due', job: JOB }]);
    expect(await runJobs(guarded(), { now: new Date(Date.now() + YEAR_MS) })).toMatchObject([
      { kind: 'ran', end: { outcome: 'guard' } },
    ]);
  });

  it('is due at once when its record is lost', async () => {
    new ShareBuilder(world.target).remove('.sharepair/journal');
    expect(await runJobs(guarded())).toMatchObject([{ kind: 'ran', end: { outcome: 'guard' } }]);
  });
});

describe('several jobs', () => {
  it('keep no other from running when one cannot be started', async () => {
    const unreachable = { name: 'gone', endpoint: 'http://127.0.0.1:9/gone' };
    const { accounts } = world.configuration;
    const configuration = withJobs({
      lost: {
        schedule: ONCE_A_YEAR,
        source: { account: 'gone', share: 'lost' },
        target: { account: 'gone', share: 'x' },
      },
      [JOB]: { schedule: ONCE_A_YEAR },
    });
    const prod = accounts.prod;
    if (prod === undefined) throw new Error('the world has lost its account');
    const reports = await runJobs({
      ...configuration,
      accounts: { ...accounts, gone: { ...prod, ...unreachable } },
    });
    expect(reports).toMatchObject([
      { kind: 'not-started', job: 'lost', message: expect.stringContaining('gone') },
      { kind: 'ran', job: JOB, end: { outcome: 'complete' } },
    ]);
  });

  it('all get their turn when there are more than run at once', async () => {
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    const jobs = names.map((name) => [
      name,
      { schedule: ONCE_A_YEAR, target: { account: 'dr', share: `copy-of-${name}` } },
    ]);
    const reports = await runJobs(withJobs(Object.fromEntries(jobs)));
    expect(reports.map((report) => [report.job, report.kind === 'ran' && report.end.outcome])).toEqual(
      names.map((name) => [name, 'complete']),
    );
  });

  it('report a locked target without waiting for it', async () => {
    const proposedId = '11111111-2222-3333-4444-555555555555';
    world.createTarget().lease({ action: 'acquire', duration: 60, proposedId });
    expect(await runJobs(scheduled())).toMatchObject([{ kind: 'ran', end: { outcome: 'locked' } }]);
    expect(world.requests().AcquireShareLease).toBe(1);
    source.remove('c.txt');
    world.target.lease({ action: 'release', leaseId: proposedId });
    expect(await runJobs(scheduled())).toMatchObject([{ kind: 'ran', end: { outcome: 'complete' } }]);
  });
});
