import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccountSASPermissions,
  generateAccountSASQueryParameters,
  generateFileSASQueryParameters,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import {
  createDirectory,
  createFile,
  parseAttributes,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { type AzCopy, findAzCopy } from '../../support/azcopy.ts';
import { directoriesBelow, filesBelow } from '../../support/emulator-tree.ts';

const found = await findAzCopy();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the tests of AzCopy: ${unavailable}`);

describe.skipIf(unavailable !== undefined)('AzCopy', () => {
  let azcopy: AzCopy;
  let emulator: Emulator;
  let folder: string;

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    azcopy = found;
    emulator = await startEmulator();
    folder = await mkdtemp(join(tmpdir(), 'sharepair-azcopy-files-'));
    await mkdir(join(folder, 'up', 'sub dir', 'empty'), { recursive: true });
    await writeFile(join(folder, 'up', 'hello.txt'), 'hello');
    await writeFile(join(folder, 'up', 'empty.bin'), '');
    await writeFile(join(folder, 'up', 'sub dir', 'größe.bin'), largeContent());
  });

  afterAll(async () => {
    await emulator?.close();
    await azcopy?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const url = (account: string, path: string, host = emulator.account(account).endpoint) =>
    `${host}/${path}?${sas(account, emulator)}`;

  async function run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
    const result = await azcopy.run(args, env);
    expect(result.code, result.output).toBe(0);
    return result.output;
  }

  /** AzCopy tells what to make by the host name, so this goes by proxy. */
  async function makeShare(account: string, share: string): Promise<void> {
    const host = `http://${account}.file.core.windows.net`;
    await run(['make', url(account, share, host)], { HTTP_PROXY: emulator.url });
  }

  it('makes shares and copies a folder up', async () => {
    await makeShare('source', 'data');
    await makeShare('target', 'data');
    await run(['copy', join(folder, 'up', '*'), url('source', 'data'), '--from-to=LocalFile', '--recursive']);
    const listed = await run(['list', url('source', 'data'), '--location=File', '--machine-readable']);
    expect(listed).toContain('hello.txt; Content Length: 5');
    expect(listed).toContain(`größe.bin; Content Length: ${largeContent().length}`);
    expect(listed).toContain('empty.bin; Content Length: 0');
  });

  it('syncs a share into another account, with permissions, and deletes what the source lacks', async () => {
    await sync(url('source', 'data'), url('target', 'data'));
    expect(treeOf('target')).toEqual(treeOf('source'));
    await run(['remove', url('source', 'data/hello.txt'), '--from-to=FileTrash']);
    await sync(url('source', 'data'), url('target', 'data'));
    expect([...treeOf('target').keys()]).not.toContain('hello.txt');
    expect(treeOf('target')).toEqual(treeOf('source'));
  });

  it('copies a folder down, byte for byte', async () => {
    await run(['copy', url('target', 'data/*'), join(folder, 'down'), '--from-to=FileLocal', '--recursive']);
    const down = await readFile(join(folder, 'down', 'sub dir', 'größe.bin'));
    expect(down.equals(largeContent())).toBe(true);
    expect((await readFile(join(folder, 'down', 'empty.bin'))).length).toBe(0);
  });

  it('reads a snapshot as source', async () => {
    const share = emulator.state.findAccount('source')?.getShare('data');
    const snapshot = share?.createSnapshot().id ?? '';
    await run(['remove', url('source', 'data/empty.bin'), '--from-to=FileTrash']);
    await makeShare('target', 'restored');
    const from = `${url('source', 'data')}&sharesnapshot=${encodeURIComponent(snapshot)}`;
    await sync(from, url('target', 'restored'));
    expect([...treeOf('target', 'restored').keys()]).toContain('empty.bin');
  });

  it('syncs again without copying what is unchanged', async () => {
    emulator.requests.reset();
    await sync(url('source', 'data'), url('target', 'data'));
    expect(emulator.requests.operations('target')).toMatchObject({ DeleteFile: 1 });
    emulator.requests.reset();
    await sync(url('source', 'data'), url('target', 'data'));
    const { PutRangeFromURL = 0, CreateFile = 0, DeleteFile = 0 } = emulator.requests.operations('target');
    expect([PutRangeFromURL, CreateFile, DeleteFile]).toEqual([0, 0, 0]);
  });

  it('copies between accounts, with names, attributes and empty folders as they are', async () => {
    const share = emulator.state.findAccount('source')?.createShare('awkward');
    if (share === undefined) throw new Error('The account is gone.');
    createDirectory(share, ['100%+ &=#'], {});
    createDirectory(share, ['100%+ &=#', 'empty'], {});
    createFile(share, ['100%+ &=#', "'quoted' ü"], { size: 5, content: Buffer.from('hello') });
    createFile(share, ['dots...'], { size: 1, content: Buffer.from('x') });
    setFileProperties(share, ['dots...'], { attributes: parseAttributes('Hidden|Archive') ?? 0 });
    await makeShare('target', 'awkward');
    const options = [
      '--from-to=FileFile',
      '--recursive',
      '--preserve-info=true',
      '--preserve-permissions=true',
    ];
    await run(['copy', url('source', 'awkward/*'), url('target', 'awkward'), ...options]);
    expect(treeOf('target', 'awkward')).toEqual(treeOf('source', 'awkward'));
    expect(directoriesBelow(emulator, 'target', 'awkward')).toEqual(['100%+ &=#', '100%+ &=#/empty']);
    expect(treeOf('target', 'awkward').get('dots...')?.attributes).toBe('Hidden | Archive');
  });

  it('goes by a SAS for each share, the source read only', async () => {
    await makeShare('target', 'signed');
    const signed = (account: string, share: string, permissions: string) => {
      const { endpoint, key } = emulator.account(account);
      const values = {
        shareName: share,
        permissions: ShareSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + 3_600_000),
      };
      const credential = new StorageSharedKeyCredential(account, key);
      return `${endpoint}/${share}?${generateFileSASQueryParameters(values, credential)}`;
    };
    await sync(signed('source', 'awkward', 'rl'), signed('target', 'signed', 'rcwdl'));
    expect(treeOf('target', 'signed')).toEqual(treeOf('source', 'awkward'));
    const refused = await azcopy.run([
      ...['sync', signed('source', 'awkward', 'rl'), signed('target', 'awkward', 'rl')],
      ...['--from-to=FileFile', '--mirror-mode=true'],
    ]);
    expect(refused.code).not.toBe(0);
  });

  it('removes a folder with all that is below it', async () => {
    await run([
      'remove',
      url('target', 'signed/100%25%2B%20%26%3D%23'),
      '--from-to=FileTrash',
      '--recursive',
    ]);
    expect([...treeOf('target', 'signed').keys()]).toEqual(['dots...']);
    expect(directoriesBelow(emulator, 'target', 'signed')).toEqual([]);
  });

  it('reaches the emulator as a plain proxy by real host names', async () => {
    const host = (account: string) => `http://${account}.file.core.windows.net`;
    await makeShare('target', 'proxied');
    await sync(url('source', 'data', host('source')), url('target', 'proxied', host('target')), {
      HTTP_PROXY: emulator.url,
    });
    expect(treeOf('target', 'proxied')).toEqual(treeOf('source'));
  });

  it('reaches the emulator by CONNECT with TLS inside', async () => {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, await emulator.certificate());
    const env = { HTTPS_PROXY: emulator.url, SSL_CERT_FILE: ca };
    const host = (account: string) => `https://${account}.file.core.windows.net`;
    await run(['make', url('target', 'secure', host('target'))], env);
    await sync(url('source', 'data', host('source')), url('target', 'secure', host('target')), env);
    expect(treeOf('target', 'secure')).toEqual(treeOf('source'));
  });

  async function sync(from: string, to: string, env?: Readonly<Record<string, string>>): Promise<void> {
    const options = [
      '--from-to=FileFile',
      '--preserve-info=true',
      '--preserve-permissions=true',
      '--include-root=true',
      '--delete-destination=true',
    ];
    await run(['sync', from, to, ...options], env);
  }

  /** Length, last-write time and SDDL of every file, by its path. */
  function treeOf(account: string, shareName = 'data') {
    return filesBelow(emulator, account, shareName);
  }
});

function largeContent(): Buffer {
  const content = Buffer.alloc(9 * 1024 * 1024 + 17);
  for (let index = 0; index < content.length; index += 997) content[index] = index % 251;
  return content;
}

function sas(account: string, emulator: Emulator): string {
  return generateAccountSASQueryParameters(
    {
      services: 'f',
      resourceTypes: 'sco',
      permissions: AccountSASPermissions.parse('rwdlc'),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(account, emulator.account(account).key),
  ).toString();
}
