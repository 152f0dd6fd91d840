import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { plantBackupSnapshot } from '../../../emulator/state/backup-snapshot.ts';
import type { OwnSnapshot } from './own-snapshots.ts';
import type { Side } from './scenario.ts';
import { FIRST_JOB, type VirtualWorld } from './virtual-world.ts';

/** A snapshot or a lease of others. */
interface Foreign {
  readonly side: Side;
  readonly snapshot: string;
  readonly leaseId: string | undefined;
}

/** Others who use the shares of the first job: people, Azure Backup, programs that lease snapshots. */
export class Bystanders {
  readonly #world: VirtualWorld;
  #byHand: Foreign[] = [];
  #ofBackup: Foreign[] = [];
  #leases: Foreign[] = [];

  constructor(world: VirtualWorld) {
    this.#world = world;
  }

  makeSnapshot(side: Side): void {
    const share = this.#world.share(FIRST_JOB, side);
    if (share === undefined || share.snapshots.length >= 198) return;
    const snapshot = share.createSnapshot({ made: 'by hand' }).id;
    this.#byHand.push({ side, snapshot, leaseId: undefined });
  }

  deleteSnapshot(side: Side, number: number): void {
    const own = this.#byHand.filter((foreign) => foreign.side === side);
    const chosen = own[number % own.length];
    if (chosen === undefined) return;
    this.#share(side).deleteSnapshot(chosen.snapshot);
    this.#byHand = this.#byHand.filter((foreign) => foreign !== chosen);
  }

  backUp(): void {
    if (this.#world.source.snapshots.length >= 198) return;
    this.#ofBackup.push({ side: 'source', ...plantBackupSnapshot(this.#world.source) });
  }

  expireBackup(): void {
    const oldest = this.#ofBackup.shift();
    if (oldest?.leaseId === undefined) return;
    this.#world.source.lease({ action: 'release', leaseId: oldest.leaseId }, oldest.snapshot);
    this.#world.source.deleteSnapshot(oldest.snapshot);
  }

  /** Leases a snapshot of ours, unless it is leased already. */
  lease(own: OwnSnapshot | undefined): void {
    if (own === undefined || own.leased) return;
    const leaseId = randomUUID();
    this.#share(own.side).lease({ action: 'acquire', duration: -1, proposedId: leaseId }, own.id);
    this.#leases.push({ side: own.side, snapshot: own.id, leaseId });
  }

  release(number: number): void {
    const chosen = this.#leases[number % this.#leases.length];
    if (chosen?.leaseId === undefined) return;
    this.#share(chosen.side).lease({ action: 'release', leaseId: chosen.leaseId }, chosen.snapshot);
    this.#leases = this.#leases.filter((lease) => lease !== chosen);
  }

  hasLeased({ side, id }: OwnSnapshot): boolean {
    return this.#leases.some((lease) => lease.side === side && lease.snapshot === id);
  }

  /** Expects everything of theirs to be where they left it, leases included. */
  expectUntouched(told: string): void {
    for (const { side, snapshot, leaseId } of [...this.#byHand, ...this.#ofBackup, ...this.#leases]) {
      expect(this.#share(side).snapshotIds(), `${told}: a snapshot of others is gone`).toContain(snapshot);
      expect(this.#share(side).snapshot(snapshot).lease?.id, `${told}: a lease of others`).toBe(leaseId);
    }
  }

  #share(side: Side) {
    const share = this.#world.share(FIRST_JOB, side);
    if (share === undefined) throw new Error(`there is no ${side} share`);
    return share;
  }
}
