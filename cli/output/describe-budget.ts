import type { HolderCount, ShareForecast } from '../../lib/snapshots/budget.ts';
import type { BudgetReport } from '../../lib/target/forecast-budget.ts';
import { formatTable } from './table.ts';
import { count, counted } from './text.ts';

/** What becomes of the snapshots of a job's shares, for people. */
export function describeBudget({ job, from, until, occurrences, limit, shares }: BudgetReport): string {
  const table = formatTable(
    [
      { title: 'share' },
      { title: 'now', align: 'right' },
      { title: 'at most', align: 'right' },
      { title: 'on' },
      { title: 'budget', align: 'right' },
    ],
    shares.map(({ share, now, most, mostAt }) => [
      share,
      count(now),
      count(most),
      dayOf(mostAt),
      count(limit),
    ]),
  );
  const title = `Job ${job}, ${dayOf(from)} to ${dayOf(until)}: ${counted(occurrences, 'backup')} played out.`;
  return [title, '', table, ...shares.flatMap((share) => describeShare(share))].join('\n');
}

function describeShare({ share, holders, refused }: ShareForecast): string[] {
  const lines = [`At its fullest, ${share} has ${describeHolders(holders)}.\n`];
  if (refused === undefined) return lines;
  const { at, holder, count: found } = refused;
  return [
    ...lines,
    `A run of ${holder} on ${dayOf(at)} finds ${counted(found, 'snapshot')} in ${share} and no room for another. Keep fewer by a retention, or unpin or delete what nobody needs.\n`,
  ];
}

function describeHolders(holders: readonly HolderCount[]): string {
  if (holders.length === 0) return 'no snapshot';
  return holders.map(({ holder, count: held }) => `${count(held)} of ${holder}`).join(', ');
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
