import type { OperationName, RequestSent } from '../azure/operations.ts';

export type RequestCounts = Readonly<Partial<Record<OperationName, number>>>;
type Counters = Partial<Record<OperationName, number>>;

/** Counts requests by operation, repeated ones included. */
export class RequestTally {
  readonly counts: Counters = {};
  /** The same by the share that they were for. */
  readonly sides: { readonly source: Counters; readonly target: Counters } = { source: {}, target: {} };
  total = 0;

  readonly observe = ({ operation }: Pick<RequestSent, 'operation'>, side: 'source' | 'target'): void => {
    count(this.counts, operation);
    count(this.sides[side], operation);
    this.total += 1;
  };
}

/** What was sent after an earlier count. */
export function requestsSince(earlier: RequestCounts, counts: RequestCounts): RequestCounts {
  const since = Object.entries(counts)
    .map(([operation, sent]) => [operation, sent - (earlier[operation as OperationName] ?? 0)] as const)
    .filter(([, sent]) => sent > 0);
  return Object.fromEntries(since);
}

export function sumOfRequests(...counts: readonly RequestCounts[]): RequestCounts {
  const sum: Counters = {};
  for (const part of counts) {
    for (const [operation, sent] of Object.entries(part)) {
      if (sent > 0) count(sum, operation as OperationName, sent);
    }
  }
  return sum;
}

function count(counters: Counters, operation: OperationName, sent = 1): void {
  counters[operation] = (counters[operation] ?? 0) + sent;
}
