import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  actOnLease,
  describeLease,
  type Lease,
  type LeaseAction,
  leaseState,
  requireLease,
} from '../../../emulator/state/lease.ts';
import { errorOf } from './fixture.ts';

const SECOND = 10_000_000n;
const A = 'aaaaaaaa-0000-0000-0000-000000000000';
const B = 'bbbbbbbb-0000-0000-0000-000000000000';

function act(lease: Lease | undefined, action: LeaseAction, at = 0): Lease | undefined {
  return actOnLease(lease, action, BigInt(at) * SECOND).lease;
}

const fixed = act(undefined, { action: 'acquire', duration: 60, proposedId: A });
const infinite = act(undefined, { action: 'acquire', duration: -1, proposedId: A });
const breaking = act(fixed, { action: 'break', breakPeriod: 20 });

test('a lease is leased until it expires', () => {
  expect(describeLease(fixed, 59n * SECOND)).toEqual({
    status: 'locked',
    state: 'leased',
    duration: 'fixed',
  });
  expect(describeLease(fixed, 60n * SECOND)).toEqual({ status: 'unlocked', state: 'expired' });
  expect(describeLease(infinite, 10n ** 18n)).toEqual({
    status: 'locked',
    state: 'leased',
    duration: 'infinite',
  });
});

test('a lease is breaking until it is broken', () => {
  expect(describeLease(breaking, 19n * SECOND)).toEqual({ status: 'locked', state: 'breaking' });
  expect(describeLease(breaking, 20n * SECOND)).toEqual({ status: 'unlocked', state: 'broken' });
});

test.each([
  ['fixed, without a period', fixed, undefined, 10, 50],
  ['fixed, with a shorter period', fixed, 5, 10, 5],
  ['fixed, with a longer period', fixed, 60, 10, 50],
  ['infinite, without a period', infinite, undefined, 10, 0],
  ['infinite, with a period', infinite, 30, 10, 30],
  ['breaking, without a period', breaking, undefined, 5, 15],
  ['breaking, with a longer period', breaking, 60, 5, 15],
  ['breaking, with a shorter period', breaking, 3, 5, 3],
  ['expired', fixed, undefined, 100, 0],
])('breaking a lease that is %s', (_, lease, breakPeriod, at, remaining) => {
  const action: LeaseAction =
    breakPeriod === undefined ? { action: 'break' } : { action: 'break', breakPeriod };
  const { outcome } = actOnLease(lease, action, BigInt(at) * SECOND);
  expect(outcome).toEqual({ remainingSeconds: remaining });
});

const acquireB: LeaseAction = { action: 'acquire', duration: 15, proposedId: B };
const acquireA: LeaseAction = { action: 'acquire', duration: 15, proposedId: A };
const renewA: LeaseAction = { action: 'renew', leaseId: A };
const changeAtoB: LeaseAction = { action: 'change', leaseId: A, proposedId: B };
const releaseA: LeaseAction = { action: 'release', leaseId: A };

/** The outcome tables of rest/api/storageservices/lease-share, state by state. */
test.each([
  [
    'available',
    undefined,
    0,
    'none',
    'none',
    '409 LeaseIdMismatchWithLeaseOperation',
    '409 LeaseNotPresentWithLeaseOperation',
    '409 LeaseIdMismatchWithLeaseOperation',
    '409 LeaseNotPresentWithLeaseOperation',
  ],
  ['leased', fixed, 10, 'none', '409 LeaseAlreadyPresent', 'none', 'none', 'none', 'none'],
  [
    'breaking',
    breaking,
    10,
    '409 LeaseIsBreakingAndCannotBeAcquired',
    '409 LeaseAlreadyPresent',
    '409 LeaseIsBrokenAndCannotBeRenewed',
    '409 LeaseIsBreakingAndCannotBeChanged',
    'none',
    'none',
  ],
  [
    'broken',
    breaking,
    30,
    'none',
    'none',
    '409 LeaseIsBrokenAndCannotBeRenewed',
    '409 LeaseNotPresentWithLeaseOperation',
    'none',
    'none',
  ],
  ['expired', fixed, 90, 'none', 'none', 'none', '409 LeaseNotPresentWithLeaseOperation', 'none', 'none'],
] as const)(
  'what can be done while a lease is %s',
  (state, lease, at, acquireOwn, acquireOther, renew, change, release, breakIt) => {
    expect(leaseState(lease, BigInt(at) * SECOND)).toBe(state);
    expect(errorOf(() => act(lease, acquireA, at))).toBe(acquireOwn);
    expect(errorOf(() => act(lease, acquireB, at))).toBe(acquireOther);
    expect(errorOf(() => act(lease, renewA, at))).toBe(renew);
    expect(errorOf(() => act(lease, changeAtoB, at))).toBe(change);
    expect(errorOf(() => act(lease, releaseA, at))).toBe(release);
    expect(errorOf(() => act(lease, { action: 'break' }, at))).toBe(breakIt);
  },
);

test("an id that is not the lease's is refused by every action that names one", () => {
  expect(errorOf(() => act(fixed, { action: 'renew', leaseId: B }))).toBe(
    '409 LeaseIdMismatchWithLeaseOperation',
  );
  expect(errorOf(() => act(fixed, { action: 'release', leaseId: B }))).toBe(
    '409 LeaseIdMismatchWithLeaseOperation',
  );
  expect(errorOf(() => act(fixed, { action: 'break', leaseId: B }))).toBe(
    '409 LeaseIdMismatchWithLeaseOperation',
  );
  expect(errorOf(() => act(fixed, { action: 'change', leaseId: B, proposedId: 'c' }))).toBe(
    '409 LeaseIdMismatchWithLeaseOperation',
  );
});

test('renewing starts the duration again, and ids are compared without case', () => {
  const renewed = act(fixed, { action: 'renew', leaseId: A.toUpperCase() }, 50);
  expect(leaseState(renewed, 109n * SECOND)).toBe('leased');
  expect(leaseState(renewed, 110n * SECOND)).toBe('expired');
});

test('a change whose answer was lost can be repeated', () => {
  const changed = act(fixed, changeAtoB);
  expect(changed?.id).toBe(B);
  expect(act(changed, changeAtoB)?.id).toBe(B);
});

test.each([0, 14, 61, 15.5])('a duration of %s seconds is refused', (duration) => {
  expect(errorOf(() => act(undefined, { action: 'acquire', duration }))).toBe('400 InvalidHeaderValue');
});

test('what a request with or without a lease id gets', () => {
  const check = (lease: Lease | undefined, id: string | undefined, needed: boolean, at = 0) =>
    errorOf(() => requireLease(lease, id, needed, 'file share', BigInt(at) * SECOND));
  expect(check(fixed, undefined, true)).toBe('412 LeaseIdMissing');
  expect(check(fixed, undefined, false)).toBe('none');
  expect(check(fixed, A, true)).toBe('none');
  expect(check(fixed, B, false)).toBe('412 LeaseIdMismatchWithContainerOperation');
  expect(check(fixed, A, true, 60)).toBe('412 LeaseLost');
  expect(check(fixed, undefined, true, 60)).toBe('none');
  expect(check(undefined, A, false)).toBe('412 LeaseNotPresentWithContainerOperation');
  expect(errorOf(() => requireLease(fixed, B, true, 'file', 0n))).toBe(
    '412 LeaseIdMismatchWithFileOperation',
  );
});

const actions: readonly LeaseAction[] = [
  acquireA,
  acquireB,
  { action: 'acquire', duration: -1, proposedId: A },
  renewA,
  changeAtoB,
  releaseA,
  { action: 'release', leaseId: B },
  { action: 'break' },
  { action: 'break', breakPeriod: 10 },
];

test('two holders never both find the lease theirs', () => {
  const step = fc.record({ action: fc.constantFrom(...actions), wait: fc.nat({ max: 30 }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let lease: Lease | undefined;
      let now = 0n;
      for (const { action, wait } of steps) {
        now += BigInt(wait) * SECOND;
        const before = lease;
        const wasLocked = ['leased', 'breaking'].includes(leaseState(lease, now));
        const error = errorOf(() => {
          lease = actOnLease(lease, action, now).lease;
        });
        if (error !== 'none') expect(lease).toBe(before);
        if (action.action === 'acquire' && wasLocked && before?.id !== action.proposedId) {
          expect(error).not.toBe('none');
        }
        const holders = [A, B].filter(
          (id) => errorOf(() => requireLease(lease, id, true, 'file share', now)) === 'none',
        );
        const locked = ['leased', 'breaking'].includes(leaseState(lease, now));
        expect(holders.length).toBe(locked ? 1 : 0);
      }
    }),
  );
});
