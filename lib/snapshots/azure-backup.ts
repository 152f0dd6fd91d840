import type { SnapshotMaker } from './budget.ts';
import { AZURE_BACKUP } from './holdings.ts';
import type { RetainablePoint } from './retain.ts';

/**
 * How Azure Backup is set up to keep the snapshots of a share: for so many days, weeks, months and years
 * (azure/backup/azure-file-share-backup-overview).
 */
export interface AzureBackupPolicy {
  /** Backups a day, 1 unless it makes them by the hour. */
  readonly perDay?: number | undefined;
  /** Without it, it makes one a week. */
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * Azure Backup as a maker of snapshots. It keeps those of certain weekdays and days of the month, and this the
 * newest of each week and month: as many, which is what counts.
 */
export function azureBackup(
  { perDay = 1, daily, weekly, monthly, yearly }: AzureBackupPolicy,
  share: string,
  points: readonly RetainablePoint[],
): SnapshotMaker {
  const everyMs = daily === undefined ? 7 * DAY_MS : DAY_MS / perDay;
  return {
    holder: AZURE_BACKUP,
    shares: [share],
    next: (after) => new Date(after.getTime() + everyMs),
    limit: undefined,
    policy: { last: daily === undefined ? undefined : daily * perDay, weekly, monthly, yearly },
    timeZone: 'UTC',
    points,
  };
}

const RULES = ['perDay', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Reads `daily=30,weekly=12,monthly=60,yearly=10`, with `perDay=6` where there are several backups a day.
 * @throws {RangeError} that says what is wrong with it
 */
export function parseAzureBackupPolicy(text: string): AzureBackupPolicy {
  const policy: Partial<Record<(typeof RULES)[number], number>> = {};
  for (const part of text.split(',')) {
    const [, name, number] = /^\s*([A-Za-z]+)=(\d{1,3})\s*$/.exec(part) ?? [];
    const rule = RULES.find((known) => known.toLowerCase() === name?.toLowerCase());
    const value = Number(number);
    if (rule === undefined || value < 1 || value > 200 || policy[rule] !== undefined) {
      throw new RangeError(
        `"${part.trim()}" is none of ${RULES.map((known) => `${known}=NUMBER`).join(', ')}, each at most once and from 1 to 200`,
      );
    }
    policy[rule] = value;
  }
  if (RULES.every((rule) => rule === 'perDay' || policy[rule] === undefined)) {
    throw new RangeError('a policy of Azure Backup has at least one of daily, weekly, monthly, yearly');
  }
  if (policy.perDay !== undefined && policy.daily === undefined) {
    throw new RangeError('perDay is for policies with daily');
  }
  return policy;
}
