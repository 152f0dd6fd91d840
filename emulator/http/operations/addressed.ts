import { type Account, parseTicks, type Share, type ShareView } from '../../state/index.ts';
import { invalidQueryParameterValue, invalidUri, outOfRangeQueryParameterValue } from '../request-errors.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest } from '../service-request.ts';

/** The account of a request. */
export function accountOf(request: ServiceRequest, service: Service): Account {
  const account = service.state.findAccount(request.account);
  if (account === undefined) throw invalidUri();
  return account;
}

/** The share of a request; 404 `ShareNotFound`. */
export function shareOf(request: ServiceRequest, service: Service): Share {
  return accountOf(request, service).getShare(request.share);
}

/** The tree a request reads: live, or that of its snapshot. */
export function viewOf(request: ServiceRequest, service: Service): ShareView {
  return shareOf(request, service).view(snapshotOf(request));
}

/** The query parameter `sharesnapshot`; 400 when it is no time. */
export function snapshotOf(request: ServiceRequest): string | undefined {
  return snapshotParameter(request, 'sharesnapshot');
}

/** A query parameter that names a snapshot; 400 when it is no time. */
export function snapshotParameter(request: ServiceRequest, name: string): string | undefined {
  const text = request.query.get(name);
  if (text !== undefined && parseTicks(text) === undefined) throw invalidQueryParameterValue(name, text);
  return text;
}

/** `x-ms-lease-id` as the option that state functions take. */
export function leaseCondition(request: ServiceRequest): { leaseId?: string } {
  const leaseId = header(request, 'x-ms-lease-id');
  return leaseId === undefined ? {} : { leaseId };
}

const MAX_RESULTS = 5000;

/** The query parameter `maxresults`, which pages cap at 5,000; 400 unless it is a positive number. */
export function maxResultsOf(request: ServiceRequest): number | undefined {
  const text = request.query.get('maxresults');
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw invalidQueryParameterValue('maxresults', text);
  const value = Number(text);
  if (value < 1) throw outOfRangeQueryParameterValue('maxresults', text, 1, MAX_RESULTS);
  return Math.min(value, MAX_RESULTS);
}

/** The parts of the query parameter `include`, in lower case. */
export function includes(request: ServiceRequest): ReadonlySet<string> {
  const text = request.query.get('include') ?? '';
  return new Set(
    text
      .toLowerCase()
      .split(',')
      .filter((part) => part !== ''),
  );
}
