import type { OperationName } from '../auth/operations.ts';

/** What a hook is told about a request of the service. */
export type RequestInfo = {
  /** Counts executed requests from 1. */
  readonly sequence: number;
  readonly phase: 'before' | 'after';
  readonly account: string;
  readonly operation: OperationName;
  readonly share: string;
  /** Path below the share, names joined by slashes. */
  readonly path: string;
  readonly method: string;
  /** The status about to be sent; after execution only. */
  readonly status?: number;
};

/** Called before and after each request is carried out; the request waits for what it returns. */
export type RequestHook = (info: RequestInfo) => void | Promise<void>;

/** The hooks of an emulator. */
export class RequestHooks {
  readonly #hooks = new Set<RequestHook>();
  #sequence = 0;

  /** Adds a hook and returns how to take it away again. */
  add(hook: RequestHook): () => void {
    this.#hooks.add(hook);
    return () => {
      this.#hooks.delete(hook);
    };
  }

  /** The number of the next request. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  /** Whether anybody listens, so that nothing is built for nobody. */
  get active(): boolean {
    return this.#hooks.size > 0;
  }

  /** Tells every hook, one after the other. */
  async tell(info: RequestInfo): Promise<void> {
    for (const hook of [...this.#hooks]) await hook(info);
  }
}
