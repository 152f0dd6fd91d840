import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { plantHandle } from '../../../emulator/state/index.ts';
import { type AzureCli, findAzureCli } from '../../support/azure-cli.ts';
import { filesBelow } from '../../support/emulator-tree.ts';

/** The CLI takes seconds to start, and more on a busy machine. */
const TIMEOUT_MS = 300_000;
/** A name that says much in a URL. */
const AWKWARD = 'sub dir/größe/100%+ &=#.bin';

const found = await findAzureCli();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the tests of the Azure CLI: ${unavailable}`);

describe.skipIf(unavailable !== undefined)('the Azure CLI', { timeout: TIMEOUT_MS }, () => {
  let cli: AzureCli;
  let emulator: Emulator;
  let environment: Record<string, string>;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    cli = found;
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
    environment = { AZURE_STORAGE_CONNECTION_STRING: emulator.account('source').connectionString };
    await mkdir(join(cli.folder, 'up', 'sub dir', 'größe'), { recursive: true });
    await mkdir(join(cli.folder, 'down'));
    await writeFile(join(cli.folder, 'up', 'hello.txt'), 'hello');
    await writeFile(join(cli.folder, 'up', 'empty.bin'), '');
    await writeFile(join(cli.folder, 'up', AWKWARD), largeContent());
  });

  afterAll(async () => {
    await emulator?.close();
    await cli?.dispose();
    expect(bugs).toEqual([]);
  });

  /** Runs `az storage …` and returns the JSON that it prints. */
  async function storage(...args: string[]): Promise<unknown> {
    const result = await cli.invoke(['storage', ...args], environment);
    expect(result.code, result.output).toBe(0);
    return result.output.trim() === '' ? undefined : JSON.parse(result.output);
  }

  const shareNamed = (name: string) => {
    const share = emulator.state.findAccount('source')?.getShare(name);
    if (share === undefined) throw new Error('The share is gone.');
    return share;
  };

  it('makes, describes and changes shares', async () => {
    const name = ['--name', 'shares'];
    expect(await storage('share', 'create', ...name, '--quota', '7', '--metadata', 'a=1')).toEqual({
      created: true,
    });
    expect(await storage('share', 'exists', ...name)).toEqual({ exists: true });
    expect(await storage('share', 'exists', '--name', 'absent')).toEqual({ exists: false });
    expect(await storage('share', 'show', ...name)).toMatchObject({
      metadata: { a: '1' },
      properties: { quota: 7 },
      lease: { state: 'available' },
    });
    await storage('share', 'update', ...name, '--quota', '9');
    await storage('share', 'metadata', 'update', ...name, '--metadata', 'b=2');
    expect(await storage('share', 'metadata', 'show', ...name)).toEqual({ b: '2' });
    expect(await storage('share', 'stats', ...name)).toBe('1');
    expect(await storage('share', 'list', '--prefix', 'sha', '--include-metadata')).toMatchObject([
      { name: 'shares', metadata: { b: '2' }, quota: 9 },
    ]);
    expect(shareNamed('shares').settings).toMatchObject({ quotaGiB: 9 });
  });

  it('keeps stored access policies', async () => {
    const share = ['--share-name', 'policies'];
    await storage('share', 'create', '--name', 'policies');
    await storage(
      ...['share', 'policy', 'create', ...share],
      ...['--name', 'p', '--permissions', 'r', '--expiry', '2030-01-01T00:00Z'],
    );
    expect(await storage('share', 'policy', 'list', ...share)).toMatchObject({
      p: { expiry: '2030-01-01T00:00:00Z', permission: 'r' },
    });
    await storage('share', 'policy', 'delete', ...share, '--name', 'p');
    expect(await storage('share', 'policy', 'list', ...share)).toEqual({});
  });

  it('makes, lists, describes and deletes directories', async () => {
    const share = ['--share-name', 'directories'];
    await storage('share', 'create', '--name', 'directories');
    expect(await storage('directory', 'create', ...share, '--name', 'Ordner ü', '--metadata', 'k=v')).toEqual(
      { created: true },
    );
    expect(await storage('directory', 'exists', ...share, '--name', 'Ordner ü')).toEqual({ exists: true });
    expect(await storage('directory', 'metadata', 'show', ...share, '--name', 'Ordner ü')).toEqual({
      k: 'v',
    });
    expect(await storage('directory', 'list', ...share)).toMatchObject([{ name: 'Ordner ü' }]);
    expect(await storage('directory', 'delete', ...share, '--name', 'Ordner ü')).toEqual({ deleted: true });
    expect(await storage('directory', 'exists', ...share, '--name', 'Ordner ü')).toEqual({ exists: false });
  });

  it('uploads, describes, changes, downloads and deletes a file', async () => {
    const file = ['--share-name', 'files', '--path', 'a b.txt'];
    const local = join(cli.folder, 'up', 'hello.txt');
    await storage('share', 'create', '--name', 'files');
    await storage('file', 'upload', ...file, '--source', local, '--no-progress');
    expect(await storage('file', 'show', ...file)).toMatchObject({
      name: 'a b.txt',
      fileAttributes: 'Archive',
      properties: { contentLength: 5 },
    });
    expect(await storage('file', 'exists', ...file)).toEqual({ exists: true });
    await storage('file', 'metadata', 'update', ...file, '--metadata', 'x=y');
    expect(await storage('file', 'metadata', 'show', ...file)).toEqual({ x: 'y' });
    await storage('file', 'update', ...file, '--content-type', 'text/css');
    expect(await storage('file', 'url', ...file)).toBe(
      `${emulator.account('source').endpoint}/files/a%20b.txt`,
    );
    await storage('file', 'resize', ...file, '--size', '3');
    await storage('file', 'download', ...file, '--dest', join(cli.folder, 'got'), '--no-progress');
    expect(await readFile(join(cli.folder, 'got'), 'utf8')).toBe('hel');
    expect(filesBelow(emulator, 'source', 'files').get('a b.txt')?.size).toBe(3);
    await storage('file', 'delete', ...file);
    expect(await storage('file', 'exists', ...file)).toEqual({ exists: false });
  });

  it('uploads a folder and downloads it again', async () => {
    await storage('share', 'create', '--name', 'batches');
    const from = ['--source', join(cli.folder, 'up'), '--destination-path', 'batch'];
    await storage('file', 'upload-batch', '--destination', 'batches', ...from, '--no-progress');
    expect(await storage('file', 'list', '--share-name', 'batches', '--path', 'batch')).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'hello.txt', isDirectory: false })]),
    );
    const to = ['--destination', join(cli.folder, 'down'), '--no-progress'];
    await storage('file', 'download-batch', '--source', 'batches', ...to);
    const down = join(cli.folder, 'down', 'batch');
    expect((await readFile(join(down, AWKWARD))).equals(largeContent())).toBe(true);
    expect((await readFile(join(down, 'empty.bin'))).length).toBe(0);
    await storage('file', 'delete-batch', '--source', 'batches', '--pattern', '*.txt');
    expect([...filesBelow(emulator, 'source', 'batches').keys()].sort()).toEqual(
      ['batch/empty.bin', `batch/${AWKWARD}`].sort(),
    );
  });

  it('takes a snapshot, lists and copies what is in it, and deletes it', async () => {
    const share = ['--share-name', 'snapped'];
    await storage('share', 'create', '--name', 'snapped');
    await storage('share', 'create', '--name', 'copies');
    const local = join(cli.folder, 'up', 'hello.txt');
    await storage('file', 'upload', ...share, '--path', 'f.txt', '--source', local, '--no-progress');
    const { snapshot } = (await storage('share', 'snapshot', '--name', 'snapped')) as { snapshot: string };
    expect(snapshot).toBe(shareNamed('snapped').snapshots[0]?.id);
    await storage('file', 'delete', ...share, '--path', 'f.txt');
    expect(await storage('file', 'list', ...share)).toEqual([]);
    expect(await storage('file', 'list', ...share, '--snapshot', snapshot)).toMatchObject([
      { name: 'f.txt' },
    ]);
    const copied = await storage(
      ...['file', 'copy', 'start', '--destination-share', 'copies', '--destination-path', 'from snapshot'],
      ...['--source-share', 'snapped', '--source-path', 'f.txt', '--file-snapshot', snapshot],
    );
    expect(copied).toMatchObject({ status: 'success' });
    const batch = ['--destination-share', 'copies', '--destination-path', 'all', '--source-share', 'copies'];
    await storage('file', 'copy', 'start-batch', ...batch, '--pattern', 'from*');
    expect([...filesBelow(emulator, 'source', 'copies').entries()]).toMatchObject([
      ['all/from snapshot', { size: 5 }],
      ['from snapshot', { size: 5 }],
    ]);
    const listed = await storage('share', 'list', '--prefix', 'snapped', '--include-snapshots');
    expect(listed).toMatchObject([{ snapshot }, { snapshot: null }]);
    const refused = await cli.run(['storage', 'share', 'delete', '--name', 'snapped'], environment);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('ShareHasSnapshots');
    await storage('share', 'delete', '--name', 'snapped', '--snapshot', snapshot);
    expect(shareNamed('snapped').snapshots).toEqual([]);
    expect(await storage('share', 'delete', '--name', 'snapped')).toEqual({ deleted: true });
  });

  it('lists and closes handles', async () => {
    await storage('share', 'create', '--name', 'handles');
    await storage('directory', 'create', '--share-name', 'handles', '--name', 'd');
    plantHandle(shareNamed('handles'), ['d'], {});
    expect(await storage('share', 'list-handle', '--name', 'handles', '--recursive')).toMatchObject({
      items: [{ path: 'd' }],
    });
    expect(
      await storage('share', 'close-handle', '--name', 'handles', '--close-all', '--recursive'),
    ).toMatchObject({ closed_handles_count: 1, failed_handles_count: 0 });
  });

  it('makes SAS of an account, a share and a file that are honoured', async () => {
    await storage('share', 'create', '--name', 'signed');
    const local = join(cli.folder, 'up', 'hello.txt');
    const file = ['--share-name', 'signed', '--path', 'f.txt'];
    await storage('file', 'upload', ...file, '--source', local, '--no-progress');
    const expiry = ['--expiry', '2040-01-01T00:00Z'];
    const signatures = [
      await storage('file', 'generate-sas', ...file, '--permissions', 'r', ...expiry),
      await storage('share', 'generate-sas', '--name', 'signed', '--permissions', 'rl', ...expiry),
      await storage(
        ...['account', 'generate-sas', '--services', 'f', '--resource-types', 'sco'],
        ...['--permissions', 'rl', ...expiry],
      ),
    ];
    for (const sas of signatures) {
      const answer = await fetch(`${emulator.account('source').endpoint}/signed/f.txt?${String(sas)}`);
      expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    }
    const endpoint = ['--file-endpoint', emulator.account('source').endpoint];
    const shown = await cli.run(['storage', 'file', 'show', ...file, ...endpoint], {
      AZURE_STORAGE_ACCOUNT: 'source',
      AZURE_STORAGE_SAS_TOKEN: String(signatures[2]),
    });
    expect(shown.code, shown.output).toBe(0);
    expect(JSON.parse(shown.output)).toMatchObject({ name: 'f.txt' });
  });
});

function largeContent(): Buffer {
  const content = Buffer.alloc(9 * 1024 * 1024 + 17);
  for (let index = 0; index < content.length; index += 997) content[index] = index % 251;
  return content;
}
