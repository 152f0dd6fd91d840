import type { OperationName, RequestObserver } from '../azure/operations.ts';

/** Counts requests by operation, repeated ones included. */
export class RequestTally {
  readonly counts: Partial<Record<OperationName, number>> = {};
  total = 0;

  readonly observe: RequestObserver = ({ operation }) => {
    this.counts[operation] = (this.counts[operation] ?? 0) + 1;
    this.total += 1;
  };
}
