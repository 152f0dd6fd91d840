import { expect, test } from 'vitest';
import { createFile, EmulatorState, formatTicks, putRange } from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

const DAY = 86_400_000;

test('an account is made once, with two keys of 64 bytes', () => {
  const state = new EmulatorState();
  const account = state.addAccount('one');
  expect(account.keys.map((key) => Buffer.from(key, 'base64').length)).toEqual([64, 64]);
  expect(state.addAccount('one')).toBe(account);
  expect(state.addAccount('two', ['a2V5']).keys[0]).toBe('a2V5');
  expect([...state.accounts].map(({ name }) => name)).toEqual(['one', 'two']);
  expect(state.findAccount('three')).toBeUndefined();
});

test('a share is created, found and deleted', () => {
  const { state, share } = newShare();
  const account = state.addAccount('account');
  expect(account.getShare('share')).toBe(share);
  expect(errorOf(() => account.createShare('share'))).toBe('409 ShareAlreadyExists');
  account.deleteShare('share');
  expect(errorOf(() => account.getShare('share'))).toBe('404 ShareNotFound');
  expect(errorOf(() => account.deleteShare('share'))).toBe('none');
  expect(errorOf(() => account.deleteShare('never'))).toBe('404 ShareNotFound');
  expect(account.createShare('share').snapshotIds()).toEqual([]);
});

test('deleting a share again succeeds for 30 seconds', () => {
  const { state } = newShare();
  const account = state.addAccount('account');
  expect(errorOf(() => account.deleteShare('never'))).toBe('404 ShareNotFound');
  account.deleteShare('share');
  state.clock.advance(29_999);
  expect(errorOf(() => account.deleteShare('share'))).toBe('none');
  state.clock.advance(1);
  expect(errorOf(() => account.deleteShare('share'))).toBe('404 ShareNotFound');
});

test('a share has the defaults of the service, or what is given', () => {
  const { state, share } = newShare();
  const { quotaGiB, metadata, accessTier, protocol, lease } = share.properties();
  expect({ quotaGiB, metadata, accessTier, protocol }).toEqual({
    quotaGiB: 5120,
    metadata: {},
    accessTier: 'TransactionOptimized',
    protocol: 'SMB',
  });
  expect(lease).toEqual({ status: 'unlocked', state: 'available' });
  const given = state.addAccount('account').createShare('given', {
    quotaGiB: 7,
    metadata: { a: '1' },
    accessTier: 'Hot',
  });
  expect(given.properties()).toMatchObject({ quotaGiB: 7, metadata: { a: '1' }, accessTier: 'Hot' });
});

test.each([0, 1.5, 102_401])('a quota of %s GiB is refused', (quotaGiB) => {
  const { state, share } = newShare();
  expect(errorOf(() => state.addAccount('account').createShare('other', { quotaGiB }))).toBe(
    '400 InvalidHeaderValue',
  );
  expect(errorOf(() => share.setProperties({ quotaGiB }))).toBe('400 InvalidHeaderValue');
});

test('settings move Last-Modified, and the tier its own time', () => {
  const { state, share } = newShare();
  const before = share.properties();
  state.clock.advance(1000);
  const changes = [
    share.setProperties({ quotaGiB: 9 }),
    share.setMetadata({ b: '2' }),
    share.setAcl([{ id: 'x', permission: 'r' }]),
    share.setProperties({ accessTier: 'Cool' }),
  ];
  const times = [before, ...changes].map(({ modified }) => modified);
  expect(times).toEqual([...new Set(times)].sort((a, b) => (a < b ? -1 : 1)));
  expect(share.properties()).toMatchObject({ quotaGiB: 9, metadata: { b: '2' }, accessTier: 'Cool' });
  expect(changes[2]?.accessTierChangeTime).toBe(before.accessTierChangeTime);
  expect(changes[3]?.accessTierChangeTime).toBeGreaterThan(before.accessTierChangeTime);
  expect(share.acl()).toEqual([{ id: 'x', permission: 'r' }]);
});

test('a share has at most five stored access policies', () => {
  const { share } = newShare();
  const identifiers = Array.from({ length: 6 }, (_, index) => ({ id: String(index) }));
  expect(errorOf(() => share.setAcl(identifiers))).toBe('400 InvalidXmlDocument');
  expect(errorOf(() => share.setAcl(identifiers.slice(1)))).toBe('none');
});

test.each([
  [{ 'not-an-identifier': '1' }, '400 InvalidMetadata'],
  [{ '': '1' }, '400 EmptyMetadataKey'],
  [{ big: 'x'.repeat(8190) }, '400 MetadataTooLarge'],
  [{ _ok1: 'x' }, 'none'],
])('metadata %j', (metadata, error) => {
  const { share } = newShare();
  expect(errorOf(() => share.setMetadata(metadata))).toBe(error);
});

test('a leased share is deleted by its holder alone, and is changed by anyone who names no other lease', () => {
  const { state, share } = newShare();
  const account = state.addAccount('account');
  const { leaseId = '' } = share.lease({ action: 'acquire', duration: 60 });
  expect(share.properties().lease).toEqual({ status: 'locked', state: 'leased', duration: 'fixed' });
  expect(errorOf(() => account.deleteShare('share'))).toBe('412 LeaseIdMissing');
  expect(errorOf(() => account.deleteShare('share', { leaseId: 'other' }))).toBe(
    '412 LeaseIdMismatchWithContainerOperation',
  );
  expect(errorOf(() => share.properties({ leaseId: 'other' }))).toBe(
    '412 LeaseIdMismatchWithContainerOperation',
  );
  expect(errorOf(() => share.setMetadata({ a: '1' }))).toBe('none');
  expect(errorOf(() => createFile(share, ['f'], { size: 0 }))).toBe('none');
  account.deleteShare('share', { leaseId });
  expect(account.findShare('share')).toBeUndefined();
});

test('the lease of a share expires by the clock', () => {
  const { state, share } = newShare();
  const { leaseId = '' } = share.lease({ action: 'acquire', duration: 60 });
  state.clock.advance(59_999);
  expect(share.properties().lease.state).toBe('leased');
  state.clock.advance(1);
  expect(share.properties().lease.state).toBe('expired');
  expect(errorOf(() => share.properties({ leaseId }))).toBe('412 LeaseLost');
  share.lease({ action: 'renew', leaseId });
  expect(share.properties().lease.state).toBe('leased');
});

test('actions on a lease leave Last-Modified', () => {
  const { share } = newShare();
  const before = share.properties().modified;
  const { leaseId = '', modified } = share.lease({ action: 'acquire', duration: -1 });
  expect(modified).toBe(before);
  expect(share.lease({ action: 'break' })).toEqual({ remainingSeconds: 0, modified: before });
  share.lease({ action: 'release', leaseId });
  expect(share.properties().modified).toBe(before);
});

test('shares are listed by name, page by page, with their snapshots before them', () => {
  const { state } = newShare();
  const account = state.addAccount('lister');
  for (const name of ['bbb', 'aaa', 'abc', 'ccc']) account.createShare(name);
  const first = account.getShare('aaa').createSnapshot().id;
  const second = account.getShare('aaa').createSnapshot().id;
  const shown = (page: ReturnType<typeof account.listShares>) =>
    page.items.map(({ name, snapshot }) => (snapshot === undefined ? name : `${name}@${snapshot}`));
  expect(shown(account.listShares())).toEqual(['aaa', 'abc', 'bbb', 'ccc']);
  expect(shown(account.listShares({ snapshots: true, prefix: 'a' }))).toEqual([
    `aaa@${first}`,
    `aaa@${second}`,
    'aaa',
    'abc',
  ]);
  const page = account.listShares({ maxResults: 3 });
  expect(shown(page)).toEqual(['aaa', 'abc', 'bbb']);
  expect(page.nextMarker).toBe('ccc');
  const rest = account.listShares({ marker: page.nextMarker ?? '', maxResults: 3 });
  expect(shown(rest)).toEqual(['ccc']);
  expect(rest.nextMarker).toBeUndefined();
});

test('a deleted share can be restored with its snapshots until its retention ends', () => {
  const { state, share } = newShare();
  const account = state.addAccount('account');
  account.serviceProperties = {
    ...account.serviceProperties,
    shareDeleteRetention: { enabled: true, days: 2 },
  };
  createFile(share, ['f'], { size: 1 });
  const snapshot = share.createSnapshot().id;
  account.deleteShare('share', { snapshots: 'include' });
  expect(account.listShares().items).toEqual([]);
  const [item] = account.listShares({ deleted: true }).items;
  expect(item).toMatchObject({ name: 'share', deleted: { remainingRetentionDays: 2 } });
  expect(item?.properties.lease).toEqual({ status: 'unlocked', state: 'broken' });
  const version = item?.deleted?.version ?? '';
  expect(version).toMatch(/^[0-9A-F]{16}$/);
  expect(errorOf(() => account.restoreShare('share', 'share', '01D8DA93665D1D85'))).toBe('404 ShareNotFound');
  const restored = account.restoreShare('share', 'share', version);
  expect(restored.snapshotIds()).toEqual([snapshot]);
  expect(restored.view(snapshot).root.childCount).toBe(1);
  expect(restored.properties().lease.state).toBe('available');

  account.deleteShare('share', { snapshots: 'include' });
  const [again] = account.listShares({ deleted: true }).items;
  account.createShare('share');
  expect(errorOf(() => account.restoreShare('share', 'share', again?.deleted?.version ?? ''))).toBe(
    '409 ShareAlreadyExists',
  );
  state.clock.advance(2 * DAY + 1000);
  expect(account.listShares({ deleted: true }).items).toHaveLength(1);
});

test('a full share refuses bytes that are data, and nothing else', () => {
  const { state } = newShare();
  const share = state.addAccount('account').createShare('small', { quotaGiB: 1 });
  createFile(share, ['sparse'], { size: 2 ** 40 });
  createFile(share, ['file'], { size: 2 ** 31 });
  const piece = Buffer.alloc(4 * 2 ** 20);
  for (let index = 0; index < 256; index++) putRange(share, ['file'], index * piece.length, piece);
  expect(share.usageBytes()).toBe(2 ** 30);
  expect(errorOf(() => putRange(share, ['file'], 2 ** 30, Buffer.from('x')))).toBe(
    '403 ShareSizeLimitReached',
  );
  expect(errorOf(() => putRange(share, ['file'], 0, piece))).toBe('none');
  expect(share.usageBytes()).toBe(2 ** 30);
});

test('snapshot times have seven digits and lie in the order of their making', () => {
  const { state, share } = newShare();
  const ids = [share.createSnapshot().id];
  state.clock.advance(-60_000);
  ids.push(share.createSnapshot().id, share.createSnapshot().id);
  for (const id of ids) expect(id).toMatch(/\.\d{7}Z$/);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  expect(share.snapshotIds()).toEqual(ids);
});

test('snapshot times are whole seconds where the state is set so', () => {
  const { share, state } = newShare({ snapshotPrecision: 'second' });
  const ids = [share.createSnapshot().id, share.createSnapshot().id];
  state.clock.advance(10_000);
  ids.push(share.createSnapshot().id);
  expect(ids).toEqual([
    '2026-11-21T05:30:00.0000000Z',
    '2026-11-21T05:30:01.0000000Z',
    '2026-11-21T05:30:10.0000000Z',
  ]);
  expect(formatTicks(state.clock.now())).toBe(ids[2]);
});

test('the name of a deleted share is taken until the deletion is done, where the state is set so', () => {
  const { state } = newShare({ shareDeletionMs: 30_000 });
  const account = state.addAccount('account');
  account.deleteShare('share');
  expect(errorOf(() => account.getShare('share'))).toBe('404 ShareNotFound');
  expect(errorOf(() => account.createShare('share'))).toBe('409 ShareBeingDeleted');
  expect(errorOf(() => account.createShare('other'))).toBe('none');
  state.clock.advance(30_000);
  expect(errorOf(() => account.createShare('share'))).toBe('none');
});
