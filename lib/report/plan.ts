import type { PlannedChanges } from '../mirror/plan.ts';
import type { CostEstimate, SideRequests, SideTransactions } from './billing.ts';

/** What a run would do, ask, move and cost. */
export interface Plan extends PlannedChanges {
  /** Bytes that the service would copy from share to share. */
  readonly bytes: number;
  /** Bytes of files that would have to pass through this program. */
  readonly bytesThroughClient: number;
  readonly requests: {
    /** Of the mirror: writes as a run sends them, reads as the dry run has sent them itself. */
    readonly mirror: SideRequests;
    /** Of the comparison of the two snapshots at the end, as far as it can be foreseen: its listings. */
    readonly verification: SideRequests;
  };
  /** All of these by the class that they are billed in, with the service's own reads of what it copies. */
  readonly transactions: SideTransactions;
  /** Null without a price table. */
  readonly cost: CostEstimate | null;
}
