import type { RequestOperation } from './request-operation.ts';

/** What was asked of one account since the counters were last reset. */
export type AccountRequests = {
  /** Requests by operation, refused ones included. */
  readonly operations: Readonly<Partial<Record<RequestOperation, number>>>;
  /** Answers that were errors, by their code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Bytes of request bodies. */
  readonly bytesIn: number;
  /** Bytes of answer bodies. */
  readonly bytesOut: number;
  /** Bytes that Copy File and Put Range From URL moved without passing through the client. */
  readonly bytesCopied: number;
};

type Counters = {
  operations: Partial<Record<RequestOperation, number>>;
  errors: Record<string, number>;
  bytesIn: number;
  bytesOut: number;
  bytesCopied: number;
};

/** Counts requests by account and operation. */
export class RequestCounters {
  readonly #accounts = new Map<string, Counters>();

  /** Counts one request with the size of its body. */
  request(account: string, operation: RequestOperation, bytesIn: number): void {
    const counters = this.#of(account);
    counters.operations[operation] = (counters.operations[operation] ?? 0) + 1;
    counters.bytesIn += bytesIn;
  }

  /** Counts the answer to a request: its body, and its error code if it is one. */
  answer(account: string, bytesOut: number, errorCode?: string): void {
    const counters = this.#of(account);
    counters.bytesOut += bytesOut;
    if (errorCode !== undefined) counters.errors[errorCode] = (counters.errors[errorCode] ?? 0) + 1;
  }

  /** Counts bytes that were copied inside the service. */
  copied(account: string, bytes: number): void {
    this.#of(account).bytesCopied += bytes;
  }

  /** The counters of every account that was asked anything. */
  accounts(): Readonly<Record<string, AccountRequests>> {
    return Object.fromEntries(
      [...this.#accounts].map(([name, counters]) => [name, structuredClone(counters)]),
    );
  }

  /** Requests of one account, or of all, by operation. */
  operations(account?: string): Readonly<Partial<Record<RequestOperation, number>>> {
    const total: Partial<Record<string, number>> = {};
    for (const [name, counters] of this.#accounts) {
      if (account !== undefined && name !== account) continue;
      for (const [operation, count] of Object.entries(counters.operations)) {
        total[operation] = (total[operation] ?? 0) + count;
      }
    }
    return total;
  }

  /** The number of requests of one account, or of all. */
  total(account?: string): number {
    return Object.values(this.operations(account)).reduce((sum, count) => sum + count, 0);
  }

  /** Starts again from zero. */
  reset(): void {
    this.#accounts.clear();
  }

  #of(account: string): Counters {
    let counters = this.#accounts.get(account);
    if (counters === undefined) {
      counters = { operations: {}, errors: {}, bytesIn: 0, bytesOut: 0, bytesCopied: 0 };
      this.#accounts.set(account, counters);
    }
    return counters;
  }
}
