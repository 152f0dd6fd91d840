import { isNotFound } from '../azure/errors.ts';
import { foldName } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import type { JobShare } from '../jobs/open-job.ts';
import { SYSTEM_FOLDER } from '../mirror/listing.ts';

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
  source: JobShare,
  target: JobShare,
  dryRun: boolean,
): Promise<{ readonly targetExists: boolean }> {
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
  if (!dryRun) await target.snapshots.createShare(sourceShare.quotaGiB);
  return { targetExists: !dryRun };
}

/** A source with Sharepair's own folder at its root is itself a target, or claims a name that is taken. */
export async function refuseSystemFolder(source: ShareReader): Promise<void> {
  try {
    await source.directory(SYSTEM_FOLDER);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  throw new PreflightError(
    `source share "${source.share}" has a folder "${SYSTEM_FOLDER}" at its root, which is where Sharepair keeps its records in a target share. Back up another share, or rename that folder`,
  );
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
