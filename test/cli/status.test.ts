import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStatus } from '../../lib/target/read-status.ts';
import { type CommandResult, runCommand, withConfigurationFile } from '../support/command.ts';
import { forgePoint } from '../support/forge-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

function status(settings: object = {}, ...parameters: string[]): Promise<CommandResult> {
  const configuration = JSON.parse(world.configurationText);
  Object.assign(configuration.jobs[JOB], settings);
  return withConfigurationFile(JSON.stringify(configuration), (file) =>
    runCommand(['status', ...parameters, '--config', file], world.environment),
  );
}

const schedule = { schedule: '0 0 3 1 1 *', timeZone: 'Asia/Kolkata', rpo: 'PT4H' };

describe('status', () => {
  it('ends with 0 for jobs that are in order, and only reads', async () => {
    const { run } = await world.backup();
    world.source.createSnapshot({ somebody: 'else' });
    world.requests();
    const { code, stdout } = await status(schedule);
    expect(code).toBe(0);
    expect(stdout).toContain(`${JOB}: good\n`);
    expect(stdout).toMatch(new RegExp(`last complete +${run} \\(listing-verified\\), .* old, rpo PT4H`));
    expect(stdout).toMatch(new RegExp(`last verified +.* UTC: ${run} listing-verified`));
    expect(stdout).toMatch(/running +no\n/);
    expect(stdout).toMatch(/next run +\d{4}-01-01 03:00:00 \+05:30 \(\d{4}-12-31 21:30:00 UTC\)/);
    expect(stdout).toMatch(/source share +2 of 200 snapshots, budget 180: 1 of this job, 1 of others/);
    expect(Object.keys(world.requests()).filter((name) => !/^(Get|List)/.test(name))).toEqual([]);
  });

  it('prints JSON for programs', async () => {
    const { run } = await world.backup();
    const { stdout } = await status(schedule, JOB, '--json');
    const { verdict, jobs } = JSON.parse(stdout);
    expect(verdict).toBe('good');
    expect(jobs).toMatchObject([
      {
        job: JOB,
        verdict: 'good',
        reasons: [],
        lastPoint: { id: run, level: 'listing-verified' },
        rpo: { duration: 'PT4H', isMet: true },
        running: null,
        runInProgress: null,
        nextRun: { isDue: false },
        budget: { source: { ours: 1, foreign: 0, limit: 200 }, target: { ours: 1, foreign: 0, limit: 200 } },
        lastVerification: { point: run, level: 'listing-verified' },
        differing: [],
      },
    ]);
  });

  it('ends with 7 for a job without a recovery point, and for one that is late', async () => {
    world.createTarget();
    expect(await status()).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('There is no complete recovery point.'),
    });
    await world.backup();
    expect(await status({ rpo: 'PT0.001S' })).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('older than the rpo of PT0.001S'),
    });
  });

  it('ends with 6 for a recovery point that differs', async () => {
    const { run } = await world.backup();
    new ShareBuilder(world.target).write('a', 0, 'X');
    const forged = forgePoint(world, run);
    new ShareBuilder(world.target).file(`.sharepair/records/${forged}.differs.json`, '{}');
    expect(await status()).toMatchObject({ code: 6, stdout: expect.stringContaining(`${forged}`) });
  });

  it('ends with 1 for a job of which nothing can be read, and tells the others all the same', async () => {
    await world.backup();
    const configuration = JSON.parse(world.configurationText);
    const target = { account: 'dr', share: 'nowhere' };
    configuration.jobs.other = { source: { account: 'prod', share: 'nothing' }, target };
    const { code, stdout } = await withConfigurationFile(JSON.stringify(configuration), (file) =>
      runCommand(['status', '--json', '--config', file], world.environment),
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'failed',
      jobs: [
        { job: JOB, verdict: 'good' },
        { job: 'other', verdict: 'failed', reasons: [expect.stringContaining('neither share')] },
      ],
    });
  });

  it('says how the last run ended, be it by a guard, by an error, or well', async () => {
    const { run } = await world.backup();
    const lastRun = async () => (await readStatus(world.configuration, JOB, new Date())).lastRun;
    expect(await lastRun()).toMatchObject({ run, outcome: 'complete' });
    new ShareBuilder(world.source).remove('a');
    const guarded = await world.backup({ configuration: world.configured({ guards: { maxDeletes: 0 } }) });
    expect((await status()).stdout).toMatch(
      new RegExp(
        `last run +.* UTC: ${guarded.run} stopped by a guard: 1 entry would be deleted.*nothing was deleted\\n`,
      ),
    );
    expect(await lastRun()).toMatchObject({
      run: guarded.run,
      outcome: 'guard',
      message: expect.not.stringContaining('--dry-run'),
    });
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'SnapshotShare' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    const failed = await world.backup();
    expect(await lastRun()).toMatchObject({
      run: failed.run,
      outcome: 'failed',
      message: expect.stringContaining('AuthorizationFailure'),
    });
    world.emulator.faults.remove();
    await world.backup();
    expect(await lastRun()).toMatchObject({ run: failed.run, outcome: 'complete' });
  });

  it('tells who holds the lock', async () => {
    const running = new Promise<CommandResult>((resolve, reject) => {
      const forget = world.emulator.onRequest(async ({ operation, phase }) => {
        if (operation !== 'CopyFile' || phase !== 'before') return;
        forget();
        await status().then(resolve, reject);
      });
    });
    const { run } = await world.backup();
    expect((await running).stdout).toMatch(
      new RegExp(`running +run ${run} \\(process ${process.pid} on .+, since .+\\)`),
    );
    expect((await status()).stdout).toMatch(/running +no\n/);
    world.target.lease({ action: 'acquire', duration: 60 });
    expect((await status()).stdout).toMatch(/running +another run\n/);
  });
});
