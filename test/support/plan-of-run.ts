import { expect } from 'vitest';
import type { BackupOptions } from '../../lib/backup/run-backup.ts';
import type { EndEvent } from '../../lib/report/events.ts';
import type { RequestCounts } from '../../lib/report/request-tally.ts';
import { logRequests, writesData } from './request-log.ts';
import type { World } from './world.ts';

/** Expects a dry run to write nothing, and to plan exactly what the run right after it does. */
export async function expectPlanOfRun(
  world: World,
  options: Partial<BackupOptions> = {},
): Promise<NonNullable<EndEvent['plan']>> {
  const ends: EndEvent[] = [];
  const run = async (dryRun: boolean) => {
    ends.push(await world.backup({ ...options, dryRun, allowDeletes: true }));
  };
  expect(await writesOf(world, () => run(true))).toEqual({});
  const written = await writesOf(world, () => run(false));
  const [dry, end] = ends;
  expect(dry, dry?.message).toMatchObject({ outcome: 'complete', changed: 0, deleted: 0, bytes: 0 });
  expect(end, end?.message).toMatchObject({ outcome: 'complete' });
  if (dry?.plan === undefined) throw new Error('a dry run has a plan');
  const { plan } = dry;
  expect(writesIn(plan.requests.mirror.target)).toEqual(written);
  expect(writesIn(plan.requests.mirror.source)).toEqual({});
  const { 'delete-file': files, 'delete-directory': directories, ...changes } = plan.counts;
  expect({
    changed: Object.values(changes).reduce((sum, count) => sum + count, 0),
    deleted: files + directories,
    bytes: plan.bytes,
    bytesThroughClient: plan.bytesThroughClient,
  }).toEqual({
    changed: end?.changed,
    deleted: end?.deleted,
    bytes: end?.bytes,
    bytesThroughClient: end?.bytesThroughClient,
  });
  return plan;
}

/** The requests that write to the target's data while `work` lasts, by operation. */
export async function writesOf(world: World, work: () => Promise<unknown>): Promise<Record<string, number>> {
  const log = logRequests(world.emulator);
  await work();
  log.stop();
  const counts: Record<string, number> = {};
  for (const request of log.requests) {
    if (writesData(request)) counts[request.operation] = (counts[request.operation] ?? 0) + 1;
  }
  return counts;
}

export function writesIn(requests: RequestCounts): Record<string, number> {
  return Object.fromEntries(
    Object.entries(requests).filter(([operation]) =>
      /^(Create|Set|Delete|Rename|Put|Clear|Copy|Abort)/.test(operation),
    ),
  );
}
