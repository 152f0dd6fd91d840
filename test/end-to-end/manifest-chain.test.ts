import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { runPrune } from '../../lib/backup/run-prune.ts';
import { runVerify, type VerifyRunOptions } from '../../lib/verify/run-verify.ts';
import { forgePoint } from '../support/forge-point.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { readSystemFile, readSystemJson } from '../support/system-files.ts';
import { JOB, World, type WorldOptions } from '../support/world.ts';

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start(options);
  new ShareBuilder(world.source).file('folder/a', 'a').file('b', 'b');
}

afterEach(() => world.close());

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey };
}

async function runs(count: number): Promise<string[]> {
  const made: string[] = [];
  for (let index = 0; index < count; index += 1) made.push((await world.backup()).run);
  return made;
}

function verifyChain(options: Partial<VerifyRunOptions> = {}) {
  return runVerify({
    configuration: world.configuration,
    job: JOB,
    content: { kind: 'none' },
    chainOnly: true,
    stop: new AbortController().signal,
    lockWaitMs: 0,
    ...options,
  });
}

function frozen(run: string) {
  return readSystemJson(world.target, `manifests/${run}.json`, targetSnapshotOf(run));
}

function targetSnapshotOf(run: string): string {
  const id = world.target
    .snapshotIds()
    .find((snapshot) => world.target.properties({ snapshot }).metadata.sharepair_run === run);
  if (id === undefined) throw new Error(`run ${run} has no target snapshot`);
  return id;
}

describe('the chain of manifests', () => {
  it('is in order run after run, and each manifest vouches for the bytes of those before', async () => {
    await start();
    const [first, second, third] = await runs(3);
    const report = await verifyChain();
    expect(report).toMatchObject({ outcome: 'complete', results: [], chain: { checked: 3, problems: [] } });
    const sha256 = (run = '') =>
      createHash('sha256')
        .update(readSystemFile(world.target, `manifests/${run}.json`, targetSnapshotOf(run)))
        .digest('hex');
    expect(frozen(third ?? '').chain).toEqual({
      points: [first, second].map((run) => ({
        run,
        manifest: sha256(run),
        snapshot: targetSnapshotOf(run ?? ''),
        level: 'listing-verified',
        digest: readSystemJson(world.target, `records/${run}.listing-verified.json`).digest.sha256,
      })),
      gone: [],
    });
    expect(frozen(first ?? '')).toMatchObject({ level: 'copied', counts: { entries: 3, bytes: 2 } });
  });

  it('stays in order through prunes', async () => {
    await start({ job: { retention: { last: 2 } } });
    const made = await runs(4);
    expect(await verifyChain()).toMatchObject({ outcome: 'complete', chain: { checked: 2, problems: [] } });
    expect(frozen(made[3] ?? '').chain.gone).toEqual([{ run: made[0], pruned: true }]);
    const configuration = world.configured({ retention: { last: 1 } });
    const stop = new AbortController().signal;
    await runPrune({ configuration, job: JOB, dryRun: false, stop, lockWaitMs: 0 });
    expect(await verifyChain()).toMatchObject({ outcome: 'complete', chain: { checked: 1, problems: [] } });
  });

  it('tells a recovery point that somebody has deleted, at once and in the next manifest', async () => {
    await start();
    const [first, second] = await runs(2);
    world.target.deleteSnapshot(targetSnapshotOf(first ?? ''));
    const report = await verifyChain();
    expect(report).toMatchObject({
      outcome: 'differs',
      chain: { problems: [{ point: first, kind: 'lost' }] },
    });
    const notes: unknown[] = [];
    const { run } = await world.backup({ observe: (event) => notes.push(event) });
    expect(notes).toContainEqual(
      expect.objectContaining({
        event: 'note',
        message: expect.stringContaining(`${first} has lost its target snapshot`),
      }),
    );
    expect(frozen(run).chain.gone).toEqual([{ run: first, pruned: false }]);
    expect(frozen(run).chain.points.map((link: { run: string }) => link.run)).toEqual([second]);
  });

  it('tells the newest recovery point that somebody has deleted, of which no manifest knows', async () => {
    await start();
    const [, second] = await runs(2);
    world.target.deleteSnapshot(targetSnapshotOf(second ?? ''));
    expect((await verifyChain()).chain.problems).toMatchObject([{ point: second, kind: 'lost' }]);
  });

  it('tells a recovery point that was replaced by another of the same run', async () => {
    await start();
    const [first, second] = await runs(2);
    const [source] = world.source.snapshotIds();
    world.target.deleteSnapshot(targetSnapshotOf(first ?? ''));
    world.source.deleteSnapshot(source ?? '');
    forgePoint(world, first ?? '', { id: first ?? '' });
    const report = await verifyChain();
    expect(report.outcome).toBe('differs');
    expect(report.chain.problems).toMatchObject([
      { point: first, kind: 'changed-manifest' },
      { point: first, kind: 'replaced' },
    ]);
    expect(report.chain.problems[0]?.message).toContain(second);
  });

  it('tells a pair of snapshots with the manifest of another run, or none', async () => {
    await start();
    const [first = ''] = await runs(1);
    const wrong = forgePoint(world, first, { alter: (manifest) => ({ ...manifest, run: first }) });
    const none = forgePoint(world, first, { id: '20991231T000000Z-0001', alter: () => ({}) });
    expect((await verifyChain()).chain.problems).toMatchObject([
      { point: wrong, kind: 'wrong-manifest' },
      { point: none, kind: 'no-manifest' },
    ]);
  });

  it('tells a recorded digest that was changed afterwards', async () => {
    await start();
    const [first] = await runs(2);
    const name = `records/${first}.listing-verified.json`;
    const record = readSystemJson(world.target, name);
    const changed = { ...record, digest: { ...record.digest, sha256: '0'.repeat(64) } };
    new ShareBuilder(world.target).file(`.sharepair/${name}`, JSON.stringify(changed));
    expect((await verifyChain()).chain.problems).toMatchObject([{ point: first, kind: 'changed-digest' }]);
    const compared = await verifyChain({ chainOnly: false, point: first });
    expect(compared.results).toMatchObject([{ level: 'differs', differences: 0 }]);
    expect(compared.results[0]?.message).toContain('somebody has changed the record');
    // What is known of the snapshots themselves stays as it was.
    expect((await world.points()).points[0]).toMatchObject({ id: first, level: 'listing-verified' });
  });
});

describe('the signature of a manifest', () => {
  it('is what any program makes of the bytes of the manifest', async () => {
    const { pem, publicKey } = keyPair();
    await start({ written: { manifest: { signingKey: pem } } });
    const [run = ''] = await runs(1);
    const snapshot = targetSnapshotOf(run);
    const manifest = readSystemFile(world.target, `manifests/${run}.json`, snapshot);
    const signature = readSystemFile(world.target, `manifests/${run}.sig`, snapshot);
    expect(signature).toHaveLength(64);
    expect(verify(null, manifest, publicKey, signature)).toBe(true);
    expect(manifest.toString()).not.toContain('PRIVATE');
  });

  it('is checked with the key of the job, or with public keys alone', async () => {
    const { pem, publicKey } = keyPair();
    await start({ written: { manifest: { signingKey: pem } } });
    await runs(2);
    expect(await verifyChain()).toMatchObject({ outcome: 'complete', chain: { signed: 2, problems: [] } });
    const keyless = { configuration: world.configured({ manifest: undefined }) };
    expect(await verifyChain(keyless)).toMatchObject({ outcome: 'complete', chain: { signed: 0 } });
    const publicKeys = [keyPair().publicKey, publicKey];
    expect((await verifyChain({ ...keyless, publicKeys })).chain).toMatchObject({ signed: 2, problems: [] });
    const others = { ...keyless, publicKeys: [keyPair().publicKey] };
    expect(await verifyChain(others)).toMatchObject({
      outcome: 'differs',
      chain: { signed: 0, problems: [{ kind: 'bad-signature' }, { kind: 'bad-signature' }] },
    });
  });

  it('may begin with any run, and may not end', async () => {
    const { pem, publicKey } = keyPair();
    await start();
    await runs(1);
    const signing = { configuration: world.configured({ manifest: { signingKey: pem } }) };
    await world.backup(signing);
    expect((await verifyChain(signing)).chain).toMatchObject({ signed: 1, problems: [] });
    const { run } = await world.backup();
    expect((await verifyChain({ publicKeys: [publicKey] })).chain.problems).toMatchObject([
      { point: run, kind: 'unsigned' },
    ]);
  });

  it('does not fit a manifest that was made up', async () => {
    const { pem } = keyPair();
    await start({ written: { manifest: { signingKey: pem } } });
    const [run = ''] = await runs(1);
    const forged = forgePoint(world, run);
    expect((await verifyChain()).chain.problems).toMatchObject([{ point: forged, kind: 'bad-signature' }]);
  });
});
