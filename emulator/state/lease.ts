import { randomUUID } from 'node:crypto';
import { ServiceError } from './service-error.ts';
import { TICKS_PER_SECOND, type Ticks } from './ticks.ts';

export type LeaseState = 'available' | 'leased' | 'expired' | 'breaking' | 'broken';

/** How a lease is described by properties and listings. */
export type LeaseInfo = {
  readonly status: 'locked' | 'unlocked';
  readonly state: LeaseState;
  /** Only while leased. */
  readonly duration?: 'fixed' | 'infinite';
};

export type LeaseAction =
  /** `duration` 15 to 60 seconds or -1 for infinite. */
  | { readonly action: 'acquire'; readonly duration: number; readonly proposedId?: string }
  | { readonly action: 'renew'; readonly leaseId: string }
  | { readonly action: 'change'; readonly leaseId: string; readonly proposedId: string }
  | { readonly action: 'release'; readonly leaseId: string }
  /** `breakPeriod` 0 to 60 seconds; `leaseId` only where the client sent one. */
  | { readonly action: 'break'; readonly breakPeriod?: number; readonly leaseId?: string };

/** `leaseId` after acquire, renew and change; `remainingSeconds` after break (0 when it is broken at once). */
export type LeaseOutcome = { readonly leaseId?: string; readonly remainingSeconds?: number };

/** A lease that was acquired once. A value: every action makes another one. */
export type Lease = {
  readonly id: string;
  /** Seconds, or -1 for infinite. */
  readonly duration: number;
  /** When it expires; absent when infinite. */
  readonly expiry?: Ticks;
  /** When a break that was asked for takes effect. */
  readonly brokenAt?: Ticks;
};

/** What a lease is on, for the codes and words of errors. */
export type LeasedResource = 'file' | 'file share';

const UNLEASED: LeaseInfo = { status: 'unlocked', state: 'available' };

export function leaseState(lease: Lease | undefined, now: Ticks): LeaseState {
  if (lease === undefined) return 'available';
  if (lease.brokenAt !== undefined) return now < lease.brokenAt ? 'breaking' : 'broken';
  return lease.expiry !== undefined && now >= lease.expiry ? 'expired' : 'leased';
}

export function describeLease(lease: Lease | undefined, now: Ticks): LeaseInfo {
  if (lease === undefined) return UNLEASED;
  const state = leaseState(lease, now);
  if (state === 'leased') {
    return { status: 'locked', state, duration: lease.duration === -1 ? 'infinite' : 'fixed' };
  }
  return { status: state === 'breaking' ? 'locked' : 'unlocked', state };
}

/**
 * The lease after an action, by the states of rest/api/storageservices/lease-share. 409 with the lease codes of
 * the service when the state does not allow it, 400 `InvalidHeaderValue` for durations out of range.
 */
export function actOnLease(
  lease: Lease | undefined,
  action: LeaseAction,
  now: Ticks,
): { readonly lease: Lease | undefined; readonly outcome: LeaseOutcome } {
  switch (action.action) {
    case 'acquire':
      return acquire(lease, action.duration, action.proposedId, now);
    case 'renew':
      return renew(lease, action.leaseId, now);
    case 'change':
      return change(lease, action.leaseId, action.proposedId, now);
    case 'release':
      requireLeaseId(lease, action.leaseId);
      return { lease: undefined, outcome: {} };
    case 'break':
      return breakLease(lease, action.breakPeriod, action.leaseId, now);
  }
}

type Acted = { readonly lease: Lease | undefined; readonly outcome: LeaseOutcome };

function acquire(
  lease: Lease | undefined,
  duration: number,
  proposedId: string | undefined,
  now: Ticks,
): Acted {
  if (duration !== -1 && !(Number.isInteger(duration) && duration >= 15 && duration <= 60)) {
    throw invalidLeaseHeader('x-ms-lease-duration', duration);
  }
  const state = leaseState(lease, now);
  const own = lease !== undefined && proposedId !== undefined && sameId(lease.id, proposedId);
  if (state === 'breaking' && own) {
    throw leaseConflict(
      'LeaseIsBreakingAndCannotBeAcquired',
      'is in the breaking state and cannot be acquired until it is broken',
    );
  }
  if (state === 'breaking' || (state === 'leased' && !own)) {
    throw new ServiceError(409, 'LeaseAlreadyPresent', 'There is already a lease present.');
  }
  return leased(proposedId ?? randomUUID(), duration, now);
}

function renew(lease: Lease | undefined, leaseId: string, now: Ticks): Acted {
  const known = requireLeaseId(lease, leaseId);
  const state = leaseState(known, now);
  if (state === 'breaking' || state === 'broken') {
    throw leaseConflict(
      'LeaseIsBrokenAndCannotBeRenewed',
      'has been broken explicitly and cannot be renewed',
    );
  }
  return leased(known.id, known.duration, now);
}

function change(lease: Lease | undefined, leaseId: string, proposedId: string, now: Ticks): Acted {
  const state = leaseState(lease, now);
  if (lease === undefined || state === 'expired' || state === 'broken') {
    throw leaseConflict('LeaseNotPresentWithLeaseOperation', 'is not currently present');
  }
  // A change whose answer was lost is repeated with the old id, while the new one is already in force.
  if (!sameId(lease.id, leaseId) && !sameId(lease.id, proposedId)) throw leaseIdMismatch();
  if (state === 'breaking') {
    throw leaseConflict(
      'LeaseIsBreakingAndCannotBeChanged',
      'is in the breaking state and cannot be changed',
    );
  }
  return { lease: { ...lease, id: proposedId }, outcome: { leaseId: proposedId } };
}

function breakLease(
  lease: Lease | undefined,
  period: number | undefined,
  leaseId: string | undefined,
  now: Ticks,
): Acted {
  if (period !== undefined && !(Number.isInteger(period) && period >= 0 && period <= 60)) {
    throw invalidLeaseHeader('x-ms-lease-break-period', period);
  }
  if (lease === undefined)
    throw leaseConflict('LeaseNotPresentWithLeaseOperation', 'is not currently present');
  if (leaseId !== undefined && !sameId(lease.id, leaseId)) throw leaseIdMismatch();
  const state = leaseState(lease, now);
  const asked = period === undefined ? undefined : now + BigInt(period) * TICKS_PER_SECOND;
  const latest = state === 'leased' ? lease.expiry : state === 'breaking' ? lease.brokenAt : now;
  const brokenAt = earlier(asked, latest) ?? now;
  const remaining = Number((brokenAt - now + TICKS_PER_SECOND - 1n) / TICKS_PER_SECOND);
  return { lease: { ...lease, brokenAt }, outcome: { remainingSeconds: remaining } };
}

function earlier(a: Ticks | undefined, b: Ticks | undefined): Ticks | undefined {
  if (a === undefined) return b;
  return b === undefined || a < b ? a : b;
}

function leased(id: string, duration: number, now: Ticks): Acted {
  const lease: Lease = { id, duration };
  return {
    lease: duration === -1 ? lease : { ...lease, expiry: now + BigInt(duration) * TICKS_PER_SECOND },
    outcome: { leaseId: id },
  };
}

/**
 * Checks the lease id of a request that does not act on the lease. 412 for an id that is not the lease's, and
 * for none where the operation needs one while the resource is leased.
 */
export function requireLease(
  lease: Lease | undefined,
  leaseId: string | undefined,
  needed: boolean,
  resource: LeasedResource,
  now: Ticks,
): void {
  if (lease === undefined && leaseId === undefined) return;
  const state = leaseState(lease, now);
  const locked = state === 'leased' || state === 'breaking';
  if (leaseId === undefined) {
    if (!locked || !needed) return;
    throw new ServiceError(
      412,
      'LeaseIdMissing',
      `There is currently a lease on the ${resource} and no lease ID was specified in the request.`,
    );
  }
  const operation = resource === 'file' ? 'FileOperation' : 'ContainerOperation';
  if (lease === undefined) {
    throw new ServiceError(
      412,
      `LeaseNotPresentWith${operation}`,
      `There is currently no lease on the ${resource}.`,
    );
  }
  if (!sameId(lease.id, leaseId)) {
    throw new ServiceError(
      412,
      `LeaseIdMismatchWith${operation}`,
      `The lease ID specified did not match the lease ID for the ${resource}.`,
    );
  }
  if (!locked) {
    throw new ServiceError(
      412,
      'LeaseLost',
      `A lease ID was specified, but the lease for the ${resource} has expired.`,
    );
  }
}

function requireLeaseId(lease: Lease | undefined, leaseId: string): Lease {
  if (lease === undefined || !sameId(lease.id, leaseId)) throw leaseIdMismatch();
  return lease;
}

function sameId(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

function leaseIdMismatch(): ServiceError {
  return new ServiceError(
    409,
    'LeaseIdMismatchWithLeaseOperation',
    'The lease ID specified did not match the lease ID for the resource.',
  );
}

function leaseConflict(code: string, what: string): ServiceError {
  return new ServiceError(409, code, `The lease ${what}.`);
}

function invalidLeaseHeader(name: string, value: number): ServiceError {
  return new ServiceError(
    400,
    'InvalidHeaderValue',
    'The value for one of the HTTP headers is not in the correct format.',
    { fields: { HeaderName: name, HeaderValue: String(value) } },
  );
}
