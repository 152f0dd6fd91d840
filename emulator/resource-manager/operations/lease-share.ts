import { z } from 'zod';
import { given } from '../../http/given.ts';
import type { LeaseAction, LeaseOutcome } from '../../state/index.ts';
import { invalidPropertyValue, missingProperty } from '../management-errors.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { optional, requestJson } from '../request-json.ts';
import { shareOf, snapshotOf } from './addressed-resource.ts';

const leaseSchema = z.object({
  action: optional(z.string()),
  leaseId: optional(z.string()),
  breakPeriod: optional(z.number()),
  leaseDuration: optional(z.number()),
  proposedLeaseId: optional(z.string()),
});

type LeaseRequest = z.output<typeof leaseSchema>;

/** rest/api/storagerp/file-shares/lease: of the share, or with `x-ms-snapshot` of one of its snapshots */
export function leaseShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const action = leaseAction(requestJson(request, leaseSchema));
  const outcome = shareOf(request, manager).lease(action, snapshotOf(request));
  return { status: 200, body: leaseResponse(action, outcome) };
}

/** The time that is left is told of leases that end by the action, as text. */
function leaseResponse(action: LeaseAction, { leaseId, remainingSeconds }: LeaseOutcome): unknown {
  if (action.action === 'break' || action.action === 'release') {
    return { leaseTimeSeconds: String(remainingSeconds ?? 0) };
  }
  return { leaseId };
}

function leaseAction(request: LeaseRequest): LeaseAction {
  const proposedId = leaseIdOf('proposedLeaseId', request.proposedLeaseId);
  const leaseId = leaseIdOf('leaseId', request.leaseId);
  switch (request.action?.toLowerCase()) {
    case 'acquire':
      return { action: 'acquire', duration: durationOf(request), ...given({ proposedId }) };
    case 'renew':
      return { action: 'renew', leaseId: required('leaseId', leaseId) };
    case 'change':
      return {
        action: 'change',
        leaseId: required('leaseId', leaseId),
        proposedId: required('proposedLeaseId', proposedId),
      };
    case 'release':
      return { action: 'release', leaseId: required('leaseId', leaseId) };
    case 'break':
      return { action: 'break', ...given({ breakPeriod: breakPeriodOf(request), leaseId }) };
    case undefined:
      throw missingProperty('action');
    default:
      throw invalidPropertyValue('action', request.action);
  }
}

function durationOf({ leaseDuration }: LeaseRequest): number {
  const duration = required('leaseDuration', leaseDuration);
  const isTimed = Number.isInteger(duration) && duration >= 15 && duration <= 60;
  if (duration !== -1 && !isTimed) throw invalidPropertyValue('leaseDuration', duration);
  return duration;
}

function breakPeriodOf({ breakPeriod }: LeaseRequest): number | undefined {
  if (breakPeriod === undefined) return undefined;
  if (Number.isInteger(breakPeriod) && breakPeriod >= 0 && breakPeriod <= 60) return breakPeriod;
  throw invalidPropertyValue('breakPeriod', breakPeriod);
}

const GUID = /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

function leaseIdOf(property: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!GUID.test(text)) throw invalidPropertyValue(property, text);
  return text;
}

function required<T>(property: string, value: T | undefined): T {
  if (value === undefined) throw missingProperty(property);
  return value;
}
