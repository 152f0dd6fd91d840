import type { OperationName } from '../auth/operations.ts';
import type { TrafficUse } from '../control/traffic-limits.ts';
import { getFile, ServiceError } from '../state/index.ts';
import type { SourceAddress } from './copy-source.ts';
import { serverBusy } from './request-errors.ts';
import type { Service } from './service.ts';
import { header, type ServiceRequest } from './service-request.ts';

/**
 * Holds a request up as latency and the limits of its share demand; throws 503 `ServerBusy` past them. What Copy
 * File moves is told by `chargeCopy`.
 */
export async function waitForTurn(request: ServiceRequest, service: Service): Promise<void> {
  const { limits } = service;
  const delay = limits.nextDelay();
  if (delay > 0) await limits.pause(delay);
  if (!limits.areOn(request.account, request.share)) return;
  const turn = limits.take(useOf(request, service));
  if (turn === undefined) throw serverBusy();
  if (turn > 0) await limits.pause(turn);
}

/** Counts the bytes of a copy where they are read and, unless its request told them itself, where they are written. */
export function chargeCopy(
  request: ServiceRequest,
  service: Service,
  source: SourceAddress,
  bytes: number,
): void {
  service.counters.copied(request.account, bytes);
  service.limits.charge({ ...source, path: source.path.join('/'), kind: 'read', bytes });
  if (request.operation !== 'CopyFile') return;
  service.limits.charge({ ...placeOf(request), kind: 'write', bytes });
}

const KINDS: Readonly<Partial<Record<OperationName, 'read' | 'write'>>> = {
  GetFile: 'read',
  PutRange: 'write',
  PutRangeFromURL: 'write',
};

function useOf(request: ServiceRequest, service: Service): TrafficUse {
  const kind = KINDS[request.operation] ?? 'metadata';
  return { ...placeOf(request), kind, bytes: bytesOf(request, service) };
}

function placeOf(request: ServiceRequest): Pick<TrafficUse, 'account' | 'share' | 'path'> {
  return { account: request.account, share: request.share, path: request.path.join('/') };
}

function bytesOf(request: ServiceRequest, service: Service): number {
  const { operation } = request;
  if (operation !== 'GetFile' && operation !== 'PutRangeFromURL') return request.body.length;
  const end = operation === 'GetFile' ? sizeOf(request, service) : Number.POSITIVE_INFINITY;
  const text = header(request, 'x-ms-range') ?? header(request, 'range') ?? 'bytes=0-';
  const match = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(text);
  const last = match?.[2] === undefined ? end : Math.min(end, Number(match[2]) + 1);
  return Number.isFinite(last) ? Math.max(0, last - Number(match?.[1] ?? 0)) : 0;
}

/** Of the file that is read; 0 where there is none, which the operation itself will tell. */
function sizeOf(request: ServiceRequest, service: Service): number {
  try {
    const share = service.state.findAccount(request.account)?.findShare(request.share);
    const view = share?.view(request.query.get('sharesnapshot'));
    return view === undefined ? 0 : getFile(view, request.path).entry.size;
  } catch (error) {
    if (error instanceof ServiceError) return 0;
    throw error;
  }
}
