import { type Content, dataBytes } from './content.ts';
import type { CopyState } from './entry.ts';
import type { FileNode } from './entry-node.ts';
import type { Path } from './options.ts';
import type { Share } from './share.ts';
import { TICKS_PER_MILLISECOND, type Ticks } from './ticks.ts';
import { editEntry, findPlace, type Place } from './tree.ts';

/** A copy that is under way; its destination is an empty file until it ends. */
export type PendingCopy = {
  readonly path: Path;
  readonly content: Content;
  readonly size: number;
  readonly start: Ticks;
  /** Milliseconds; absent when it ends only when told. */
  readonly duration: number | undefined;
};

/** Ends the pending copies whose time has come, and moves on the others. Tells whether there were any. */
export function settleCopies(share: Share): boolean {
  if (share.pendingCopies.size === 0) return false;
  const now = share.context.clock.now();
  for (const [serial, pending] of [...share.pendingCopies]) {
    const found = destinationOf(share, serial, pending);
    if (found === undefined) share.pendingCopies.delete(serial);
    else if (pending.duration !== undefined) advance(share, found.place, found.file, pending, now);
  }
  return true;
}

/** Ends a pending copy with its content in place. */
export function finishCopy(share: Share, place: Place, file: FileNode, pending: PendingCopy): void {
  const edited = endCopy(share, place, file, { status: 'success', bytesCopied: pending.size });
  edited.size = pending.size;
  edited.setContent(pending.content);
}

/** Ends a pending copy with the file empty. */
export function dropCopy(
  share: Share,
  place: Place,
  file: FileNode,
  pending: PendingCopy,
  end: Partial<CopyState>,
): void {
  share.useBytes(-dataBytes(pending.content));
  endCopy(share, place, file, end);
}

/** Forgets the pending copy into a file that is replaced or deleted. */
export function cancelCopy(share: Share, file: FileNode): void {
  const pending = share.pendingCopies.get(file.serial);
  if (pending === undefined) return;
  share.useBytes(-dataBytes(pending.content));
  share.pendingCopies.delete(file.serial);
}

function endCopy(share: Share, place: Place, file: FileNode, end: Partial<CopyState>): FileNode {
  share.pendingCopies.delete(file.serial);
  const edited = editEntry(share, place, file);
  const now = share.context.clock.stamp();
  if (edited.copy !== undefined) edited.copy = { ...edited.copy, ...end, completionTime: now };
  edited.modified = now;
  return edited;
}

function advance(share: Share, place: Place, file: FileNode, pending: PendingCopy, now: Ticks): void {
  const duration = BigInt(Math.ceil(pending.duration ?? 0)) * TICKS_PER_MILLISECOND;
  if (now >= pending.start + duration) {
    finishCopy(share, place, file, pending);
    return;
  }
  const part = Math.max(0, Number(now - pending.start)) / Number(duration);
  const bytesCopied = Math.floor(pending.size * part);
  if (file.copy === undefined || file.copy.bytesCopied === bytesCopied) return;
  const edited = editEntry(share, place, file);
  edited.copy = { ...file.copy, bytesCopied };
}

function destinationOf(
  share: Share,
  serial: number,
  pending: PendingCopy,
): { readonly place: Place; readonly file: FileNode } | undefined {
  const place = findPlace(share.root, pending.path);
  const file = place.entry;
  return file?.kind === 'file' && file.serial === serial ? { place, file } : undefined;
}
