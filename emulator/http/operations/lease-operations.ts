import { randomUUID } from 'node:crypto';
import { type LeaseAction, type LeaseOutcome, leaseFile, type Ticks } from '../../state/index.ts';
import { given } from '../given.ts';
import { modifiedHeaders } from '../property-headers.ts';
import { invalidHeaderValue } from '../request-errors.ts';
import { integerHeader, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { shareOf, snapshotOf } from './addressed.ts';

/** rest/api/storageservices/lease-share, of a share or one of its snapshots */
export function shareLeaseHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const action = leaseAction(request);
  const outcome = shareOf(request, service).lease(action, snapshotOf(request));
  const response = leaseResponse(action, outcome);
  // The service tells this after the release of a share's lease, though not of a file's.
  if (action.action === 'release') response.headers['x-ms-lease-time'] = '0';
  return response;
}

/** rest/api/storageservices/lease-file */
export function fileLeaseHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const action = leaseAction(request);
  return leaseResponse(action, leaseFile(shareOf(request, service), request.path, action));
}

const STATUS = { acquire: 201, renew: 200, change: 200, release: 200, break: 202 } as const;

function leaseResponse(action: LeaseAction, outcome: LeaseOutcome & { modified: Ticks }): ServiceResponse {
  const headers = modifiedHeaders(outcome.modified);
  if (outcome.leaseId !== undefined && action.action !== 'release' && action.action !== 'break') {
    headers['x-ms-lease-id'] = outcome.leaseId;
  }
  if (action.action === 'break') headers['x-ms-lease-time'] = String(outcome.remainingSeconds ?? 0);
  return { status: STATUS[action.action], headers };
}

function leaseAction(request: ServiceRequest): LeaseAction {
  const action = header(request, 'x-ms-lease-action')?.toLowerCase();
  const proposedId = leaseIdHeader(request, 'x-ms-proposed-lease-id');
  switch (action) {
    case 'acquire':
      return {
        action,
        duration: integerHeader(request, 'x-ms-lease-duration') ?? -1,
        proposedId: proposedId ?? randomUUID(),
      };
    case 'renew':
    case 'release':
      return { action, leaseId: requiredHeader(request, 'x-ms-lease-id') };
    case 'change':
      return {
        action,
        leaseId: requiredHeader(request, 'x-ms-lease-id'),
        proposedId: proposedId ?? requiredHeader(request, 'x-ms-proposed-lease-id'),
      };
    default:
      return {
        action: 'break',
        ...given({
          breakPeriod: integerHeader(request, 'x-ms-lease-break-period'),
          leaseId: leaseIdHeader(request, 'x-ms-lease-id'),
        }),
      };
  }
}

const GUID = /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

function leaseIdHeader(request: ServiceRequest, name: string): string | undefined {
  const text = header(request, name);
  if (text !== undefined && !GUID.test(text)) throw invalidHeaderValue(name, text);
  return text;
}
