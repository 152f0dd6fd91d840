import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJob } from '../../lib/jobs/open-job.ts';
import { readLastRun } from '../../lib/target/last-run.ts';
import { readSystemFolder } from '../../lib/target/system-folder.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

const MINUTE_MS = 60_000;
const RUN = {
  job: JOB,
  outcome: 'failed',
  message: 'refused',
  startedAt: '2026-11-21T05:30:00.000Z',
  endedAt: '2026-11-21T05:40:00.000Z',
};
let world: World;

beforeEach(async () => {
  world = await World.start();
  world.createTarget();
});

afterEach(() => world.close());

function lastRun() {
  return readLastRun(readSystemFolder(openJob(world.configuration, JOB).target), JOB);
}

/** Writes down how a run ended; each later than those before by the clock of the service. */
function write(name: string, run: string, endedAt: string): void {
  world.emulator.state.clock.advance(MINUTE_MS);
  new ShareBuilder(world.target).file(`.sharepair/${name}`, JSON.stringify({ ...RUN, run, endedAt }));
}

it('is the one that was written down last, whatever the clock of its machine said', async () => {
  expect(await lastRun()).toBeUndefined();
  write('failure.json', 'with a clock ahead', '2027-01-01T00:00:00.000Z');
  expect(await lastRun()).toMatchObject({ run: 'with a clock ahead' });
  write('journal/20261121T053000Z-0000.json', 'of the journal', '2026-11-21T05:40:00.000Z');
  expect(await lastRun()).toMatchObject({ run: 'of the journal' });
  write('failure.json', 'with a clock behind', '2020-01-01T00:00:00.000Z');
  expect(await lastRun()).toMatchObject({ run: 'with a clock behind' });
});

it('is told by the clocks of the machines where the service counts both to one second', async () => {
  world.emulator.state.clock.freeze();
  const folder = new ShareBuilder(world.target);
  folder.file('.sharepair/journal/20261121T053000Z-0000.json', JSON.stringify({ ...RUN, run: 'ended' }));
  for (const [run, endedAt] of [
    ['failed', '2026-11-21T05:40:00.500Z'],
    ['ended', '2026-11-21T05:39:59.500Z'],
  ]) {
    folder.file('.sharepair/failure.json', JSON.stringify({ ...RUN, run: 'failed', endedAt }));
    expect(await lastRun()).toMatchObject({ run });
  }
});

it('is none of another job, whose target the share was before', async () => {
  const another = { ...RUN, run: 'of another job', job: 'former' };
  new ShareBuilder(world.target).file('.sharepair/failure.json', JSON.stringify(another));
  expect(await lastRun()).toBeUndefined();
});
