import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttributes } from '../../lib/files/attributes.ts';
import type { Entry } from '../../lib/files/entry.ts';
import { baseName, foldName, parentPath } from '../../lib/files/paths.ts';
import { type EntryFilter, entryFilter } from '../../lib/mirror/entry-filter.ts';
import { filterRules } from '../../lib/mirror/filter-rules.ts';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { histories } from '../support/edit-arbitraries.ts';
import { entry } from '../support/entries.ts';
import { expectPlanOfRun } from '../support/plan-of-run.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { tryEdits } from '../support/share-edits.ts';
import { readTree, type TreeEntry } from '../support/tree.ts';
import { JOB, type JobSettings, World } from '../support/world.ts';

/** How many histories; more with SHAREPAIR_TEST_HISTORIES. */
const HISTORIES = Number(process.env.SHAREPAIR_TEST_HISTORIES ?? '8');

const globs = fc.array(
  fc.constantFrom('a', 'b/', '/a/b', 'a/**', '*/b', '**/é', '[ab]', '*%*', '.*', '漢*', 'x y/', '/b*/a'),
  { minLength: 1, maxLength: 2 },
);

const filters: fc.Arbitrary<JobSettings> = fc.record(
  {
    include: globs,
    exclude: globs,
    size: fc.constantFrom({ max: 5 }, { min: 1 }, { max: '32 MiB' }),
    attributes: fc.constantFrom({ exclude: ['Hidden'] }, { include: ['Archive'] }),
    deleteExcluded: fc.boolean(),
  },
  { requiredKeys: ['deleteExcluded'] },
);

const filteredHistories = (tampering: boolean) =>
  histories({ tampering }).chain(({ steps, childrenTouchParent }) =>
    fc.record({
      childrenTouchParent: fc.constant(childrenTouchParent),
      // Filters that change now and then, as people change them.
      steps: fc.tuple(
        ...steps.map((step) => fc.record({ step: fc.constant(step), filters: fc.option(filters) })),
      ),
    }),
  );

describe.each([false, true])('any history under filters that change (tampering: %s)', (tampering) => {
  it('mirrors what is included, keeps what is excluded, and can be planned and verified', {
    timeout: 3_600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(filteredHistories(tampering), async ({ steps, childrenTouchParent }) => {
        const world = await World.start({ concurrency: 4, childrenTouchParent });
        try {
          world.createTarget();
          let current: JobSettings = { deleteExcluded: false };
          for (const { step, filters: changed } of steps) {
            current = changed ?? current;
            tryEdits(new ShareBuilder(world.source), step.source);
            if (world.source.snapshotIds().length > 0) tryEdits(new ShareBuilder(world.target), step.target);
            if (!(await runAsDocumented(world, current))) return;
          }
          await expectVerified(world);
        } finally {
          await world.close();
        }
      }),
      { numRuns: HISTORIES },
    );
  });
});

/** False where what the filter keeps was in the way of something, so that the run is incomplete. */
async function runAsDocumented(world: World, filtersWritten: JobSettings): Promise<boolean> {
  const configuration = world.configured({ filters: filtersWritten });
  const filter = entryFilter(filterRules(configuration.jobs[JOB]?.filters, new Date().toISOString()));
  const source = readTree(world.source);
  const before = readTree(world.target);
  const dry = await world.backup({ configuration, dryRun: true, allowDeletes: true });
  if (dry.outcome === 'incomplete') {
    const end = await world.backup({ configuration, allowDeletes: true });
    expect(end.outcome).toBe('incomplete');
    expect(end.failed.map(({ code }) => code)).toEqual(end.failed.map(() => 'KeptByFilter'));
    expectKept(filter, source, before, readTree(world.target));
    return false;
  }
  await expectPlanOfRun(world, { configuration });
  const after = readTree(world.target);
  for (const [path, wanted] of source) {
    if (filter.includes(path, asEntry(path, wanted))) expect(after.get(path), path).toEqual(wanted);
  }
  expectNothingElse(filter, source, after);
  expectKept(filter, source, before, after);
  await expectIdle(world, configuration);
  return true;
}

/** What is neither included nor kept, nor above something that is kept, is gone. */
function expectNothingElse(
  filter: EntryFilter,
  source: Map<string, TreeEntry>,
  after: Map<string, TreeEntry>,
): void {
  const stays = new Set<string>();
  for (const path of after.keys()) {
    const isKept = isExcluded(filter, source, path, after) && !filter.deletesExcluded;
    if (!isKept) continue;
    for (let above = path; above !== ''; above = parentPath(above)) stays.add(above);
  }
  const isIncluded = (path: string) => {
    const wanted = source.get(path);
    return wanted !== undefined && filter.includes(path, asEntry(path, wanted));
  };
  expect([...after.keys()].filter((path) => !stays.has(path) && !isIncluded(path))).toEqual([]);
}

/** Every file that was excluded is there still, unless a directory above it was moved, and then it moved along. */
function expectKept(
  filter: EntryFilter,
  source: Map<string, TreeEntry>,
  before: Map<string, TreeEntry>,
  after: Map<string, TreeEntry>,
): void {
  if (filter.deletesExcluded) return;
  const present = new Set([...after.values()].map(likeness));
  const kept = [...before].filter(
    ([path, found]) => found.kind === 'file' && isExcluded(filter, source, path, before),
  );
  expect(kept.filter(([, found]) => !present.has(likeness(found))).map(([path]) => path)).toEqual([]);
}

/** Whether an entry of the target is left alone, or a directory above it is. */
function isExcluded(
  filter: EntryFilter,
  source: Map<string, TreeEntry>,
  path: string,
  target: Map<string, TreeEntry>,
): boolean {
  for (let above = path; above !== ''; above = parentPath(above)) {
    const found = target.get(above);
    if (found !== undefined && isExcludedItself(filter, source, above, found)) return true;
  }
  return false;
}

function isExcludedItself(
  filter: EntryFilter,
  source: Map<string, TreeEntry>,
  path: string,
  found: TreeEntry,
): boolean {
  const wanted = source.get(path);
  if (wanted !== undefined) return !filter.includes(path, asEntry(path, wanted));
  const folded = foldName(path);
  const namesakes = [...source].filter(([other]) => foldName(other) === folded);
  // The source entry decides; which of several that fold alike it is, only the service knows.
  if (namesakes.length > 0) {
    return namesakes.every(([other, namesake]) => !filter.includes(other, asEntry(other, namesake)));
  }
  return !filter.includes(path, asEntry(path, found));
}

/** What tells a file from others wherever it is. */
function likeness({ content, size, creationTime, lastWriteTime, permission }: TreeEntry): string {
  return JSON.stringify([content, size, creationTime, lastWriteTime, permission]);
}

function asEntry(path: string, { kind, size, attributes, lastWriteTime }: TreeEntry): Entry {
  return entry(baseName(path), { size, attributes: parseAttributes(attributes), lastWriteTime }, kind);
}

async function expectIdle(world: World, configuration: World['configuration']): Promise<void> {
  const log = logRequests(world.emulator);
  expect(await world.backup({ configuration })).toMatchObject({
    outcome: 'complete',
    changed: 0,
    deleted: 0,
  });
  log.stop();
  expect(log.requests.filter(writesData)).toEqual([]);
}

async function expectVerified(world: World): Promise<void> {
  const { configuration } = world;
  const stop = new AbortController().signal;
  const report = await runVerify({
    configuration,
    job: JOB,
    content: { kind: 'whole' },
    stop,
    lockWaitMs: 0,
  });
  expect(report, JSON.stringify(report.results)).toMatchObject({ outcome: 'complete' });
}
