import type { PlannedChange } from '../../lib/mirror/plan.ts';
import { describeDifference } from '../../lib/report/describe-difference.ts';
import type { ChainReport, VerifyReport } from '../../lib/verify/run-verify.ts';
import type { VerifiedPoint } from '../../lib/verify/verified-point.ts';
import { asSentence } from '../errors.ts';
import { describeOutcome } from './describe-run.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted, printable } from './text.ts';

/** Differences shown by name for each recovery point; `--json` has more. */
const SHOWN = 20;

/** What a verification proved, for people. */
export function describeVerify({ job, results, chain, outcome }: VerifyReport): string {
  if (results.length === 0 && outcome === 'failed') {
    return `Nothing was verified: no recovery point of job ${job} is there to see. "sharepair points ${job}" says what is, and what could not be read.\n`;
  }
  const lines = [
    ...results.flatMap(describePoint),
    ...describeChain(chain),
    `${job}: ${describeOutcome(outcome)}.`,
  ];
  const table = results.length === 0 ? '' : pointTable(results);
  return `${table}${lines.map((line) => `${line}\n`).join('')}`;
}

function pointTable(results: readonly VerifiedPoint[]): string {
  return formatTable(
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
}

function describePoint({ point, message, examples, different }: VerifiedPoint): string[] {
  const named = [
    ...examples.map(describeNamed),
    ...different.map((path) => `"${printable(path)}": other bytes`),
  ];
  return [
    `${point}: ${asSentence(printable(message))}`,
    ...named.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(named.length > SHOWN ? ['  and more; --json lists the first hundred'] : []),
  ];
}

function describeNamed(difference: PlannedChange): string {
  const { path } = difference;
  const what = printable(describeDifference(difference));
  return path === '' ? `the root directory: ${what}` : `"${printable(path)}": ${what}`;
}

function describeChain({ checked, signed, problems }: ChainReport): string[] {
  if (problems.length === 0) {
    const signatures = signed === 0 ? '' : `, ${counted(signed, 'signature')} valid`;
    return checked === 0 ? [] : [`${counted(checked, 'manifest')} in one unbroken chain${signatures}.`];
  }
  return [
    `The manifests are not in order: ${counted(problems.length, 'problem')}.`,
    ...problems.map(({ point, message }) => `  ${point}: ${asSentence(printable(message))}`),
  ];
}
