import { afterEach, describe, expect, it } from 'vitest';
import { RestShareReader } from '../../lib/files/rest-share-reader.ts';
import { type JobShare, openJob } from '../../lib/jobs/open-job.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { readSystemJson } from '../support/system-files.ts';
import { JOB, World, type WorldOptions } from '../support/world.ts';

let world: World;
let source: ShareBuilder;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start({ concurrency: 2, ...options });
  source = new ShareBuilder(world.source);
  source
    .file('plain', 'p')
    .file('a/one', '1', { sddl: sddl(1) })
    .file('a/two', '2', { sddl: sddl(2) })
    .file('b/one', '1', { sddl: sddl(1) })
    .directory('c', { sddl: sddl(3) })
    .file('z/deep/er', 'x', { sddl: sddl(4) });
}

afterEach(() => world.close());

/** The permission keys of all entries of a snapshot but the root directory, by path. */
async function keysOf({ account, share }: JobShare, snapshot: string): Promise<Map<string, string>> {
  const reader = new RestShareReader(account, share, snapshot);
  const keys = new Map<string, string>();
  const list = async (directory: string): Promise<void> => {
    const { entries } = await reader.listPage(directory, undefined);
    for (const { name, kind, permissionKey } of entries) {
      const path = directory === '' ? name : `${directory}/${name}`;
      if (path === '.sharepair') continue;
      keys.set(path, permissionKey);
      if (kind === 'directory') await list(path);
    }
  };
  await list('');
  return keys;
}

/** What the manifest of the newest recovery point says, and what its two snapshots hold. */
async function newest() {
  const point = (await world.points()).points.at(-1);
  if (point === undefined) throw new Error('there is no recovery point');
  const shares = openJob(world.configuration, JOB);
  const { permissions } = readSystemJson(world.target, `manifests/${point.id}.json`, point.targetSnapshot);
  const map = new Map<string, string>();
  for (const pair of permissions.keys) map.set(pair.source, pair.target);
  return {
    whole: permissions.whole as boolean,
    map,
    source: await keysOf(shares.source, point.sourceSnapshot),
    target: await keysOf(shares.target, point.targetSnapshot),
  };
}

describe('the permission keys in a manifest', () => {
  it('are those of both shares, run after run, whatever the run did', async () => {
    await start();
    const changes = [
      () => source,
      () => source.file('new', 'n', { sddl: sddl(5) }).file('old', 'o', { sddl: sddl(2) }),
      () => source.permission('a/one', 6).rename('b', 'moved').remove('c'),
      () => source,
    ];
    for (const change of changes) {
      change();
      expect(await world.backup()).toMatchObject({ outcome: 'complete' });
      const found = await newest();
      expect(found.whole).toBe(true);
      for (const [path, key] of found.source) expect(found.map.get(key)).toBe(found.target.get(path));
      expect(new Set(found.map.keys())).toEqual(new Set(found.source.values()));
    }
  });

  it('cost no request where nothing is new', async () => {
    await start();
    await world.backup();
    await world.backup();
    world.requests();
    await world.backup();
    const { GetFileProperties = 0 } = world.requests();
    source.file('again', 'x', { sddl: sddl(1) });
    await world.backup();
    expect(world.requests().GetFileProperties).toBe(GetFileProperties);
  });

  it('leave out what the filter excludes', async () => {
    await start({ written: { filters: { exclude: ['/z/'] } } });
    await world.backup();
    const found = await newest();
    expect(found.whole).toBe(true);
    expect(found.map.has(found.source.get('z/deep/er') ?? '')).toBe(false);
    expect(found.map.has(found.source.get('a/one') ?? '')).toBe(true);
  });

  it('say that they are not all when a run was carried on', async () => {
    await start();
    const stop = new AbortController();
    const forget = world.emulator.onRequest(({ operation, account, path }) => {
      if (operation === 'ListFiles' && account === 'prodacct' && path === 'b') stop.abort();
    });
    expect(await world.backup({ stop: stop.signal })).toMatchObject({ outcome: 'incomplete' });
    forget();
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    const found = await newest();
    expect(found.whole).toBe(false);
    for (const [path, key] of found.source) {
      if (found.map.has(key)) expect(found.map.get(key)).toBe(found.target.get(path));
    }
  });

  it('say that they are not all when one cannot be found out', async () => {
    await start();
    world.emulator.faults.add({
      match: { account: 'dracct', operation: 'GetFileProperties', path: '^a/one$' },
      times: 1000,
      action: { kind: 'status', status: 403, code: 'AuthorizationFailure' },
    });
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
    expect((await newest()).whole).toBe(false);
  });
});
