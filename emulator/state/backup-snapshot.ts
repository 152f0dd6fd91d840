import { randomUUID } from 'node:crypto';
import type { Metadata } from './options.ts';
import type { Share } from './share.ts';

/** What marks the snapshots of Azure Backup, by which tools tell them from others. */
const AZURE_BACKUP_METADATA: Metadata = { AzureBackupProtected: 'true' };

export type BackupSnapshot = { readonly snapshot: string; readonly leaseId: string };

/**
 * Takes a snapshot as Azure Backup does: with metadata of its own and under an infinite lease, which keeps it from
 * deletion; learn.microsoft.com azure/backup/azure-file-share-backup-overview. 409 as any snapshot.
 */
export function plantBackupSnapshot(
  share: Share,
  metadata: Metadata = AZURE_BACKUP_METADATA,
): BackupSnapshot {
  const snapshot = share.createSnapshot(metadata).id;
  const leaseId = randomUUID();
  share.lease({ action: 'acquire', duration: -1, proposedId: leaseId }, snapshot);
  return { snapshot, leaseId };
}
