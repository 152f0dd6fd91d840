import type { RequestHook, RequestInfo } from '../../../emulator/control/request-hooks.ts';
import { SOURCE, TARGET } from '../scenario.ts';

/** Requests by operation. */
export type OperationCounts = Readonly<Partial<Record<string, number>>>;

/** What a backup asked for between its source snapshot and its target snapshot. */
export type MirrorPhase = {
  readonly seconds: number;
  /** Requests on files and directories of the two shares, the listings of the roots included. */
  readonly entryRequests: number;
  /** The others: on shares (leases, permissions), properties of the roots, and the run's own state beside the data. */
  readonly ownRequests: number;
  /** All of them. */
  readonly operations: OperationCounts;
};

const SYSTEM_FOLDER = /^\.sharepair(\/|$)/;
const SHARE_OPERATION = /Share|FilePermission/;

/**
 * Tells the mirror of a backup by what the emulator is asked for: it begins when the snapshot of the source has been
 * made and ends when that of the target is asked for.
 */
export class MirrorPhaseWatch {
  #began: number | undefined;
  #ended: number | undefined;
  #entryRequests = 0;
  #ownRequests = 0;
  readonly #operations: Partial<Record<string, number>> = {};

  readonly hook: RequestHook = (info) => {
    if (info.operation === 'SnapshotShare') this.#mark(info);
    else if (info.phase === 'before' && this.#began !== undefined && this.#ended === undefined) {
      this.#count(info);
    }
  };

  /** Undefined when there was none, or when it did not end with a snapshot of the target. */
  get result(): MirrorPhase | undefined {
    if (this.#began === undefined || this.#ended === undefined) return undefined;
    return {
      seconds: (this.#ended - this.#began) / 1000,
      entryRequests: this.#entryRequests,
      ownRequests: this.#ownRequests,
      operations: this.#operations,
    };
  }

  #mark({ account, phase, status }: RequestInfo): void {
    if (account === SOURCE && phase === 'after' && status === 201) this.#began ??= performance.now();
    if (account === TARGET && phase === 'before' && this.#began !== undefined)
      this.#ended ??= performance.now();
  }

  #count({ operation, path }: RequestInfo): void {
    const isOfRoot = path === '' && operation !== 'ListFiles';
    if (isOfRoot || SHARE_OPERATION.test(operation) || SYSTEM_FOLDER.test(path)) this.#ownRequests += 1;
    else this.#entryRequests += 1;
    this.#operations[operation] = (this.#operations[operation] ?? 0) + 1;
  }
}
