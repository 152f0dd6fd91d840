import { afterEach, describe, expect, it } from 'vitest';
import { ARCHIVE, HIDDEN, parseTicks, TEMPORARY } from '../../emulator/state/index.ts';
import { runVerify } from '../../lib/verify/run-verify.ts';
import { expectPlanOfRun } from '../support/plan-of-run.ts';
import { logRequests, writesData } from '../support/request-log.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readTree, type TreeEntry } from '../support/tree.ts';
import { JOB, type JobSettings, World } from '../support/world.ts';

const GIB = 1024 * 1024 * 1024;
const OLD = parseTicks('2019-03-04T05:06:07.8901234Z') ?? 0n;

let world: World;

afterEach(() => world.close());

/** A file with a slash after its path is a directory. */
function fill(share: ShareBuilder, paths: readonly string[], content: string): void {
  for (const path of paths) {
    if (path.endsWith('/')) share.directory(path.slice(0, -1));
    else share.file(path, `${content} ${path}`);
  }
}

const files = (tree: Map<string, TreeEntry>) =>
  [...tree].filter(([, { kind }]) => kind === 'file').map(([path]) => path);

/** What of a source a first backup with these filters copies. */
async function copied(
  filters: JobSettings,
  fillSource: (source: ShareBuilder) => unknown,
): Promise<string[]> {
  world = await World.start({ written: { filters } });
  fillSource(new ShareBuilder(world.source));
  expect(await world.backup()).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
  return files(readTree(world.target)).sort();
}

describe('a glob', () => {
  const everything = [
    'cache',
    'docs/old/a',
    'docs/new',
    'docs/x.TMP',
    'a/cache/b',
    'a/docs/old/c',
    'users/eve/cache/d',
    'users/eve/mail/cache/e',
    'x.tmp',
    'temp.tmp/f',
    '[draft] g',
    'h.jpg',
    'i.png',
    'j (1).gif',
  ];

  it.each<[glob: string, excluded: readonly string[]]>([
    ['*.tmp', ['docs/x.TMP', 'x.tmp', 'temp.tmp/f']],
    ['cache/', ['a/cache/b', 'users/eve/cache/d', 'users/eve/mail/cache/e']],
    ['/cache', ['cache']],
    ['docs/old', ['docs/old/a']],
    ['docs/*', ['docs/old/a', 'docs/new', 'docs/x.TMP']],
    ['docs/**', ['docs/old/a', 'docs/new', 'docs/x.TMP']],
    ['**/docs/old', ['docs/old/a', 'a/docs/old/c']],
    ['users/*/cache/', ['users/eve/cache/d']],
    ['\\[draft\\]*', ['[draft] g']],
    ['*.{jpg,png}', ['h.jpg', 'i.png']],
    ['[!hi].*', ['x.tmp', 'docs/x.TMP']],
    ['?.jpg', ['h.jpg']],
    ['*(1)*', ['j (1).gif']],
  ])('%s excludes what it names', async (glob, excluded) => {
    const kept = await copied({ exclude: [glob] }, (source) => fill(source, everything, 'x'));
    expect(kept).toEqual(everything.filter((path) => !excluded.includes(path)).sort());
  });

  it.each<[glob: string, included: readonly string[]]>([
    ['*.tmp', ['docs/x.TMP', 'x.tmp', 'temp.tmp/f']],
    ['/docs', ['docs/old/a', 'docs/new', 'docs/x.TMP']],
    ['docs/*', ['docs/old/a', 'docs/new', 'docs/x.TMP']],
    ['users/*/cache/', ['users/eve/cache/d']],
  ])('%s includes what it names and everything below', async (glob, included) => {
    expect(await copied({ include: [glob] }, (source) => fill(source, everything, 'x'))).toEqual(
      [...included].sort(),
    );
  });

  it('that excludes wins over one that includes', async () => {
    const filters = { include: ['docs/'], exclude: ['*.tmp', 'old'] };
    expect(await copied(filters, (source) => fill(source, everything, 'x'))).toEqual(['docs/new']);
  });

  it('saves the requests of what it excludes', async () => {
    world = await World.start({ written: { filters: { exclude: ['/docs', 'cache/'] } } });
    fill(new ShareBuilder(world.source), everything, 'x');
    const log = logRequests(world.emulator);
    await world.backup();
    log.stop();
    const listed = log.requests.filter(({ operation }) => operation === 'ListFiles').map(({ path }) => path);
    expect(listed).toContain('a');
    expect(listed.filter((path) => path.startsWith('docs') || path.includes('cache'))).toEqual([]);
  });
});

describe('a rule on files', () => {
  it.each<[filters: JobSettings, included: readonly string[]]>([
    [{ attributes: { include: ['Hidden', 'Temporary'] } }, ['d/hidden', 'd/temporary']],
    [{ attributes: { exclude: ['Temporary'] } }, ['d/hidden', 'd/plain']],
    [{ attributes: { include: ['Archive'], exclude: ['Hidden'] } }, ['d/plain', 'd/temporary']],
  ])('judges by attributes: %j', async (filters, included) => {
    const kept = await copied(filters, (source) =>
      source
        .file('d/plain', 'x', { attributes: ARCHIVE })
        .file('d/hidden', 'x', { attributes: ARCHIVE | HIDDEN })
        .file('d/temporary', 'x', { attributes: ARCHIVE | TEMPORARY }),
    );
    expect(kept).toEqual(included);
  });

  it.each<[filters: JobSettings, included: readonly string[]]>([
    [{ size: { min: 5 } }, ['d/five', 'd/six']],
    [{ size: { max: 5 } }, ['d/empty', 'd/five']],
    [{ size: { min: 5, max: '5 B' } }, ['d/five']],
    [{ size: { min: '1 KiB' } }, []],
  ])('judges by size, both ends included: %j', async (filters, included) => {
    const kept = await copied(filters, (source) =>
      source.file('d/empty', '').file('d/five', '12345').file('d/six', '123456'),
    );
    expect(kept).toEqual(included);
  });

  it.each<[filters: JobSettings, included: readonly string[]]>([
    [{ age: { olderThan: 'P1Y' } }, ['d/old']],
    [{ age: { newerThan: 'P1Y' } }, ['d/new']],
    [{ age: { olderThan: '2019-03-04T05:06:07.8901234Z' } }, []],
    [{ age: { olderThan: '2019-03-04T05:06:07.8901235Z' } }, ['d/old']],
    [{ age: { newerThan: '2019-03-04T05:06:07.8901234Z' } }, ['d/new', 'd/old']],
  ])('judges by age: %j', async (filters, included) => {
    const kept = await copied(filters, (source) =>
      source.file('d/old', 'x').times('d/old', { lastWriteTime: OLD }).file('d/new', 'x'),
    );
    expect(kept).toEqual(included);
  });
});

interface Example {
  readonly filters: JobSettings;
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** Where each entry of the target comes from afterwards: just copied, or as it was there before. */
  readonly after: Readonly<Record<string, 'source' | 'target'>>;
  readonly whenDeleting: Readonly<Record<string, 'source' | 'target'>>;
}

const byName = { exclude: ['*.tmp'] };

const examples: readonly (readonly [string, Example])[] = [
  [
    'an excluded file that is missing',
    {
      filters: byName,
      source: ['a.txt', 'b.tmp'],
      target: [],
      after: { 'a.txt': 'source' },
      whenDeleting: { 'a.txt': 'source' },
    },
  ],
  [
    'an excluded file that an earlier run has copied',
    {
      filters: byName,
      source: ['a.txt', 'b.tmp'],
      target: ['a.txt', 'b.tmp'],
      after: { 'a.txt': 'source', 'b.tmp': 'target' },
      whenDeleting: { 'a.txt': 'source' },
    },
  ],
  [
    'what the source lacks',
    {
      filters: byName,
      source: ['a.txt'],
      target: ['a.txt', 'old.txt', 'c.tmp'],
      after: { 'a.txt': 'source', 'c.tmp': 'target' },
      whenDeleting: { 'a.txt': 'source' },
    },
  ],
  [
    'a directory that something stays in',
    {
      filters: byName,
      source: [],
      target: ['d/a.txt', 'd/c.tmp', 'd/deep/e.txt', 'd/deeper/f.tmp', 'd/deeper/g'],
      after: { 'd/': 'target', 'd/c.tmp': 'target', 'd/deeper/': 'target', 'd/deeper/f.tmp': 'target' },
      whenDeleting: {},
    },
  ],
  [
    'some files wherever they are',
    {
      filters: { include: ['*.docx'] },
      source: ['d/a.docx', 'd/b.xlsx', 'e/c.xlsx'],
      target: ['d/b.xlsx'],
      after: { 'd/': 'source', 'd/a.docx': 'source', 'd/b.xlsx': 'target', 'e/': 'source' },
      whenDeleting: { 'd/': 'source', 'd/a.docx': 'source', 'e/': 'source' },
    },
  ],
  [
    'a place',
    {
      filters: { include: ['/projects/*/docs'] },
      source: ['projects/x/docs/a', 'projects/x/src/b', 'people/c'],
      target: ['people/c'],
      after: {
        'projects/': 'source',
        'projects/x/': 'source',
        'projects/x/docs/': 'source',
        'projects/x/docs/a': 'source',
        'people/': 'target',
        'people/c': 'target',
      },
      whenDeleting: {
        'projects/': 'source',
        'projects/x/': 'source',
        'projects/x/docs/': 'source',
        'projects/x/docs/a': 'source',
      },
    },
  ],
  [
    'an excluded file where the target has a directory',
    {
      filters: { exclude: ['x'] },
      source: ['x'],
      target: ['x/inside'],
      after: { 'x/': 'target', 'x/inside': 'target' },
      whenDeleting: {},
    },
  ],
  [
    'a file turned directory, and the reverse, with nothing excluded in them',
    {
      filters: byName,
      source: ['a/new', 'b'],
      target: ['a', 'b/old'],
      after: { 'a/': 'source', 'a/new': 'source', b: 'source' },
      whenDeleting: { 'a/': 'source', 'a/new': 'source', b: 'source' },
    },
  ],
];

describe.each([false, true])('with deleteExcluded %s', (deleteExcluded) => {
  it.each(examples)('a mirror treats %s as documented', async (_, example) => {
    world = await World.start({ written: { filters: { ...example.filters, deleteExcluded } } });
    world.createTarget();
    fill(new ShareBuilder(world.source), example.source, 'source');
    fill(new ShareBuilder(world.target), example.target, 'target');
    const before = readTree(world.target);
    // What was deleted or replaced, and only that, is planned; and what was planned is done.
    await expectPlanOfRun(world, { adopt: true });
    expectTarget(before, deleteExcluded ? example.whenDeleting : example.after);
    await expectVerified();
    await expectNoFurtherWrites();
  });
});

function expectTarget(before: Map<string, TreeEntry>, after: Example['after']): void {
  const now = readTree(world.target);
  const source = readTree(world.source);
  const named = (path: string, { kind }: TreeEntry) => (kind === 'directory' ? `${path}/` : path);
  const present = [...now].filter(([path]) => path !== '').map(([path, entry]) => named(path, entry));
  expect(present.sort()).toEqual(Object.keys(after).sort());
  expect(now.get('')).toEqual(source.get(''));
  for (const [name, from] of Object.entries(after)) {
    const path = name.replace(/\/$/, '');
    // Times of a directory that stays move with what is deleted from it.
    if (from === 'source') expect(now.get(path), path).toEqual(source.get(path));
    else if (!name.endsWith('/')) expect(now.get(path), path).toEqual(before.get(path));
  }
}

async function expectVerified(): Promise<void> {
  const stop = new AbortController().signal;
  // Whatever the job says today.
  const configuration = world.configured({ filters: { exclude: ['never there'] } });
  const report = await runVerify({
    configuration,
    job: JOB,
    content: { kind: 'whole' },
    stop,
    lockWaitMs: 0,
  });
  expect(report).toMatchObject({ outcome: 'complete', results: [{ level: 'content-verified' }] });
}

async function expectNoFurtherWrites(): Promise<void> {
  const log = logRequests(world.emulator);
  expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: 0, deleted: 0 });
  log.stop();
  expect(log.requests.filter(writesData)).toEqual([]);
}

describe('a filter by size', () => {
  const filters = { size: { max: '10 GiB' } };

  it.each<[string, (source: ShareBuilder) => unknown, (target: ShareBuilder) => unknown, number | undefined]>(
    [
      [
        'copies a file that fits',
        (source) => source.file('disk', 'x', { size: 8 * GIB }),
        () => undefined,
        8,
      ],
      [
        'keeps the version of an earlier run of a file that has outgrown it',
        (source) => source.file('disk', 'x', { size: 12 * GIB }),
        (target) => target.file('disk', 'x', { size: 8 * GIB }),
        8,
      ],
      [
        'deletes a file that the source lacks and that fits',
        () => undefined,
        (target) => target.file('disk', 'x', { size: 8 * GIB }),
        undefined,
      ],
      [
        'keeps a file that the source lacks and that does not fit',
        () => undefined,
        (target) => target.file('disk', 'x', { size: 12 * GIB }),
        12,
      ],
    ],
  )('%s', async (_, fillSource, fillTarget, gibAfter) => {
    world = await World.start({ written: { filters } });
    world.createTarget();
    fillSource(new ShareBuilder(world.source));
    fillTarget(new ShareBuilder(world.target));
    expect(await world.backup({ adopt: true })).toMatchObject({ outcome: 'complete' });
    const size = readTree(world.target, undefined, { withoutContent: true }).get('disk')?.size;
    expect(size).toBe(gibAfter === undefined ? undefined : gibAfter * GIB);
  });
});

describe('a filter by age', () => {
  it('leaves files that were just written to a later run, and keeps what the target has of them', async () => {
    world = await World.start({ written: { filters: { age: { olderThan: 'PT1H' } } } });
    const source = new ShareBuilder(world.source)
      .file('rested', 'x')
      .times('rested', { lastWriteTime: OLD })
      .file('fresh', 'x');
    await world.backup();
    expect(files(readTree(world.target))).toEqual(['rested']);
    source.file('rested', 'written again');
    await world.backup();
    expect(readTree(world.target).get('rested')?.size).toBe(1);
    source.times('rested', { lastWriteTime: OLD + 1n }).times('fresh', { lastWriteTime: OLD });
    expect(await world.backup()).toMatchObject({ outcome: 'complete', changed: expect.any(Number) });
    expect(readTree(world.target).get('rested')?.size).toBe('written again'.length);
    expect(files(readTree(world.target)).sort()).toEqual(['fresh', 'rested']);
  });

  it.each([false, true])(
    'lets files go that have become too old (deleteExcluded: %s)',
    async (deleteExcluded) => {
      world = await World.start();
      const source = new ShareBuilder(world.source)
        .file('a', 'x')
        .file('b', 'x')
        .times('b', { lastWriteTime: OLD });
      await world.backup();
      source.remove('b');
      const configuration = world.configured({ filters: { age: { newerThan: 'P2Y' }, deleteExcluded } });
      expect(await world.backup({ configuration })).toMatchObject({ outcome: 'complete' });
      expect(files(readTree(world.target)).sort()).toEqual(deleteExcluded ? ['a'] : ['a', 'b']);
    },
  );
});

describe('a directory that the filter keeps', () => {
  const filters = { exclude: ['*.tmp'] };
  const fillShares = () => {
    world.createTarget();
    new ShareBuilder(world.source).file('d', 'a file now').file('e/x', 'x');
    new ShareBuilder(world.target).file('d/a.txt', 'x').file('d/c.tmp', 'x');
  };

  it('keeps a file out of its place, which is a failure of that file', async () => {
    world = await World.start({ written: { filters } });
    fillShares();
    const dry = await world.backup({ adopt: true, dryRun: true });
    expect(dry).toMatchObject({ outcome: 'incomplete', failures: 1, plan: { counts: { 'delete-file': 1 } } });
    const end = await world.backup({ adopt: true });
    expect(end).toMatchObject({ outcome: 'incomplete', point: null, failures: 1 });
    expect(end.failed).toMatchObject([{ path: 'd', code: 'KeptByFilter' }]);
    expect(files(readTree(world.target)).sort()).toEqual(['d/c.tmp', 'e/x']);
    // Nothing is left to delete, and still it is in the way.
    expect(await world.backup()).toMatchObject({ outcome: 'incomplete', failures: 1, deleted: 0 });
  });

  it('may be a file that keeps a directory out, of which nobody knows what it would have held', async () => {
    world = await World.start({
      written: { filters: { include: ['/projects/*/docs'] }, tolerate: { entries: 5 } },
    });
    world.createTarget();
    new ShareBuilder(world.source).file('projects/x/docs/a', 'x');
    new ShareBuilder(world.target).file('projects', 'a file that no filter includes');
    const end = await world.backup({ adopt: true });
    expect(end).toMatchObject({ outcome: 'incomplete', point: null });
    expect(end.failed).toMatchObject([{ path: 'projects', code: 'KeptByFilter' }]);
  });

  it('makes way when the target is to lose what is excluded', async () => {
    world = await World.start({ written: { filters: { ...filters, deleteExcluded: true } } });
    fillShares();
    expect(await world.backup({ adopt: true })).toMatchObject({ outcome: 'complete', failures: 0 });
    expect(files(readTree(world.target)).sort()).toEqual(['d', 'e/x']);
  });

  it('is a failure that a job may tolerate, by its code', async () => {
    world = await World.start({
      written: { filters, tolerate: { entries: 1, codes: ['KeptByFilter'] } },
    });
    fillShares();
    expect(await world.backup({ adopt: true })).toMatchObject({
      outcome: 'complete',
      point: { level: 'listing-verified' },
      tolerated: [{ path: 'd' }],
    });
  });

  it('is not counted by the guard on deletions', async () => {
    world = await World.start({ written: { filters, guards: { maxDeletes: 1 } } });
    new ShareBuilder(world.source).file('a', 'x').file('d/one', 'x').file('d/keep.tmp', 'x');
    await world.backup({ configuration: world.configured({ filters: { exclude: ['nothing'] } }) });
    new ShareBuilder(world.source).remove('d');
    // One file goes; the directory and the other file stay.
    expect(await world.backup()).toMatchObject({ outcome: 'complete', deleted: 1 });
    expect(files(readTree(world.target)).sort()).toEqual(['a', 'd/keep.tmp']);
  });

  it('counts, when excluded entries are deleted, too', async () => {
    world = await World.start({
      written: { filters: { ...filters, deleteExcluded: true }, guards: { maxDeletes: 2 } },
    });
    new ShareBuilder(world.source).file('a', 'x').file('d/one', 'x').file('d/two.tmp', 'x');
    await world.backup({ configuration: world.configured({ filters: { exclude: ['nothing'] } }) });
    new ShareBuilder(world.source).remove('d');
    expect(await world.backup()).toMatchObject({ outcome: 'guard', deleted: 0 });
  });
});
