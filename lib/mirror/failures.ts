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

/** What stands in the place of an entry is, or holds, what the filter excludes, and so stays. */
export class KeptByFilter extends Error {
  constructor() {
    super('what the filters of the job exclude stands in its place on the target, and stays');
    this.name = 'KeptByFilter';
  }
}

/** What stands in the place of an entry could not be deleted. */
export class NotReplaced extends Error {
  constructor() {
    super('what stands in its place on the target could not be deleted');
    this.name = 'NotReplaced';
  }
}

const KEPT = 1000;

/** The failures of a mirror: all counted, the first thousand kept, so that memory stays flat. */
export class Failures {
  readonly list: Failure[] = [];
  count = 0;
  /** Whether a listing of the source failed; from then on nothing may be deleted. */
  sourceListingFailed = false;
  /** Whether a directory could not be listed, made or moved: how many entries below it failed is not known. */
  hasUnknownExtent = false;
  readonly #paths = new Set<SharePath>();

  /** @param extent `unknown` where more than the one entry may be missing. */
  add(path: SharePath, error: unknown, extent: 'entry' | 'unknown' = 'entry'): void {
    if (extent === 'unknown') this.hasUnknownExtent = true;
    this.#note(toFailure(path, error));
  }

  /** Adds what another has taken down. */
  addAll({ count, list, sourceListingFailed, hasUnknownExtent }: Failures): void {
    this.count += count - list.length;
    for (const failure of list) this.#note(failure);
    this.sourceListingFailed ||= sourceListingFailed;
    this.hasUnknownExtent ||= hasUnknownExtent;
  }

  /** What was tried again and failed again is one entry still. */
  #note(failure: Failure): void {
    if (this.#paths.has(failure.path)) return;
    this.count += 1;
    if (this.list.length >= KEPT) return;
    this.list.push(failure);
    this.#paths.add(failure.path);
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
