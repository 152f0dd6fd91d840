import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSas } from '../support/account-sas.ts';
import { type AzCopy, findAzCopy } from '../support/azcopy.ts';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

const found = await findAzCopy();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the reading back by AzCopy: ${unavailable}`);

const MIB = 1024 * 1024;

/** A program that none of us wrote lists and reads what was backed up. */
describe.skipIf(unavailable !== undefined)('AzCopy, asked for a recovery point', () => {
  let azcopy: AzCopy;
  let world: World;
  let folder: string;
  let snapshot: string;
  const large = Buffer.alloc(40 * MIB, 'large');

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    azcopy = found;
    folder = await mkdtemp(join(tmpdir(), 'sharepair-read-back-'));
    world = await World.start();
    const source = new ShareBuilder(world.source)
      .file('report.txt', 'first version')
      .file('folder/übersicht.txt', 'umlaut')
      .file('large.bin', large);
    const first = await world.backup();
    snapshot = first.point?.targetSnapshot ?? '';
    source.file('report.txt', 'second version').remove('folder');
    expect(await world.backup()).toMatchObject({ outcome: 'complete' });
  });

  afterAll(async () => {
    await azcopy?.dispose();
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const url = (path: string, query = '') => {
    const account = world.emulator.account('dracct');
    return `${account.endpoint}/finance-copy${path}?${query}${accountSas(account)}`;
  };

  async function run(parameters: readonly string[]): Promise<string> {
    const { code, output } = await azcopy.run(parameters);
    expect(code, output).toBe(0);
    return output;
  }

  it('lists what it holds', async () => {
    const listed = await run([
      'list',
      url('', `sharesnapshot=${encodeURIComponent(snapshot)}&`),
      '--location=File',
      '--machine-readable',
    ]);
    expect(listed).toContain('report.txt; Content Length: 13');
    expect(listed).toContain('folder/übersicht.txt; Content Length: 6');
    expect(listed).toContain(`large.bin; Content Length: ${large.length}`);
  });

  it('copies it down, byte for byte', async () => {
    const from = url('/*', `sharesnapshot=${encodeURIComponent(snapshot)}&`);
    await run(['copy', from, join(folder, 'down'), '--from-to=FileLocal', '--recursive']);
    expect(await readFile(join(folder, 'down', 'report.txt'), 'utf8')).toBe('first version');
    expect(await readFile(join(folder, 'down', 'folder', 'übersicht.txt'), 'utf8')).toBe('umlaut');
    expect((await readFile(join(folder, 'down', 'large.bin'))).equals(large)).toBe(true);
  });
});
