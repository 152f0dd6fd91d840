import type { Change, ChangeHandler, ChangeKind } from './change.ts';

/** What a run would do. */
export interface Plan {
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** Bytes that the service would copy at the most; holes cost nothing. */
  readonly bytes: number;
  /** The first changes, in the order in which they were found. */
  readonly changes: readonly PlannedChange[];
  /** How many further ones there are. */
  readonly more: number;
}

export interface PlannedChange {
  readonly kind: ChangeKind;
  readonly path: string;
  /** The former name, for a rename. */
  readonly from?: string;
  /** Bytes, for a copy. */
  readonly size?: number;
}

/** Writes changes down instead of carrying them out; keeps `kept` of them and counts them all. */
export class PlanRecorder implements ChangeHandler {
  readonly #kept: number;
  readonly #changes: PlannedChange[] = [];
  readonly #counts: Record<ChangeKind, number> = {
    'create-directory': 0,
    'copy-file': 0,
    'set-properties': 0,
    rename: 0,
    'delete-file': 0,
    'delete-directory': 0,
  };
  #bytes = 0;
  #total = 0;

  constructor(kept: number) {
    this.#kept = kept;
  }

  async handle(change: Change): Promise<void> {
    this.#counts[change.kind] += 1;
    this.#total += 1;
    if (change.kind === 'copy-file') this.#bytes += change.source.size;
    if (this.#changes.length < this.#kept) this.#changes.push(toPlanned(change));
  }

  plan(): Plan {
    return {
      counts: { ...this.#counts },
      bytes: this.#bytes,
      changes: [...this.#changes],
      more: this.#total - this.#changes.length,
    };
  }

  get total(): number {
    return this.#total;
  }
}

function toPlanned(change: Change): PlannedChange {
  const { kind, path } = change;
  if (change.kind === 'rename') return { kind, path, from: change.from };
  if (change.kind === 'copy-file') return { kind, path, size: change.source.size };
  return { kind, path };
}
