import type { FaultAction } from '../../emulator/control/faults.ts';
import type { RequestInfo } from '../../emulator/control/request-hooks.ts';

/** A way for a request to fail. */
export interface WayToFail {
  readonly name: string;
  readonly action: FaultAction;
  /** Of the answer, if there is one. */
  readonly status?: number;
  /** Whether trying again is all it takes, so that a run has to survive it. */
  readonly passes: boolean;
}

export const WAYS_TO_FAIL: readonly WayToFail[] = [
  answers(403, 'AuthorizationFailure', false),
  answers(404, 'ResourceNotFound', false),
  answers(409, 'SharingViolation', false),
  answers(412, 'LeaseIdMismatchWithFileOperation', false),
  answers(429, 'TooManyRequests', true),
  answers(500, 'InternalError', true),
  answers(503, 'ServerBusy', true),
  { name: 'is cut before it takes effect', action: { kind: 'cut-before' }, passes: true },
  { name: 'is cut after it took effect', action: { kind: 'cut-after' }, passes: true },
];

function answers(status: number, code: string, passes: boolean): WayToFail {
  return { name: `is answered ${status} ${code}`, action: { kind: 'status', status, code }, status, passes };
}

/** Matches requests of one sort in any run: run ids and random names differ from one run to the next. */
export interface RequestSort {
  readonly account: string;
  readonly operation: RequestInfo['operation'];
  /** Source of a regular expression. */
  readonly path: string;
}

const MADE_UP = /\d{8}T\d{6}Z-[0-9a-z]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The sorts of requests among these, each once. */
export function sortsOf(requests: readonly RequestInfo[]): RequestSort[] {
  const sorts = new Map<string, RequestSort>();
  for (const { account, operation, path } of requests) {
    const sort = { account, operation, path: patternOf(path) };
    sorts.set(`${account} ${operation} ${sort.path}`, sort);
  }
  return [...sorts.values()];
}

function patternOf(path: string): string {
  const parts = path.split(MADE_UP).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `^${parts.join('[^/]+')}$`;
}
