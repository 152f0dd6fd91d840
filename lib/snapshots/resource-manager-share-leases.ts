import type { ManagementClient } from '../azure/resource-manager.ts';
import { isOfAnotherLease, type ShareLeases } from './share-leases.ts';

/** Leases through Azure Resource Manager (rest/api/storagerp/file-shares/lease). */
export class ResourceManagerShareLeases implements ShareLeases {
  readonly share: string;
  /** Each counts against 1,200 writes an hour of the whole subscription. */
  readonly renewEveryMs = 30_000;
  readonly #account: ManagementClient;
  readonly #snapshot: string | undefined;

  /** Of a snapshot where its id is given, else of the share. */
  constructor(account: ManagementClient, share: string, snapshot?: string) {
    this.#account = account;
    this.share = share;
    this.#snapshot = snapshot;
  }

  acquire(id: string, seconds: number): Promise<void> {
    return this.#send({ action: 'Acquire', leaseDuration: seconds, proposedLeaseId: id });
  }

  change(id: string, to: string): Promise<void> {
    return this.#send({ action: 'Change', leaseId: id, proposedLeaseId: to });
  }

  renew(id: string): Promise<void> {
    return this.#send({ action: 'Renew', leaseId: id });
  }

  release(id: string): Promise<void> {
    return this.#send({ action: 'Release', leaseId: id });
  }

  break(): Promise<void> {
    return this.#send({ action: 'Break', breakPeriod: 0 });
  }

  /** No read tells the id of a lease (rest/api/storagerp/file-shares/get), so it is renewed if it is this one. */
  async holds(id: string): Promise<boolean> {
    try {
      await this.renew(id);
      return true;
    } catch (error) {
      if (isOfAnotherLease(error)) return false;
      throw error;
    }
  }

  async #send(body: Readonly<Record<string, string | number>>): Promise<void> {
    await this.#account.send({
      operation: 'ArmLeaseShare',
      method: 'POST',
      share: this.share,
      path: `/${this.share}/lease`,
      snapshot: this.#snapshot,
      body,
      urgent: true,
    });
  }
}
