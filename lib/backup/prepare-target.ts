import { isNotFound, isRefusal } from '../azure/errors.ts';
import { foldName } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { JobShares } from '../jobs/open-job.ts';
import { SYSTEM_FOLDER, SystemFolderInSource } from '../mirror/listing.ts';
import { catalogue } from '../snapshots/recovery-points.ts';
import { identityOf } from '../target/read-catalogue.ts';

/** Why a run cannot begin: something about the two shares that a person has to settle. */
export class PreflightError extends Error {
  /** Whether an explicit word on the command line lets the run go on. */
  readonly isGuard: boolean;

  constructor(message: string, isGuard = false) {
    super(message);
    this.name = 'PreflightError';
    this.isGuard = isGuard;
  }
}

/** Checks the source share, and creates the target share with its quota where there is none. */
export async function prepareShares(
  shares: JobShares,
  { dryRun, adopt }: { readonly dryRun: boolean; readonly adopt: boolean },
): Promise<{ readonly targetExists: boolean }> {
  const { source, target } = shares;
  const [sourceShare, targetShare] = await Promise.all([
    source.snapshots.properties(),
    target.snapshots.properties(),
  ]);
  if (sourceShare === undefined) {
    throw new PreflightError(
      `source share "${source.share}" does not exist in account ${source.account.name}`,
    );
  }
  for (const [share, properties] of [[source, sourceShare] as const, [target, targetShare] as const]) {
    if (properties?.protocol === 'NFS') {
      throw new PreflightError(
        `share "${share.share}" in account ${share.account.name} is an NFS share; only SMB shares can be backed up`,
      );
    }
  }
  if (targetShare !== undefined) return { targetExists: true };
  if (!adopt) await refuseVanishedTarget(shares);
  if (!dryRun) await target.snapshots.createShare(sourceShare.quotaGiB);
  return { targetExists: !dryRun };
}

/** A target that is gone although earlier runs had one was perhaps deleted by mistake, and can perhaps be restored. */
async function refuseVanishedTarget(shares: JobShares): Promise<void> {
  const { unpaired } = catalogue(identityOf(shares), await shares.source.snapshots.list(), []);
  if (unpaired.length === 0) return;
  const { account, share } = shares.target;
  throw new PreflightError(
    `target share "${share}" does not exist in account ${account.name}, although ${unpaired.length} source snapshots tell of earlier runs of this job. If it was deleted by mistake, restore it first (soft delete keeps a share for some days, under a name that is free); to begin anew, say --adopt`,
    true,
  );
}

/** A source with Sharepair's own folder at its root is itself a target, or claims a name that is taken. */
export async function refuseSystemFolder(source: ShareReader): Promise<void> {
  const lookUps = [source.directory(SYSTEM_FOLDER), source.file(SYSTEM_FOLDER)];
  for (const lookUp of await Promise.allSettled(lookUps)) {
    if (lookUp.status === 'fulfilled') throw new SystemFolderInSource(source.share, SYSTEM_FOLDER);
    if (!isNotFound(lookUp.reason) && !isRefusal(lookUp.reason, 'ResourceTypeMismatch')) throw lookUp.reason;
  }
}

/** Refuses a target whose data no earlier run explains, as a mirror would delete it. */
export async function refuseUnexplainedData(target: ShareReader): Promise<void> {
  let marker: string | undefined;
  do {
    const page = await target.listPage('', marker);
    const stranger = page.entries.find((entry) => foldName(entry.name) !== SYSTEM_FOLDER);
    if (stranger !== undefined) {
      throw new PreflightError(
        `target share "${target.share}" holds data that no recovery point and no run in progress explains, "${stranger.name}" for one. A backup would overwrite and delete it. Choose another share, or say --adopt to make it the target`,
        true,
      );
    }
    marker = page.nextMarker;
  } while (marker !== undefined);
}
