import { RequestFailedError } from '../azure/errors.ts';
import type { SharePath } from '../files/paths.ts';
import { messageOf } from '../report/message-of.ts';

/** An entry that could not be listed, copied, changed or deleted. */
export interface Failure {
  readonly path: SharePath;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly message: string;
}

const KEPT = 1000;

/** The failures of a mirror: all counted, the first thousand kept, so that memory stays flat. */
export class Failures {
  readonly list: Failure[] = [];
  count = 0;
  /** Whether a listing of the source failed; from then on nothing may be deleted. */
  sourceListingFailed = false;

  add(path: SharePath, error: unknown): void {
    this.count += 1;
    if (this.list.length < KEPT) this.list.push(toFailure(path, error));
  }
}

export function toFailure(path: SharePath, error: unknown): Failure {
  if (error instanceof RequestFailedError) {
    return { path, code: error.code, requestId: error.requestId, message: error.message };
  }
  const name = error instanceof Error ? error.name : 'Error';
  return {
    path,
    code: name,
    requestId: undefined,
    message: messageOf(error),
  };
}
