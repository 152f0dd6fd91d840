import { describe, expect, test } from 'vitest';
import {
  ARCHIVE,
  abortCopy,
  completeCopy,
  copyFile,
  createDirectory,
  createFile,
  deleteFile,
  failCopy,
  getFile,
  HIDDEN,
  leaseFile,
  listRangesDiff,
  openSource,
  parseTicks,
  putRange,
  READ_ONLY,
  rename,
  type Share,
  setFileProperties,
} from '../../../emulator/state/index.ts';
import { contentOf, errorOf, newShare } from './fixture.ts';

const THEN = parseTicks('2001-02-03T04:05:06.1234567Z') ?? 0n;
const SDDL = 'O:SYG:SYD:(A;;FA;;;SY)';

function withSource(options = {}) {
  const { state, share } = newShare(options);
  createFile(share, ['source'], {
    size: 6,
    content: Buffer.from('source'),
    attributes: HIDDEN,
    creationTime: THEN,
    lastWriteTime: THEN + 1n,
    changeTime: THEN + 2n,
    metadata: { from: 'source' },
    headers: { contentType: 'text/plain', contentMd5: 'md5' },
    permission: { text: SDDL, format: 'Sddl' },
  });
  return { state, share };
}

const copy = (share: Share, to: string, options = {}, from: readonly string[] = ['source']) =>
  copyFile(share, [to], openSource(share.view(), from), { sourceUrl: 'http://x/source', ...options });

describe('a copy', () => {
  test('has content, headers, metadata and the times of creation and writing of its source', () => {
    const { share } = withSource();
    const copied = copy(share, 'copy');
    expect(copied.copy).toMatchObject({ status: 'success', bytesCopied: 6, totalBytes: 6 });
    expect(copied.copy.completionTime).toBe(copied.entry.modified);
    expect(copied.entry).toMatchObject({
      size: 6,
      attributes: HIDDEN | ARCHIVE,
      creationTime: THEN,
      lastWriteTime: THEN + 1n,
      changeTime: copied.entry.modified,
      metadata: { from: 'source' },
      headers: { contentType: 'text/plain', contentMd5: 'md5' },
    });
    expect(contentOf(copied.entry).toString()).toBe('source');
    expect(copied.entry.permissionKey).toBe(createFile(share, ['new'], { size: 0 }).entry.permissionKey);
  });

  test('takes what is asked for from the source, or as given', () => {
    const { share } = withSource();
    const same = copy(share, 'same', { permission: 'source', changeTime: 'source' }).entry;
    expect(same.permissionKey).toBe(getFile(share.view(), ['source']).entry.permissionKey);
    expect(same.changeTime).toBe(THEN + 2n);
    const given = copy(share, 'given', {
      permission: { text: 'O:SYG:SYD:(A;;FR;;;SY)', format: 'Sddl' },
      attributes: READ_ONLY,
      creationTime: THEN + 10n,
      lastWriteTime: THEN + 11n,
      changeTime: THEN + 12n,
      metadata: { own: '1' },
    }).entry;
    expect(given).toMatchObject({
      attributes: READ_ONLY | ARCHIVE,
      creationTime: THEN + 10n,
      lastWriteTime: THEN + 11n,
      changeTime: THEN + 12n,
      metadata: { own: '1' },
    });
    expect(given.permissionKey).toBe(share.createPermission('O:SYG:SYD:(A;;FR;;;SY)', 'Sddl'));
  });

  test('from another account has the permission of its source under the key of its own share', () => {
    const { state, share } = withSource();
    const other = state.addAccount('other').createShare('share');
    copyFile(other, ['copy'], openSource(share.view(), ['source']), {
      sourceUrl: 'x',
      permission: 'source',
    });
    const { permissionKey } = getFile(other.view(), ['copy']).entry;
    expect(other.getPermission(permissionKey, 'Sddl')).toBe(`${SDDL}S:NO_ACCESS_CONTROL`);
  });

  test('from a snapshot has what the snapshot has', () => {
    const { share } = withSource();
    const { id } = share.createSnapshot();
    putRange(share, ['source'], 0, Buffer.from('SOURCE'));
    deleteFile(share, ['source']);
    copyFile(share, ['copy'], openSource(share.view(id), ['source']), { sourceUrl: 'x' });
    expect(contentOf(getFile(share.view(), ['copy']).entry).toString()).toBe('source');
  });

  test('over a file keeps its id and lease, and no difference can be told across it', () => {
    const { share } = withSource();
    const old = createFile(share, ['copy'], { size: 1000, metadata: { old: '1' } }).entry.fileId;
    const { leaseId } = leaseFile(share, ['copy'], { action: 'acquire', duration: -1 });
    const { id } = share.createSnapshot();
    expect(errorOf(() => copy(share, 'copy'))).toBe('412 LeaseIdMissing');
    const { entry, lease } = copy(share, 'copy', { leaseId });
    expect(entry).toMatchObject({ fileId: old, size: 6, metadata: { from: 'source' } });
    expect(lease.state).toBe('leased');
    expect(errorOf(() => listRangesDiff(share.view(), ['copy'], { previousSnapshot: id }))).toBe(
      '409 FileGenerationMismatch',
    );
    const later = share.createSnapshot().id;
    expect(listRangesDiff(share.view(), ['copy'], { previousSnapshot: later }).ranges).toEqual([]);
  });

  test('onto itself leaves the content', () => {
    const { share } = withSource();
    expect(contentOf(copy(share, 'source').entry).toString()).toBe('source');
    expect(share.usageBytes()).toBe(6);
  });

  test('is refused where it cannot be', () => {
    const { share } = withSource();
    createDirectory(share, ['directory']);
    createFile(share, ['read-only'], { size: 0, attributes: READ_ONLY });
    const source = openSource(share.view(), ['source']);
    const into = (path: readonly string[], options = {}) =>
      errorOf(() => copyFile(share, path, source, { sourceUrl: 'x', ...options }));
    expect(into(['none', 'copy'])).toBe('404 ParentNotFound');
    expect(into(['directory'])).toBe('409 ResourceTypeMismatch');
    expect(into(['read-only'])).toBe('409 ReadOnlyAttribute');
    expect(into(['read-only'], { ignoreReadOnly: true })).toBe('none');
    expect(errorOf(() => openSource(share.view(), ['none']))).toBe('404 ResourceNotFound');
    expect(errorOf(() => openSource(share.view(), ['directory']))).toBe('404 ResourceNotFound');
  });

  test('counts against the quota', () => {
    const { state, share } = withSource();
    const small = state.addAccount('account').createShare('small', { quotaGiB: 1 });
    createFile(small, ['big'], { size: 2 ** 30 + 1 });
    setFileProperties(share, ['source'], { size: 2 ** 30 + 1 });
    const source = openSource(share.view(), ['source']);
    copyFile(small, ['copy'], source, { sourceUrl: 'x' });
    expect(small.usageBytes()).toBe(6);
  });

  test('that is complete cannot be aborted', () => {
    const { share } = withSource();
    const { id } = copy(share, 'copy').copy;
    expect(errorOf(() => abortCopy(share, ['copy'], id))).toBe('409 NoPendingCopyOperation');
  });
});

describe('a pending copy', () => {
  const pending = () => {
    const { state, share } = withSource({ copyMode: 'until-told' });
    createFile(share, ['copy'], { size: 100, content: Buffer.alloc(100, 1) });
    return { state, share, id: copy(share, 'copy').copy.id };
  };

  test('leaves an empty file with all properties until it ends', () => {
    const { share } = pending();
    const { entry } = getFile(share.view(), ['copy']);
    expect(entry).toMatchObject({ size: 0, lastWriteTime: THEN + 1n, metadata: { from: 'source' } });
    expect(entry.copy).toMatchObject({ status: 'pending', bytesCopied: 0, totalBytes: 6 });
    expect(entry.copy?.completionTime).toBeUndefined();
  });

  test('refuses changes of its destination, and a second copy', () => {
    const { share } = pending();
    const expected = '409 PendingCopyOperation';
    expect(errorOf(() => putRange(share, ['copy'], 0, Buffer.from('x')))).toBe(expected);
    expect(errorOf(() => setFileProperties(share, ['copy'], {}))).toBe(expected);
    expect(errorOf(() => createFile(share, ['copy'], { size: 0 }))).toBe(expected);
    expect(errorOf(() => copy(share, 'copy'))).toBe(expected);
    expect(errorOf(() => rename(share, ['copy'], ['x'], { kind: 'file' }))).toBe(expected);
  });

  test('completes with the content that the source had at its start', () => {
    const { share } = pending();
    const before = getFile(share.view(), ['copy']).entry.modified;
    putRange(share, ['source'], 0, Buffer.from('later!'));
    completeCopy(share, ['copy']);
    const { entry } = getFile(share.view(), ['copy']);
    expect(contentOf(entry).toString()).toBe('source');
    expect(entry.copy).toMatchObject({ status: 'success', bytesCopied: 6 });
    expect(entry.modified).toBeGreaterThan(before);
    expect(entry.lastWriteTime).toBe(THEN + 1n);
    expect(share.usageBytes()).toBe(12);
  });

  test('leaves an empty file when it is aborted or fails', () => {
    const aborted = pending();
    expect(errorOf(() => abortCopy(aborted.share, ['copy'], 'other'))).toBe('409 CopyIdMismatch');
    abortCopy(aborted.share, ['copy'], aborted.id);
    expect(getFile(aborted.share.view(), ['copy']).entry).toMatchObject({
      size: 0,
      metadata: { from: 'source' },
      copy: { status: 'aborted' },
    });
    expect(aborted.share.usageBytes()).toBe(6);
    const failed = pending();
    failCopy(failed.share, ['copy'], 'gone');
    expect(getFile(failed.share.view(), ['copy']).entry).toMatchObject({
      size: 0,
      copy: { status: 'failed', statusDescription: 'gone' },
    });
    expect(errorOf(() => completeCopy(failed.share, ['copy']))).toBe('409 NoPendingCopyOperation');
  });

  test('moves on and ends by the clock', () => {
    const { state, share } = withSource({ copyMode: { pendingMs: 1000 } });
    copy(share, 'copy');
    state.clock.advance(500);
    expect(getFile(share.view(), ['copy']).entry.copy).toMatchObject({ status: 'pending', bytesCopied: 3 });
    state.clock.advance(500);
    expect(getFile(share.view(), ['copy']).entry).toMatchObject({ size: 6, copy: { status: 'success' } });
  });

  test('is pending in a snapshot for good', () => {
    const { share } = pending();
    const { id } = share.createSnapshot();
    completeCopy(share, ['copy']);
    expect(getFile(share.view(id), ['copy']).entry).toMatchObject({ size: 0, copy: { status: 'pending' } });
    expect(getFile(share.view(), ['copy']).entry.size).toBe(6);
  });

  test('ends with the file that is deleted', () => {
    const { state, share } = withSource({ copyMode: { pendingMs: 1000 } });
    copy(share, 'copy');
    deleteFile(share, ['copy']);
    createFile(share, ['copy'], { size: 1 });
    state.clock.advance(5000);
    expect(getFile(share.view(), ['copy']).entry).toMatchObject({ size: 1, copy: undefined });
    expect(share.usageBytes()).toBe(6);
  });
});
