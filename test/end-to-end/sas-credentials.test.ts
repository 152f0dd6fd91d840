import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { accountSas } from '../support/account-sas.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(() => world.close());

function withSas(): Configuration {
  const accounts = Object.entries(world.configuration.accounts).map(([name, account]) => {
    const { key } = world.emulator.account(name === 'prod' ? 'prodacct' : 'dracct');
    const sas = accountSas({ name: name === 'prod' ? 'prodacct' : 'dracct', key });
    return [name, { ...account, credential: { kind: 'sas' as const, sas } }] as const;
  });
  return { ...world.configuration, accounts: Object.fromEntries(accounts) };
}

it('a backup runs with a SAS on both sides, renames, copies and snapshots included', async () => {
  const source = new ShareBuilder(world.source)
    .file('a', 'a')
    .file('b & c/ü', 'x')
    .file('large', Buffer.alloc(40 * 1024 * 1024, 1));
  const configuration = withSas();
  expect(await world.backup({ configuration })).toMatchObject({ outcome: 'complete' });
  source.rename('a', 'A').remove('b & c');
  const end = await world.backup({ configuration });
  expect(end).toMatchObject({ outcome: 'complete', failed: [] });
  expect(comparable(readTree(world.target))).toEqual(comparable(readTree(world.source)));
  expect(JSON.stringify(end)).not.toContain('sig=');
});
