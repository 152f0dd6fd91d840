import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getFile, setFileProperties } from '../../emulator/state/index.ts';
import { openJob } from '../../lib/jobs/open-job.ts';
import { readStatus } from '../../lib/target/read-status.ts';
import { readTerms } from '../../lib/target/run-terms.ts';
import type { VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { forgePoint } from '../support/forge-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readSystemJson } from '../support/system-files.ts';
import { JOB, World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
  new ShareBuilder(world.source).file('folder/a', 'a').file('b', 'b');
});

afterEach(() => world.close());

const verify = (options: Partial<VerifyRunOptions> = {}) =>
  world.verify({ content: { kind: 'none' }, ...options });

async function levels() {
  return (await world.points()).points.map(({ level }) => level);
}

/** Deletes the target snapshot of a recovery point and makes another of the share as it is now, tagged alike. */
function replaceTargetSnapshot(run: string): void {
  const { target } = world;
  const id = target
    .snapshotIds()
    .find((snapshot) => target.properties({ snapshot }).metadata.sharepair_run === run);
  if (id === undefined) throw new Error(`run ${run} has no target snapshot`);
  const { metadata } = target.properties({ snapshot: id });
  target.deleteSnapshot(id);
  // The clock of the service goes by whole seconds where it tells when a file was written.
  world.emulator.state.clock.advance(10_000);
  target.createSnapshot(metadata);
}

describe('a target snapshot that was deleted and made anew, with its genuine manifest', () => {
  it('is no longer what was proven', async () => {
    const { run } = await world.backup();
    expect(await levels()).toEqual(['listing-verified']);
    new ShareBuilder(world.target).file('folder/a', 'X');
    replaceTargetSnapshot(run);
    expect(await levels()).toEqual(['copied']);
  });

  it('shows in the chain, signed as its manifest may be', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const signing = { configuration: world.configured({ manifest: { signingKey } }) };
    const { run } = await world.backup(signing);
    await world.backup(signing);
    replaceTargetSnapshot(run);
    expect(await verify({ ...signing, chainOnly: true })).toMatchObject({
      outcome: 'differs',
      chain: { problems: [{ point: run, kind: 'replaced' }] },
    });
  });

  it('shows in the chain by its record, too, when it is the newest one', async () => {
    const { run } = await world.backup();
    replaceTargetSnapshot(run);
    expect((await verify({ chainOnly: true })).chain.problems).toMatchObject([
      { point: run, kind: 'replaced' },
    ]);
  });

  it('has none of the samples that were read of the other one', async () => {
    const sample = { content: { kind: 'sample', percent: 50 } } as const;
    const { run } = await world.backup();
    await verify(sample);
    replaceTargetSnapshot(run);
    expect((await verify(sample)).results[0]?.sample?.proven).toHaveLength(1);
  });
});

describe('signatures', () => {
  function signed() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { publicKey, configuration: world.configured({ manifest: { signingKey } }) };
  }

  it('may not all be missing where there is a key to check them with', async () => {
    const { publicKey, configuration } = signed();
    await world.backup();
    expect(await verify({ chainOnly: true })).toMatchObject({ outcome: 'complete' });
    for (const options of [{ configuration }, { publicKeys: [publicKey] }]) {
      expect(await verify({ ...options, chainOnly: true })).toMatchObject({
        outcome: 'differs',
        chain: { signed: 0, problems: [{ kind: 'unsigned' }] },
      });
    }
  });
});

describe('a manifest', () => {
  it.each([
    ['job', { job: 'sales' }],
    ['target', { target: { account: 'dracct', share: 'sales-copy' } }],
  ])('of another %s is not that of the recovery point', async (_, change) => {
    const { run } = await world.backup();
    const forged = forgePoint(world, run, { alter: (manifest) => ({ ...manifest, ...change }) });
    expect((await verify({ chainOnly: true })).chain.problems).toMatchObject([
      { point: forged, kind: 'wrong-manifest' },
    ]);
  });

  it.each([
    ['of another run', { run: '20200101T000000Z-0000' }],
    ['of another source snapshot', { source: { account: 'prodacct', share: 'finance', snapshot: 'x' } }],
    ['of a newer format', { format: 2 }],
  ])('%s tells nothing of what a run had left out', async (_, change) => {
    const { run } = await world.backup();
    const id = forgePoint(world, run, { alter: (manifest) => ({ ...manifest, ...change }) });
    const point = (await world.points()).points.find((candidate) => candidate.id === id);
    if (point === undefined) throw new Error('the point was not made');
    expect(await readTerms(openJob(world.configuration, JOB).target, point)).toBeUndefined();
  });

  it('whose chain cannot be understood does not count as vouching for nothing', async () => {
    const { run } = await world.backup();
    const forged = forgePoint(world, run, { alter: (manifest) => ({ ...manifest, chain: { points: 7 } }) });
    expect((await verify({ chainOnly: true })).chain.problems).toMatchObject([
      { point: forged, kind: 'no-manifest' },
    ]);
  });
});

it('takes no stray file among the records for a recovery point that is lost', async () => {
  await world.backup();
  new ShareBuilder(world.target)
    .file('.sharepair/records/desktop.ini', 'x')
    .file('.sharepair/records/Thumbs', 'x');
  expect(await verify({ chainOnly: true })).toMatchObject({ outcome: 'complete', chain: { problems: [] } });
});

it('tells the results of all recovery points when the snapshots of one vanish meanwhile', async () => {
  const { run } = await world.backup();
  await world.backup();
  const [first = ''] = world.target.snapshotIds();
  const forget = world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation !== 'GetDirectoryProperties' || account !== 'dracct' || phase !== 'before') return;
    forget();
    world.target.lease({ action: 'break', breakPeriod: 0 }, first);
    world.target.deleteSnapshot(first);
  });
  const report = await verify();
  expect(report.results).toMatchObject([
    { point: run, finished: false, level: 'listing-verified' },
    { finished: true, level: 'listing-verified' },
  ]);
  expect(report.outcome).not.toBe('complete');
});

it('does not call a job late whose source could not be read', async () => {
  await world.backup();
  world.emulator.faults.add({
    match: { account: 'prodacct' },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
  });
  expect(await readStatus(world.configuration, JOB, new Date())).toMatchObject({
    verdict: 'failed',
    reasons: [expect.stringContaining('AuthorizationFailure')],
  });
});

it('does not say of a run that has ended that it holds the lock', async () => {
  const { run } = await world.backup();
  world.target.lease({ action: 'acquire', duration: 60 });
  const { running } = await readStatus(world.configuration, JOB, new Date());
  expect(running?.holder).toBeDefined();
  expect(running?.holder).not.toContain(run);
  const end = await world.backup();
  expect(end.outcome).toBe('locked');
  expect(end.message).not.toContain(run);
});

it('waits for the lock of a holder that died before it told its name, though the last one still runs', async () => {
  await world.backup();
  world.target.lease({ action: 'acquire', duration: 60 });
  const waiting = world.backup({ lockWaitMs: 60_000 });
  world.emulator.state.clock.advance(61_000);
  expect(await waiting).toMatchObject({ outcome: 'complete' });
});

it('keeps what was proven of a recovery point with a digest that was lost, and makes that anew once', async () => {
  const { run } = await world.backup();
  await verify({ content: { kind: 'whole' } });
  const name = `records/${run}.content-verified.json`;
  const { digest: _, ...record } = readSystemJson(world.target, name);
  const folder = new ShareBuilder(world.target);
  folder.remove('.sharepair/digests').file(`.sharepair/${name}`, JSON.stringify(record));
  for (let time = 0; time < 2; time += 1) await verify();
  expect(folder.names('.sharepair/digests')).toHaveLength(1);
  expect(readSystemJson(world.target, name).digest).toBeDefined();
});

it('marks a recovery point whose bytes differ though somebody has changed its record', async () => {
  const forget = world.emulator.onRequest(({ operation, account, phase }) => {
    if (operation !== 'SnapshotShare' || account !== 'dracct' || phase !== 'before') return;
    forget();
    const { creationTime, lastWriteTime, changeTime, attributes } = getFile(world.target.view(), ['b']).entry;
    new ShareBuilder(world.target).write('b', 0, 'X');
    setFileProperties(world.target, ['b'], { creationTime, lastWriteTime, changeTime, attributes });
  });
  const { run } = await world.backup();
  const name = `records/${run}.listing-verified.json`;
  const record = readSystemJson(world.target, name);
  const changed = { ...record, digest: { ...record.digest, sha256: '0'.repeat(64) } };
  new ShareBuilder(world.target).file(`.sharepair/${name}`, JSON.stringify(changed));
  expect(await verify({ content: { kind: 'whole' } })).toMatchObject({ results: [{ different: ['b'] }] });
  expect(await levels()).toEqual(['differs']);
});

it('accounts for every file that counts, where some are tolerated and some are left out', async () => {
  await world.close();
  world = await World.start({
    written: { tolerate: { entries: 3 }, filters: { exclude: ['*.tmp', '/scratch/'] } },
  });
  new ShareBuilder(world.source)
    .file('a', 'a')
    .file('bad', 'bad')
    .file('folder/b', 'b')
    .file('folder/x.tmp', 'x')
    .file('scratch/c', 'c');
  world.emulator.faults.add({
    match: { account: 'dracct', path: '^bad$' },
    times: 1000,
    action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
  });
  expect(await world.backup()).toMatchObject({ outcome: 'complete', failures: 1 });
  world.emulator.faults.remove();
  expect(await verify({ content: { kind: 'whole' } })).toMatchObject({
    outcome: 'complete',
    results: [{ level: 'content-verified', filesRead: 2, tolerated: ['bad'] }],
  });
});
