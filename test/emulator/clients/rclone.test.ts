import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { directoriesBelow, filesBelow } from '../../support/emulator-tree.ts';
import { findRclone, type Rclone } from '../../support/rclone.ts';
import { accountSas } from '../http/sdk-clients.ts';

/** A name that says much in a URL. */
const AWKWARD = 'sub dir/größe/100%+ &=#.bin';

const found = await findRclone();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the tests of rclone: ${unavailable}`);

/**
 * Everything happens in folders below the share: in its root rclone makes a directory `．` of its own, as the
 * parent of what has none.
 */
describe.skipIf(unavailable !== undefined)('rclone', () => {
  let rclone: Rclone;
  let emulator: Emulator;
  let folder: string;
  let remotes: Record<string, string>;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    rclone = found;
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
    for (const { name } of emulator.accounts) emulator.state.findAccount(name)?.createShare('data');
    remotes = remotesOf(emulator);
    folder = await mkdtemp(join(tmpdir(), 'sharepair-rclone-files-'));
    await mkdir(join(folder, 'up', 'sub dir', 'größe'), { recursive: true });
    await mkdir(join(folder, 'up', 'empty'));
    await writeFile(join(folder, 'up', 'hello.txt'), 'hello');
    await writeFile(join(folder, 'up', 'empty.bin'), '');
    await writeFile(join(folder, 'up', AWKWARD), largeContent());
    await utimes(join(folder, 'up', 'hello.txt'), 1_600_000_000.5, 1_600_000_000.5);
  });

  afterAll(async () => {
    await emulator?.close();
    await rclone?.dispose();
    await rm(folder, { recursive: true, force: true });
    expect(bugs).toEqual([]);
  });

  async function run(...args: string[]): Promise<string> {
    const result = await rclone.run(args, remotes);
    expect(result.code, result.output).toBe(0);
    return result.output;
  }

  const names = (account: string) => [...filesBelow(emulator, account, 'data').keys()];

  it('copies a folder up, with times and empty folders', async () => {
    await run('copy', join(folder, 'up'), 'source:backup', '--create-empty-src-dirs');
    const files = filesBelow(emulator, 'source', 'data');
    expect([...files.keys()].sort()).toEqual(
      ['backup/empty.bin', 'backup/hello.txt', `backup/${AWKWARD}`].sort(),
    );
    expect(files.get('backup/hello.txt')?.lastWriteTime).toBe('2020-09-13T12:26:40.5000000Z');
    expect(directoriesBelow(emulator, 'source', 'data')).toContain('backup/empty');
  });

  it.each(['source', 'keyed', 'signed'])('lists with the credentials of remote %s', async (remote) => {
    const listed = await run('lsl', `${remote}:backup`);
    expect(listed).toMatch(/^ *5 2020-09-13 12:26:40\.500000000 hello\.txt$/m);
    expect(listed).toMatch(
      new RegExp(`^ *${largeContent().length} .* sub dir/größe/100%\\+ &=#\\.bin$`, 'm'),
    );
    expect(listed).toMatch(/^ *0 .* empty\.bin$/m);
  });

  it('finds what it copied equal, by checksum and by content, and what changed different', async () => {
    expect(await run('check', join(folder, 'up'), 'source:backup')).toContain('3 matching files');
    expect(await run('check', '--download', join(folder, 'up'), 'source:backup')).toContain('0 differences');
    expect(await run('hashsum', 'md5', 'source:backup')).toContain(
      '5d41402abc4b2a76b9719d911017c592  hello.txt',
    );
    await run('copyto', 'source:backup/hello.txt', 'source:changed/empty.bin');
    const differing = await rclone.run(['check', '--one-way', 'source:changed', 'source:backup'], remotes);
    expect(differing.code).toBe(1);
    expect(differing.output).toContain('1 differences found');
    await run('purge', 'source:changed');
  });

  it('moves files and folders by renaming', async () => {
    emulator.requests.reset();
    await run('moveto', 'source:backup/hello.txt', 'source:backup/sub dir/moved.txt');
    await run('moveto', 'source:backup/sub dir', 'source:backup/other dir');
    expect(emulator.requests.operations('source')).toMatchObject({ RenameFile: 1, RenameDirectory: 1 });
    expect(emulator.requests.operations('source')).not.toHaveProperty('PutRange');
    expect(names('source')).toContain('backup/other dir/moved.txt');
    await run('moveto', 'source:backup/other dir', 'source:backup/sub dir');
    await run('moveto', 'source:backup/sub dir/moved.txt', 'source:backup/hello.txt');
    expect(await run('check', join(folder, 'up'), 'source:backup')).toContain('3 matching files');
  });

  it('copies within an account on the server side', async () => {
    emulator.requests.reset();
    const log = await run('sync', 'source:backup', 'source:copy', '-v');
    expect(log).toContain('hello.txt: Copied (server-side copy)');
    expect(emulator.requests.operations('source')).not.toHaveProperty('GetFile');
    expect(await run('check', 'source:backup', 'source:copy')).toContain('3 matching files');
    await run('purge', 'source:copy');
  });

  it('syncs into another account, and deletes what the source lacks', async () => {
    await run('sync', 'source:backup', 'target:backup');
    expect(filesBelow(emulator, 'target', 'data').get('backup/hello.txt')).toMatchObject({
      md5: '5d41402abc4b2a76b9719d911017c592',
      lastWriteTime: '2020-09-13T12:26:40.5000000Z',
    });
    await run('deletefile', 'source:backup/empty.bin');
    await run('sync', 'source:backup', 'target:backup');
    expect(names('target').sort()).toEqual(['backup/hello.txt', `backup/${AWKWARD}`].sort());
    emulator.requests.reset();
    await run('sync', 'source:backup', 'target:backup');
    const { GetDirectoryProperties, ListFiles, GetFileProperties, ...others } =
      emulator.requests.operations('target');
    expect(others).toEqual({});
    await run('copyto', join(folder, 'up', 'empty.bin'), 'source:backup/empty.bin');
  });

  it('syncs between accounts on the server side, with a SAS for the source', async () => {
    emulator.requests.reset();
    await run('sync', 'signed:backup', 'target:signed', '--server-side-across-configs');
    expect(emulator.requests.operations('target')).toMatchObject({ CopyFile: 3 });
    expect(emulator.requests.operations('target')).not.toHaveProperty('PutRange');
    expect(await run('check', 'source:backup', 'target:signed')).toContain('3 matching files');
    const refused = await rclone.run(
      ['sync', 'source:backup', 'target:refused', '--server-side-across-configs'],
      remotes,
    );
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('CannotVerifyCopySource');
  });

  it('copies down, byte for byte, and reads a part', async () => {
    await run('copy', 'source:backup', join(folder, 'down'));
    expect((await readFile(join(folder, 'down', AWKWARD))).equals(largeContent())).toBe(true);
    expect((await readFile(join(folder, 'down', 'empty.bin'))).length).toBe(0);
    expect(await run('cat', 'source:backup/hello.txt', '--offset', '1', '--count', '3')).toBe('ell');
  });

  it('writes a stream, sets a time, counts, and removes', async () => {
    const piped = await rclone.run(['rcat', 'source:small/piped'], remotes, 'from a pipe');
    expect(piped.code, piped.output).toBe(0);
    expect(await run('cat', 'source:small/piped')).toBe('from a pipe');
    await run('touch', '-t', '2020-01-02T03:04:05', 'source:small/piped');
    expect(filesBelow(emulator, 'source', 'data').get('small/piped')?.lastWriteTime).toBe(
      '2020-01-02T03:04:05.0000000Z',
    );
    expect(JSON.parse(await run('size', '--json', 'source:small'))).toMatchObject({ count: 1, bytes: 11 });
    await run('mkdir', 'source:small/new/deep');
    await run('rmdirs', 'source:small');
    expect(directoriesBelow(emulator, 'source', 'data')).not.toContain('small/new');
    await run('purge', 'source:small');
    expect(directoriesBelow(emulator, 'source', 'data')).not.toContain('small');
    expect(await run('about', 'source:')).toContain('Used:');
  });
});

/** Remotes by connection string (`source`, `target`), by endpoint and key (`keyed`), and by SAS (`signed`). */
function remotesOf(emulator: Emulator): Record<string, string> {
  const { endpoint, key } = emulator.account('source');
  const settings: Record<string, Record<string, string>> = {
    source: { connection_string: emulator.account('source').connectionString },
    target: { connection_string: emulator.account('target').connectionString },
    keyed: { account: 'source', key, endpoint },
    signed: { sas_url: `${endpoint}/?${accountSas(emulator)}` },
  };
  const env: Record<string, string> = {};
  for (const [remote, own] of Object.entries(settings)) {
    for (const [name, value] of Object.entries({ type: 'azurefiles', share_name: 'data', ...own })) {
      env[`RCLONE_CONFIG_${remote}_${name}`.toUpperCase()] = value;
    }
  }
  return env;
}

function largeContent(): Buffer {
  const content = Buffer.alloc(9 * 1024 * 1024 + 17);
  for (let index = 0; index < content.length; index += 997) content[index] = index % 251;
  return content;
}
