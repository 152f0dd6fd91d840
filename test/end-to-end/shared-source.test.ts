import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBackup } from '../../lib/backup/run-backup.ts';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import { listPoints } from '../../lib/target/list-points.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('a', 'a');
});

afterEach(() => world.close());

/** The same job with another target: of another configuration file, or of this one after it was edited. */
function withTarget(share: string): Configuration {
  const job = world.configuration.jobs[JOB];
  if (job === undefined) throw new Error('no job');
  return { ...world.configuration, jobs: { [JOB]: { ...job, target: { account: 'dr', share } } } };
}

function backup(configuration: Configuration): Promise<EndEvent> {
  return runBackup({
    configuration,
    job: JOB,
    observe: () => undefined,
    stop: new AbortController().signal,
    lockWaitMs: 0,
  });
}

describe('a job of the same name whose target is another share', () => {
  it('leaves the recovery points alone that the first one keeps', async () => {
    const first = await world.backup();
    expect(await backup(withTarget('elsewhere'))).toMatchObject({ outcome: 'complete' });
    expect((await world.points()).points.map(({ id }) => id)).toEqual([first.run]);
  });

  it('deletes no source snapshot before it has a recovery point of its own', async () => {
    const first = await world.backup();
    world.emulator.faults.add({
      match: { operation: 'CopyFile' },
      times: 100,
      action: { kind: 'status', status: 403, code: 'CannotVerifyCopySource' },
    });
    expect(await backup(withTarget('elsewhere'))).toMatchObject({ outcome: 'incomplete' });
    expect(world.source.snapshotIds()).toContain(first.point?.sourceSnapshot);
  });
});

describe('a source snapshot of another job that bears the same run id', () => {
  it('is not taken for this run’s own', async () => {
    // Ids are drawn from 65 per millisecond, and due jobs start in the same one.
    const end = await world.backup({
      observe: (event) => {
        if (event.event !== 'start') return;
        world.source.createSnapshot({
          sharepair_job: 'another',
          sharepair_run: event.run,
          sharepair_role: 'source',
          sharepair_version: '0',
        });
      },
    });
    expect(end.outcome).toBe('complete');
    const { points } = await listPoints(world.configuration, JOB);
    expect(points.map(({ id }) => id)).toEqual([end.run]);
  });
});
