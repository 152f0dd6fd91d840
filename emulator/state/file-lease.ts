import { invalidHeader } from './errors.ts';
import { liveFile } from './file-guards.ts';
import { actOnLease, type LeaseAction, type LeaseOutcome } from './lease.ts';
import type { Path } from './options.ts';
import type { Share } from './share.ts';
import type { Ticks } from './ticks.ts';

/**
 * Acts on the lease of a file. It is infinite, cannot be renewed, and a break takes effect at once: 400
 * `InvalidHeaderValue` otherwise; 409 lease codes; rest/api/storageservices/lease-file.
 */
export function leaseFile(
  share: Share,
  path: Path,
  action: LeaseAction,
): LeaseOutcome & { readonly modified: Ticks } {
  const { file } = liveFile(share, path);
  if (action.action === 'renew') throw invalidHeader('x-ms-lease-action', action.action);
  if (action.action === 'acquire' && action.duration !== -1) {
    throw invalidHeader('x-ms-lease-duration', String(action.duration));
  }
  const now = share.context.clock.now();
  const known = action.action === 'break' ? { ...action, breakPeriod: 0 } : action;
  const { lease, outcome } = actOnLease(share.fileLeases.get(file.serial), known, now);
  if (lease === undefined) share.fileLeases.delete(file.serial);
  else share.fileLeases.set(file.serial, lease);
  return { ...outcome, modified: file.modified };
}
