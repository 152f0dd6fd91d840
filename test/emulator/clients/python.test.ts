import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { plantHandle } from '../../../emulator/state/index.ts';
import { filesBelow } from '../../support/emulator-tree.ts';
import { findPythonSdk, type PythonEnvironment } from '../../support/python-environment.ts';

const SCRIPT = join(import.meta.dirname, 'python_sdk.py');
const SNAPSHOT_ID = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const TIME = '2021-03-04T05:06:07.1234567Z';

const found = await findPythonSdk();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (unavailable !== undefined) console.warn(`Skipping the tests of the Python SDK: ${unavailable}`);

describe.skipIf(unavailable !== undefined)('the Python SDK', () => {
  let python: PythonEnvironment;
  let emulator: Emulator;
  const bugs: unknown[] = [];

  beforeAll(async () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    python = found;
    emulator = await startEmulator();
    emulator.onBug((error) => bugs.push(error));
  });

  afterAll(async () => {
    await emulator?.close();
    await python?.dispose();
    expect(bugs).toEqual([]);
  });

  /** Runs one function of the script and returns what it found. */
  async function run(name: string): Promise<unknown> {
    const [source, target] = emulator.accounts;
    const given = JSON.stringify({ source, target, folder: python.folder });
    const result = await python.run([SCRIPT, name, given]);
    expect(result.code, result.output).toBe(0);
    // Warnings may follow on standard error.
    return JSON.parse(result.output.split('\n', 1)[0] ?? '');
  }

  const shareState = (account: string, name: string) => {
    const share = emulator.state.findAccount(account)?.getShare(name);
    if (share === undefined) throw new Error('The share is gone.');
    return share;
  };

  it('makes, describes, changes, deletes and restores shares', async () => {
    expect(await run('shares')).toEqual({
      before: [7, { owner: 'me' }, 'Hot', 'available', ['SMB']],
      after: [9, { a: '1' }, 'Cool'],
      policy: ['read', 'r', '2027-01-01T00:00:00Z'],
      listed: [['life', { a: '1' }, 9]],
      usage: 0,
      errors: ['409 ShareAlreadyExists', '404 ShareNotFound'],
      restored: 9,
    });
  });

  it('reads and sets properties of the service', async () => {
    expect(await run('service_properties')).toEqual({ cors: [], metrics: false });
  });

  it('takes, lists, leases, reads and deletes snapshots', async () => {
    const answer = (await run('snapshots')) as { ids: [string, string] };
    const [first, second] = answer.ids;
    expect([first, second]).toEqual([expect.stringMatching(SNAPSHOT_ID), expect.stringMatching(SNAPSHOT_ID)]);
    expect(answer).toMatchObject({
      listed: [
        [first, {}],
        [second, { run: '2' }],
        [null, {}],
      ],
      names: ['f'],
      read: 'new content',
      errors: ['412 LeaseIdMissing', '400 InvalidQueryParameterValue', '409 ShareHasSnapshots'],
    });
  });

  it('makes, changes, lists, renames and deletes directories', async () => {
    expect(await run('directories')).toEqual({
      times: TIME,
      properties: [{ b: '2' }, 'Hidden | Directory', true],
      entries: [["moved 'here'", true, 'Directory']],
      errors: ['409 DirectoryNotEmpty', '404 ParentNotFound'],
      exists: [false, false, true],
    });
  });

  it('uploads, downloads, changes, renames and deletes files', async () => {
    expect(await run('files')).toEqual({
      equal: [true, true, true],
      size: 9 * 1024 * 1024 + 17,
      properties: [{ k: 'v' }, 'Hidden | Archive', '2021-03-04 05:06:07.123456+00:00'],
      settings: ['text/plain', 'de'],
      changed: [{ other: 'x' }, 'image/png', null],
      empty: [0, ''],
      one: 'hello world',
      errors: ['409 ResourceAlreadyExists', '404 ResourceNotFound'],
      listed: [
        ['empty', 0],
        ['one', 20],
      ],
    });
  });

  it('checks CRC-64 and MD5 in both directions', async () => {
    expect(await run('checksums')).toEqual({ crc64: true, md5: true, wrong: '400 Md5Mismatch' });
  });

  it('lists ranges, and what changed since a snapshot', async () => {
    const changed = [[{ start: 2048, end: 2559 }], [{ start: 0, end: 511 }]];
    expect(await run('ranges')).toEqual({
      written: [
        { start: 0, end: 511 },
        { start: 1024, end: 1535 },
      ],
      diff: changed,
      paged: [
        [0, 511, true],
        [2048, 2559, false],
      ],
      lost: '409 FileGenerationMismatch',
      followed: changed,
      part: [[1024, 1535]],
      past: '416 InvalidRange',
    });
  });

  it('copies within an account, between accounts, from snapshots and by ranges', async () => {
    expect(await run('copies')).toEqual({
      status: ['success', 'success', '5000/5000'],
      metadata: { k: 'v' },
      old: true,
      ranged: true,
      errors: ['401 CannotVerifyCopySource', '409 ReadOnlyAttribute', '409 NoPendingCopyOperation'],
    });
    const copy = filesBelow(emulator, 'target', 'copy').get('other');
    expect(copy).toMatchObject({ size: 5000, lastWriteTime: TIME });
    expect(copy?.permission).toContain('D:AI(A;;FA;;;SY)(A;;FA;;;BA)');
  });

  it('aborts a copy that is pending', async () => {
    emulator.state.copyMode = 'until-told';
    try {
      expect(await run('pending_copy')).toEqual({
        status: ['pending', 'aborted'],
        size: 0,
        busy: '409 PendingCopyOperation',
      });
    } finally {
      emulator.state.copyMode = 'sync';
    }
  });

  it('registers permissions and uses them by key', async () => {
    const answer = await run('permissions');
    expect(answer).toMatchObject({
      keys: [true, true, true],
      directory: true,
      wrong: '400 FileInvalidPermission',
    });
    expect(answer).toHaveProperty('sddl', expect.stringContaining('D:AI(A;;FA;;;SY)(A;;FA;;;BA)'));
  });

  it('leases shares and files', async () => {
    expect(await run('leases')).toEqual({
      changed: true,
      state: ['leased', 'locked', 'fixed'],
      file: ['leased', 'infinite'],
      left: 5,
      errors: ['409 LeaseAlreadyPresent', '412 LeaseIdMissing', '412 LeaseIdMissing'],
    });
  });

  it('lists and closes handles', async () => {
    const account = emulator.state.findAccount('source');
    account?.createShare('handles');
    const root = shareState('source', 'handles');
    await run('prepare_handles');
    plantHandle(root, ['open', 'f'], { share: 'none' });
    plantHandle(root, ['open'], {});
    expect(await run('handles')).toEqual({
      listed: expect.arrayContaining(['open', 'open/f']),
      on_file: 1,
      locked: '409 SharingViolation',
      one: { closed_handles_count: 1, failed_handles_count: 0 },
      rest: { closed_handles_count: 1, failed_handles_count: 0 },
    });
  });

  it('signs account, share and file SAS, and with an access policy', async () => {
    expect(await run('signatures')).toEqual({
      shares: true,
      read: ['content', 'content', 'content', 'content'],
      names: [['d f'], ['d f'], ['d f']],
      type: 'text/css',
      errors: [
        '403 AuthenticationFailed',
        '403 AuthenticationFailed',
        '403 AuthenticationFailed',
        '403 AuthorizationPermissionMismatch',
      ],
    });
  });

  it('takes a tree up and down again', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024 + 1, 7);
    await mkdir(join(python.folder, 'up', 'sub dir', 'deep'), { recursive: true });
    await writeFile(join(python.folder, 'up', 'hello.txt'), 'hello');
    await writeFile(join(python.folder, 'up', 'sub dir', 'deep', 'größe.bin'), large);
    await run('batches');
    expect([...filesBelow(emulator, 'source', 'batches').keys()]).toEqual([
      'hello.txt',
      'sub dir/deep/größe.bin',
    ]);
    const down = await readFile(join(python.folder, 'down', 'sub dir', 'deep', 'größe.bin'));
    expect(down.equals(large)).toBe(true);
  });
});
