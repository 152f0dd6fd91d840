import type { LeaseShareRequest, StorageManagementClient } from '@azure/arm-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { clientOf } from '../http/sdk-clients.ts';
import { failureOf, GROUP, managementClient, rawRequest, SHARES, VERSION } from './management-client.ts';

const FIRST = 'aaaaaaaa-0000-4000-8000-000000000001';
const SECOND = 'aaaaaaaa-0000-4000-8000-000000000002';

describe('leases in Resource Manager', () => {
  let emulator: Emulator;
  let client: StorageManagementClient;

  beforeEach(async () => {
    emulator = await startEmulator({ https: true });
    emulator.state.clock.freeze();
    client = await managementClient(emulator);
    await clientOf(emulator).createShare('finance');
  });
  afterEach(() => emulator.close());

  const act = (parameters: LeaseShareRequest, xMsSnapshot?: string) =>
    client.fileShares.lease(GROUP, 'source', 'finance', {
      parameters,
      ...(xMsSnapshot === undefined ? {} : { xMsSnapshot }),
    });

  it('are acquired, renewed, changed and released', async () => {
    const acquired = await act({ action: 'Acquire', leaseDuration: 60, proposedLeaseId: FIRST });
    expect(acquired.leaseId).toBe(FIRST);
    expect(await client.fileShares.get(GROUP, 'source', 'finance')).toMatchObject({
      leaseStatus: 'locked',
      leaseState: 'leased',
      leaseDuration: 'fixed',
    });
    expect(await failureOf(act({ action: 'Acquire', leaseDuration: 60 }))).toBe('409 LeaseAlreadyPresent');
    emulator.state.clock.advance(59_000);
    expect((await act({ action: 'Renew', leaseId: FIRST })).leaseId).toBe(FIRST);
    emulator.state.clock.advance(59_000);
    const changed = await act({ action: 'Change', leaseId: FIRST, proposedLeaseId: SECOND });
    expect(changed.leaseId).toBe(SECOND);
    expect(await failureOf(act({ action: 'Renew', leaseId: FIRST }))).toBe(
      '409 LeaseIdMismatchWithLeaseOperation',
    );
    await act({ action: 'Release', leaseId: SECOND });
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).leaseState).toBe('available');
  });

  it('expire, and may then be acquired by others', async () => {
    await act({ action: 'Acquire', leaseDuration: 15, proposedLeaseId: FIRST });
    emulator.state.clock.advance(15_000);
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).leaseState).toBe('expired');
    const { leaseId } = await act({ action: 'Acquire', leaseDuration: 15 });
    expect(leaseId).toMatch(/^[0-9a-f-]{36}$/);
    expect(leaseId).not.toBe(FIRST);
  });

  it('are broken without their id, and tell as text how long they last', async () => {
    await act({ action: 'Acquire', leaseDuration: -1 });
    const broken = await rawRequest(emulator, `${SHARES}/finance/lease?${VERSION}`, {
      method: 'POST',
      body: { action: 'Break', breakPeriod: 20, leaseId: null, leaseDuration: null },
    });
    expect(JSON.parse(broken.text)).toEqual({ leaseTimeSeconds: '20' });
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).leaseState).toBe('breaking');
    emulator.state.clock.advance(20_000);
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).leaseState).toBe('broken');
  });

  it('hold off the deletion of their share, which has no way to give the id', async () => {
    await act({ action: 'Acquire', leaseDuration: -1 });
    expect(await failureOf(client.fileShares.delete(GROUP, 'source', 'finance'))).toBe('409 LeaseIdMissing');
    await act({ action: 'Break', breakPeriod: 0 });
    expect(await failureOf(client.fileShares.delete(GROUP, 'source', 'finance'))).toBe('succeeded');
  });

  it('of snapshots and shares are apart, and the same as on the data plane', async () => {
    const { snapshot = '' } = await clientOf(emulator).getShareClient('finance').createSnapshot();
    await act({ action: 'Acquire', leaseDuration: -1, proposedLeaseId: FIRST }, snapshot);
    expect((await client.fileShares.get(GROUP, 'source', 'finance')).leaseState).toBe('available');
    const onSnapshot = clientOf(emulator).getShareClient('finance').withSnapshot(snapshot);
    expect(await onSnapshot.getProperties()).toMatchObject({
      leaseState: 'leased',
      leaseDuration: 'infinite',
    });
    await onSnapshot.getShareLeaseClient(FIRST).releaseLease();
    const got = await client.fileShares.get(GROUP, 'source', 'finance', { xMsSnapshot: snapshot });
    expect(got.leaseState).toBe('available');
  });

  it.each([
    [{ action: 'Acquire' }, '400 InvalidValuesForRequestParameters'],
    [{ action: 'Acquire', leaseDuration: 14 }, '400 InvalidRequestPropertyValue'],
    [{ action: 'Acquire', leaseDuration: 61 }, '400 InvalidRequestPropertyValue'],
    [{ action: 'Acquire', leaseDuration: 60, proposedLeaseId: 'mine' }, '400 InvalidRequestPropertyValue'],
    [{ action: 'Renew' }, '400 InvalidValuesForRequestParameters'],
    [{ action: 'Change', leaseId: FIRST }, '400 InvalidValuesForRequestParameters'],
    [{ action: 'Break', breakPeriod: 61 }, '400 InvalidRequestPropertyValue'],
    [{ action: 'Break' }, '409 LeaseNotPresentWithLeaseOperation'],
    [{ action: 'Borrow' }, '400 InvalidRequestPropertyValue'],
  ])('refuse %j', async (parameters, failure) => {
    expect(await failureOf(act(parameters))).toBe(failure);
  });
});
