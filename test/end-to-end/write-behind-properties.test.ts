import { afterEach, beforeEach, expect, it } from 'vitest';
import { ARCHIVE, getFile, setFileProperties } from '../../emulator/state/index.ts';
import { ShareBuilder, sddl } from '../support/share-builder.ts';
import { comparable, readTree } from '../support/tree.ts';
import { World } from '../support/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(() => world.close());

it.each([
  ['the Archive attribute that the write set', { attributes: ARCHIVE }],
  ['an access list', { permission: { text: sddl(9), format: 'Sddl' as const } }],
])(
  'copies a write that put the last-write time back, even when %s explains the change time',
  async (_, also) => {
    const source = new ShareBuilder(world.source).file('container.hc', 'before', { attributes: 0 });
    await world.backup();
    const { lastWriteTime } = getFile(world.source.view(), ['container.hc']).entry;
    source.write('container.hc', 0, 'AFTER!');
    setFileProperties(world.source, ['container.hc'], { lastWriteTime, ...also });
    const end = await world.backup();
    expect(end).toMatchObject({ outcome: 'complete', point: { level: 'listing-verified' } });
    expect(comparable(readTree(world.target, end.point?.targetSnapshot))).toEqual(
      comparable(readTree(world.source, end.point?.sourceSnapshot)),
    );
  },
);
