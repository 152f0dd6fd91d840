import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextOccurrence } from '../../lib/jobs/schedule.ts';
import { forecastJobBudget } from '../../lib/target/forecast-budget.ts';
import { Bystanders } from '../support/simulation/bystanders.ts';
import type { Scenario } from '../support/simulation/scenario.ts';
import { FIRST_JOB, SECOND_JOB, VirtualWorld } from '../support/simulation/virtual-world.ts';

const SCENARIO: Scenario = {
  from: '2026-11-21T12:00:00Z',
  timeZone: 'Europe/Berlin',
  schedule: '0 0 3 * * 1',
  policy: { last: 3, weekly: 5, monthly: 8 },
  budget: 60,
  secondJobEvery: undefined,
  clockAheadMinutes: 0,
  steps: [],
};
const WEEK_MS = 7 * 86_400_000;
/** As Azure Backup keeps it, of one backup a week. */
const WEEKS_OF_BACKUP = 9;

let world: VirtualWorld;

beforeEach(async () => {
  world = await VirtualWorld.start(SCENARIO);
});

afterEach(() => world.close());

describe('what `budget` says of the year to come', () => {
  it('is what a year of runs of two jobs, and of Azure Backup, comes to', { timeout: 600_000 }, async () => {
    const bystanders = new Bystanders(world);
    const backUp = async () => {
      for (const job of [FIRST_JOB, SECOND_JOB] as const) {
        const end = await world.backUp(job, { kind: 'well' }, { adopt: false });
        expect(end, end.message).toMatchObject({ outcome: 'complete' });
      }
    };
    await backUp();
    bystanders.makeSnapshot('source');
    bystanders.backUp();
    const forecast = await forecastJobBudget({
      configuration: world.configuration,
      job: FIRST_JOB,
      azureBackup: { weekly: WEEKS_OF_BACKUP },
      now: world.now,
    });
    const most = { source: 0, target: 0 };
    world.emulator.onRequest(({ phase }) => {
      if (phase === 'before') return;
      most.source = Math.max(most.source, world.source.snapshots.length);
      most.target = Math.max(most.target, world.target(FIRST_JOB)?.snapshots.length ?? 0);
    });
    const until = world.now.getTime() + 365 * 86_400_000;
    let nextBackup = world.now.getTime() + WEEK_MS;
    let ofBackup = 1;
    for (;;) {
      const nextRun = nextOccurrence(SCENARIO.schedule, SCENARIO.timeZone, world.now).getTime();
      const next = Math.min(nextBackup, nextRun);
      if (next > until) break;
      world.moveTo(new Date(next));
      if (next === nextRun) {
        await backUp();
        continue;
      }
      bystanders.backUp();
      ofBackup += 1;
      if (ofBackup > WEEKS_OF_BACKUP) bystanders.expireBackup();
      nextBackup += WEEK_MS;
    }
    expect(forecast.outcome).toBe('complete');
    expect(forecast.shares.map((share) => share.most)).toEqual([most.source, most.target]);
  });
});
