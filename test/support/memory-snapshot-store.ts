import { RequestFailedError } from '../../lib/azure/errors.ts';
import type { Fence } from '../../lib/azure/storage-account.ts';
import type { ShareLeases } from '../../lib/snapshots/share-leases.ts';
import type { Snapshot, SnapshotStore } from '../../lib/snapshots/snapshot-store.ts';

/** What becomes of a request for a snapshot. `late` is made after the next list, its answer lost. */
export type CreateOutcome = 'made' | 'lost' | 'lost-unmade' | 'late' | 'throttled' | 'full';

/** A store whose requests for snapshots end as a test says; `made` once that is said no more. */
export class MemorySnapshotStore implements SnapshotStore {
  readonly share = 'finance';
  readonly snapshots: Snapshot[] = [];
  readonly outcomes: CreateOutcome[];
  lists = 0;
  creations = 0;
  #ticks = 0;
  #late: Snapshot[] = [];

  constructor(outcomes: readonly CreateOutcome[] = []) {
    this.outcomes = [...outcomes];
  }

  fenced(_fence: Fence): SnapshotStore {
    return this;
  }

  async properties(): Promise<undefined> {
    return undefined;
  }

  async createShare(): Promise<void> {}

  async list(): Promise<readonly Snapshot[]> {
    this.lists += 1;
    const listed = [...this.snapshots].sort((one, other) => (one.id < other.id ? -1 : 1));
    this.snapshots.push(...this.#late.splice(0));
    return listed;
  }

  async create(metadata: Readonly<Record<string, string>>): Promise<string> {
    this.creations += 1;
    const outcome = this.outcomes.shift() ?? 'made';
    if (outcome === 'throttled') throw failed({ status: 429, code: 'TooManyRequests', retryAfterMs: 5 });
    if (outcome === 'full') throw failed({ status: 409, code: 'ShareSnapshotCountExceeded' });
    const snapshot = { id: this.#nextId(), metadata, leased: false };
    if (outcome === 'late') this.#late.push(snapshot);
    else if (outcome !== 'lost-unmade') this.snapshots.push(snapshot);
    if (outcome !== 'made') throw failed({ status: 0, code: 'ECONNRESET' });
    return snapshot.id;
  }

  async delete(id: string): Promise<void> {
    const index = this.snapshots.findIndex((snapshot) => snapshot.id === id);
    if (this.snapshots[index]?.leased) throw failed({ status: 409, code: 'LeaseIdMissing' });
    if (index >= 0) this.snapshots.splice(index, 1);
  }

  leasesOf(): ShareLeases {
    throw new Error('this store keeps no leases');
  }

  /** Somebody makes a snapshot by another way. */
  plant(metadata: Readonly<Record<string, string>>, leased = false): Snapshot {
    const snapshot = { id: this.#nextId(), metadata, leased };
    this.snapshots.push(snapshot);
    return snapshot;
  }

  #nextId(): string {
    this.#ticks += 1;
    return `2026-11-21T05:30:00.${String(this.#ticks).padStart(7, '0')}Z`;
  }
}

function failed(failure: { status: number; code: string; retryAfterMs?: number }): RequestFailedError {
  return new RequestFailedError({
    operation: 'SnapshotShare',
    account: 'prodacct',
    share: 'finance',
    ...failure,
  });
}
