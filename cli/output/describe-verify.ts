import type { VerifyReport } from '../../lib/verify/run-verify.ts';
import { asSentence } from '../errors.ts';
import { describeOutcome } from './describe-run.ts';
import { formatTable } from './table.ts';
import { byteCount, count, printable } from './text.ts';

/** Differences shown by name for each recovery point; `--json` has more. */
const SHOWN = 20;

/** What a verification proved, for people. */
export function describeVerify({ job, results, outcome }: VerifyReport): string {
  if (results.length === 0 && outcome === 'failed') {
    return `Job ${job} has no recovery point, so nothing was verified.\n`;
  }
  const table = formatTable(
    [
      { title: 'recovery point' },
      { title: 'level' },
      { title: 'entries', align: 'right' },
      { title: 'differences', align: 'right' },
      { title: 'files read', align: 'right' },
      { title: 'bytes read', align: 'right' },
    ],
    results.map(({ point, level, entries, differences, filesRead, bytesRead }) => [
      point,
      level,
      count(entries),
      count(differences),
      count(filesRead),
      byteCount(bytesRead),
    ]),
  );
  const lines: string[] = [];
  for (const { point, message, examples } of results) {
    lines.push(`${point}: ${asSentence(printable(message))}`);
    for (const { kind, path } of examples.slice(0, SHOWN)) lines.push(`  ${kind} "${printable(path)}"`);
    if (examples.length > SHOWN) lines.push('  and more; --json lists the first hundred');
  }
  lines.push(`${job}: ${describeOutcome(outcome)}.`);
  return `${table}${lines.map((line) => `${line}\n`).join('')}`;
}
