import { describe, expect, it } from 'vitest';
import { azureBackup, parseAzureBackupPolicy } from '../../../lib/snapshots/azure-backup.ts';
import { forecastBudget } from '../../../lib/snapshots/budget.ts';

function mostOf(text: string): number | undefined {
  const from = new Date('2026-11-21T00:00:00Z');
  const until = new Date('2029-11-21T00:00:00Z');
  const makers = [azureBackup(parseAzureBackupPolicy(text), 'source', [])];
  return forecastBudget({ shares: ['source'], makers, staying: [], from, until }).shares[0]?.most;
}

describe('Azure Backup', () => {
  it.each([
    ['daily=30', 31, 31],
    ['perDay=4,daily=10', 41, 41],
    ['weekly=12', 13, 13],
    // Of the weeks and months, some are among the days.
    ['daily=30,weekly=12,monthly=24', 48, 67],
  ])('with %s has from %i to %i snapshots', (text, least, most) => {
    expect(mostOf(text)).toBeGreaterThanOrEqual(least);
    expect(mostOf(text)).toBeLessThanOrEqual(most);
  });

  it('has a policy that is written as name and number', () => {
    expect(parseAzureBackupPolicy('daily=30, Weekly=12,perday=2')).toEqual({
      daily: 30,
      weekly: 12,
      perDay: 2,
    });
  });

  it.each([
    '',
    'daily',
    'daily=0',
    'daily=201',
    'daily=3.5',
    'daily=1,daily=2',
    'hourly=4',
    'perDay=4',
    'perDay=2,weekly=1',
  ])('has no policy %j', (text) => {
    expect(() => parseAzureBackupPolicy(text)).toThrow(RangeError);
  });
});
