import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigurationProblem } from '../../lib/jobs/configuration-error.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { type BuiltApp, buildFunctionsApp } from '../support/functions-app.ts';
import type { FunctionsHost } from '../support/functions-host.ts';
import { FunctionsWorld, ONCE_A_YEAR } from './functions-world.ts';

const FINANCE = { finance: { schedule: ONCE_A_YEAR } };
const FINANCE_BY_HAND = { finance: {} };

let app: BuiltApp;
let world: FunctionsWorld;

beforeAll(async () => {
  app = await buildFunctionsApp();
});

afterAll(() => app.remove());

beforeEach(async () => {
  world = await FunctionsWorld.start(app.folder);
});

afterEach(() => world.close());

type Answer = Partial<EndEvent> & {
  readonly error?: string;
  readonly problems?: readonly ConfigurationProblem[];
};

async function post(host: FunctionsHost, job: string) {
  const response = await fetch(`${host.url}/api/jobs/${job}/backup`, { method: 'POST' });
  const body = (await response.json()) as Answer;
  return { status: response.status, headers: response.headers, body };
}

describe('the built app', () => {
  it('registers one timer and one route', async () => {
    const host = await world.host({ SHAREPAIR_TICK: '0 */5 * * * *' });
    expect(host.functions).toMatchObject([
      {
        name: 'backup',
        trigger: {
          type: 'httpTrigger',
          methods: ['POST'],
          authLevel: 'function',
          route: 'jobs/{job}/backup',
        },
      },
      { name: 'tick', trigger: { type: 'timerTrigger', schedule: '%SHAREPAIR_TICK%' } },
    ]);
    expect(host.scheduleOf('tick')).toBe('0 */5 * * * *');
  });

  it('reads a configuration file that is named from its own folder', async () => {
    world.plant('finance');
    const file = join(app.folder, 'settings.jsonc');
    await writeFile(file, `// the jobs\n${world.configuration(FINANCE)}`);
    try {
      const host = await world.host({ SHAREPAIR_CONFIG: 'settings.jsonc' });
      expect(await host.fireTimer('tick')).toBeUndefined();
      expect(await world.points('finance')).toHaveLength(1);
    } finally {
      await rm(file);
    }
  });
});

describe('the tick', () => {
  it('backs up the job that is due, and not the one that is not', async () => {
    world.plant('finance');
    world.plant('archive');
    const host = await world.hostWith({ ...FINANCE, archive: {} });
    expect(await host.fireTimer('tick')).toBeUndefined();
    expect(await world.points('finance')).toMatchObject([{ level: 'listing-verified' }]);
    expect(await world.points('archive')).toEqual([]);
  });

  it('asks three things about a job that is not due, and writes nothing', async () => {
    world.plant('finance');
    const host = await world.hostWith(FINANCE);
    await host.fireTimer('tick');
    world.emulator.requests.reset();
    expect(await host.fireTimer('tick')).toBeUndefined();
    expect(world.emulator.requests.operations()).toEqual({ ListShares: 2, GetFileProperties: 1 });
    expect(await world.points('finance')).toHaveLength(1);
  });

  it('carries on the run that the last one could not finish', async () => {
    world.plant('finance');
    const hurried = await world.hostWith(FINANCE, { SHAREPAIR_BUDGET_SECONDS: '0.001' });
    expect(await hurried.fireTimer('tick')).toBeUndefined();
    expect(await world.points('finance')).toEqual([]);
    const begun = world.emulator.requests.operations();
    expect(begun).toMatchObject({ SnapshotShare: 1 });

    const host = await world.hostWith(FINANCE);
    expect(await host.fireTimer('tick')).toBeUndefined();
    const [point] = await world.points('finance');
    expect(host.logs.map(({ message }) => message)).toContain(`finance: run ${point?.run} is carried on`);
    expect(hurried.logs.map(({ message }) => message)).toContain(`finance: run ${point?.run} starts`);
  });

  it('carries on the run of a worker process that was ended in the middle of it', async () => {
    world.plant('finance');
    const ended = await world.hostWith(FINANCE);
    const forget = world.emulator.onRequest(async ({ phase, operation }) => {
      if (phase === 'before' && operation === 'CopyFile') await ended.stop();
    });
    expect(await ended.fireTimer('tick')).toMatch(/^the worker ended/);
    forget();
    const host = await world.hostWith(FINANCE);
    expect(await host.fireTimer('tick')).toBeUndefined();
    const [point] = await world.points('finance');
    expect(host.logs.map(({ message }) => message)).toContain(`finance: run ${point?.run} is carried on`);
  });

  it('carries on a run that was started by hand, whatever the schedule', async () => {
    world.plant('finance');
    const hurried = await world.hostWith(FINANCE_BY_HAND, { SHAREPAIR_BUDGET_SECONDS: '0.001' });
    expect(await post(hurried, 'finance')).toMatchObject({ status: 202 });
    const host = await world.hostWith(FINANCE_BY_HAND);
    expect(await host.fireTimer('tick')).toBeUndefined();
    expect(await world.points('finance')).toHaveLength(1);
  });

  it('fails in the end when a job failed, and runs the others all the same', async () => {
    world.plant('finance');
    const host = await world.hostWith({ broken: { schedule: ONCE_A_YEAR }, ...FINANCE });
    const failure = await host.fireTimer('tick');
    expect(failure).toMatch(/^broken: run \S+ ended failed: .*"broken" does not exist/);
    expect(failure).not.toContain('finance');
    expect(await world.points('finance')).toHaveLength(1);
  });

  it('fails when a guard stopped a job', async () => {
    world.plant('finance');
    world.createTarget('finance').file('somebody’s file', 'precious');
    const host = await world.hostWith(FINANCE);
    expect(await host.fireTimer('tick')).toMatch(/^finance: run \S+ ended guard/);
  });

  it('passes over a job whose target is locked', async () => {
    world.plant('finance');
    world.createTarget('finance');
    lock();
    const host = await world.hostWith(FINANCE);
    expect(await host.fireTimer('tick')).toBeUndefined();
    expect(host.logs).toContainEqual({
      kind: 'log',
      level: 'warning',
      message: expect.stringContaining('ended locked'),
    });
    expect(await world.points('finance')).toEqual([]);
  });
});

describe('the route', () => {
  it('backs a job up now and answers with the report of its run', async () => {
    world.plant('finance');
    const host = await world.hostWith(FINANCE_BY_HAND);
    const { status, body } = await post(host, 'finance');
    const [point] = await world.points('finance');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      event: 'end',
      outcome: 'complete',
      job: 'finance',
      point: { id: point?.id, level: 'listing-verified', targetSnapshot: point?.targetSnapshot },
      entries: 2,
    });
  });

  it('answers 202 when the run goes on later', async () => {
    world.plant('finance');
    const host = await world.hostWith(FINANCE_BY_HAND, { SHAREPAIR_BUDGET_SECONDS: '0.001' });
    const { status, headers, body } = await post(host, 'finance');
    expect({ status, outcome: body.outcome }).toEqual({ status: 202, outcome: 'incomplete' });
    expect(headers.get('Retry-After')).toBe('60');
  });

  it('answers 409 while another run holds the lock', async () => {
    world.plant('finance');
    world.createTarget('finance');
    lock();
    const host = await world.hostWith(FINANCE_BY_HAND);
    const { status, headers, body } = await post(host, 'finance');
    expect({ status, outcome: body.outcome }).toEqual({ status: 409, outcome: 'locked' });
    expect(headers.get('Retry-After')).toBe('60');
  });

  it('answers 422 when a guard stopped the run', async () => {
    world.plant('finance');
    world.createTarget('finance').file('somebody’s file', 'precious');
    const host = await world.hostWith(FINANCE_BY_HAND);
    expect(await post(host, 'finance')).toMatchObject({ status: 422, body: { outcome: 'guard' } });
  });

  it('answers 500 when the run failed', async () => {
    const host = await world.hostWith(FINANCE_BY_HAND);
    expect(await post(host, 'finance')).toMatchObject({ status: 500, body: { outcome: 'failed' } });
  });

  it('answers 404 for a job that the configuration does not have', async () => {
    const host = await world.hostWith(FINANCE_BY_HAND);
    expect(await post(host, 'finanec')).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('there is no job "finanec"') },
    });
    expect(world.emulator.requests.operations()).toEqual({});
  });

  it('takes POST only', async () => {
    const host = await world.hostWith(FINANCE_BY_HAND);
    expect((await fetch(`${host.url}/api/jobs/finance/backup`)).status).toBe(404);
  });
});

describe('a broken configuration', () => {
  const SECRET = 'not-a-key-but-secret';

  function brokenSettings() {
    const text = world.configuration({ finance: { schedule: 'now and then', retention: { last: 0 } } });
    return { SHAREPAIR_CONFIG_JSON: text, PROD_KEY: SECRET, SHAREPAIR_BUDGET_SECONDS: 'plenty' };
  }

  it('is reported by an app that loads, every mistake at once and no secret', async () => {
    const host = await world.host(brokenSettings());
    const { status, body } = await post(host, 'finance');
    expect(status).toBe(500);
    expect(body.problems?.map(({ path }) => path)).toEqual([
      'accounts.prod.credential.accountKey',
      'jobs.finance.schedule',
      'jobs.finance.retention.last',
      'SHAREPAIR_BUDGET_SECONDS',
    ]);
    expect(JSON.stringify([body, host.logs])).not.toContain(SECRET);
    expect(world.emulator.requests.operations()).toEqual({});
  });

  it('makes the tick fail with the same words', async () => {
    const host = await world.host(brokenSettings());
    const failure = await host.fireTimer('tick');
    expect(failure).toContain('jobs.finance.schedule');
    expect(failure).toContain('SHAREPAIR_BUDGET_SECONDS');
    expect(failure).not.toContain(SECRET);
    expect(world.emulator.requests.operations()).toEqual({});
  });

  it('may be none at all', async () => {
    const host = await world.host({});
    expect(await post(host, 'finance')).toMatchObject({
      status: 500,
      body: { problems: [{ path: 'SHAREPAIR_CONFIG', found: 'neither of the two' }] },
    });
  });
});

/** Holds the lock of the target share, as a run on another machine would. */
function lock(): void {
  world.target('finance').lease({ action: 'acquire', duration: 60, proposedId: randomUUID() });
}
