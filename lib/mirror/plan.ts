import type { Change, ChangeHandler, ChangeKind } from './change.ts';
import { type ChangeCounts, NO_CHANGES, type PlannedFolder, PlannedFolders } from './planned-folders.ts';

/** The changes that would make the target equal. */
export interface PlannedChanges {
  readonly counts: ChangeCounts;
  /** The first changes, in the order in which they were found. */
  readonly changes: readonly PlannedChange[];
  /** How many further ones there are. */
  readonly more: number;
  /** All changes, counted by directory. */
  readonly folders: readonly PlannedFolder[];
}

export interface PlannedChange {
  readonly kind: ChangeKind;
  readonly path: string;
  /** The former name, for a rename. */
  readonly from?: string;
  /** Bytes: of a file to be copied, of the changed ranges of one to be patched. */
  readonly size?: number;
}

/** Directories by which changes are counted, at the most. */
const FOLDERS = 5000;

/** Writes changes down instead of carrying them out; keeps `kept` of them and counts them all. */
export class PlanRecorder implements ChangeHandler {
  readonly #kept: number;
  readonly #changes: PlannedChange[] = [];
  readonly #counts: Record<ChangeKind, number> = { ...NO_CHANGES };
  readonly #folders = new PlannedFolders(FOLDERS);
  #total = 0;

  constructor(kept: number) {
    this.#kept = kept;
  }

  async handle(change: Change): Promise<void> {
    const planned = toPlanned(change);
    const { kind, path } = planned;
    this.#counts[kind] += 1;
    this.#total += 1;
    this.#folders.add(kind, path, planned.size ?? 0);
    if (this.#changes.length < this.#kept) this.#changes.push(planned);
  }

  plan(): PlannedChanges {
    return {
      counts: { ...this.#counts },
      changes: [...this.#changes],
      more: this.#total - this.#changes.length,
      folders: this.#folders.list(),
    };
  }

  get total(): number {
    return this.#total;
  }
}

/**
 * Writes down what `handler` carries out without an error. Properties that are set once more, because other
 * changes have moved them, belong to those changes and are left out, as in the counts of a run.
 */
export function recordChanges(recorder: PlanRecorder, handler: ChangeHandler): ChangeHandler {
  return {
    async handle(change) {
      await handler.handle(change);
      if (change.kind !== 'set-properties' || change.target !== undefined) await recorder.handle(change);
    },
  };
}

function toPlanned(change: Change): PlannedChange {
  const { kind, path } = change;
  switch (change.kind) {
    case 'rename':
      return { kind, path, from: change.from };
    case 'copy-file':
      return { kind, path, size: change.source.size };
    case 'patch-file':
      return { kind, path, size: bytesOf(change.changed.difference.written, change.source.size) };
    default:
      return { kind, path };
  }
}

function bytesOf(ranges: readonly { readonly start: number; readonly end: number }[], size: number): number {
  return ranges.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, size - 1) - start + 1), 0);
}
