import { ServiceError } from '../state/index.ts';
import type { RequestOperation } from './request-operation.ts';

/** What a hook is told about a request of the service. */
export type RequestInfo = {
  /** Counts executed requests from 1. */
  readonly sequence: number;
  readonly phase: 'before' | 'after';
  readonly account: string;
  readonly operation: RequestOperation;
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

  /** Whether anybody listens, so that nothing is built for nobody. */
  get active(): boolean {
    return this.#hooks.size > 0;
  }

  /** Carries out a request between the two calls of every hook. */
  async around<T extends { readonly status: number }>(
    request: Omit<RequestInfo, 'sequence' | 'phase' | 'status'>,
    carryOut: () => T,
  ): Promise<T> {
    const info = { ...request, sequence: ++this.#sequence };
    await this.#tell({ ...info, phase: 'before' });
    let response: T;
    try {
      response = carryOut();
    } catch (error) {
      await this.#tell({
        ...info,
        phase: 'after',
        status: error instanceof ServiceError ? error.status : 500,
      });
      throw error;
    }
    await this.#tell({ ...info, phase: 'after', status: response.status });
    return response;
  }

  /** Tells every hook, one after the other. */
  async #tell(info: RequestInfo): Promise<void> {
    for (const hook of [...this.#hooks]) await hook(info);
  }
}
