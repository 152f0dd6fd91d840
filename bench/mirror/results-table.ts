import type { TreeComparison } from './emulator/compare-trees.ts';
import type { OperationCounts } from './emulator/mirror-phase.ts';
import type { Measurement, ScenarioResult } from './measurement.ts';
import { shownCount } from './scenario.ts';

const HEADINGS = [
  'work',
  'by',
  'requests',
  'sent and received',
  'copied by the service',
  'time',
  'peak memory',
  'ended',
  'the target afterwards',
];
const NOTHING = '–';

/** One table of all that was measured, in Markdown. */
export function resultsTable(results: readonly ScenarioResult[]): string {
  return markdownTable(HEADINGS, results.flatMap(rowsOf));
}

/** What the requests were, in Markdown: the most frequent first. */
export function operationsTable(results: readonly ScenarioResult[]): string {
  const rows = results.flatMap(({ title, azCopy, sharepair }) => [
    ...('unavailable' in azCopy ? [] : [[title, 'AzCopy', shownOperations(azCopy.operations)]]),
    [title, 'Sharepair', shownOperations(sharepair.operations)],
    [title, 'its mirror', shownOperations(sharepair.mirror?.operations ?? {})],
  ]);
  return markdownTable(['work', 'by', 'requests'], rows);
}

function shownOperations(operations: OperationCounts): string {
  return Object.entries(operations)
    .sort(([, one = 0], [, other = 0]) => other - one)
    .map(([operation, count = 0]) => `${operation} ${shownCount(count)}`)
    .join(', ');
}

export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |\n`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('');
}

function rowsOf(result: ScenarioResult): string[][] {
  const { title, latencyMs, azCopy, sharepair } = result;
  const work = latencyMs === 0 ? title : `${title}, at ${latencyMs} ms`;
  const rows = [[work, 'Sharepair', ...cellsOf(sharepair)], mirrorRow(sharepair)];
  if ('unavailable' in azCopy) return rows;
  return [
    [work, 'AzCopy', ...cellsOf(azCopy)],
    ['', 'Sharepair', ...cellsOf(sharepair)],
    mirrorRow(sharepair),
    ['', 'Sharepair / AzCopy', ...ratiosOf(sharepair, azCopy)],
  ];
}

function cellsOf({
  requests,
  wireBytes,
  copiedBytes,
  seconds,
  peakBytes,
  ended,
  comparison,
}: Measurement): string[] {
  return [
    shownCount(requests),
    shownBytes(wireBytes),
    shownBytes(copiedBytes),
    shownSeconds(seconds),
    peakBytes === null ? NOTHING : shownBytes(peakBytes),
    ended,
    shownComparison(comparison),
  ];
}

function mirrorRow({ mirror }: Measurement): string[] {
  const none = [NOTHING, NOTHING];
  if (mirror === null) return ['', 'its mirror', NOTHING, ...none, NOTHING, NOTHING, '', ''];
  const { entryRequests, ownRequests, seconds } = mirror;
  return [
    '',
    'its mirror',
    shownCount(entryRequests + ownRequests),
    ...none,
    shownSeconds(seconds),
    NOTHING,
    '',
    '',
  ];
}

function ratiosOf(sharepair: Measurement, azCopy: Measurement): string[] {
  return [
    shownRatio(sharepair.requests, azCopy.requests),
    shownRatio(sharepair.wireBytes, azCopy.wireBytes),
    shownRatio(sharepair.copiedBytes, azCopy.copiedBytes),
    shownRatio(sharepair.seconds, azCopy.seconds),
    shownRatio(sharepair.peakBytes ?? 0, azCopy.peakBytes ?? 0),
    azCopy.complete ? '' : 'AzCopy did not complete',
    '',
  ];
}

export function shownRatio(numerator: number, denominator: number): string {
  if (denominator === 0) return NOTHING;
  const ratio = numerator / denominator;
  return ratio >= 10 ? shownCount(ratio) : ratio.toPrecision(2);
}

/** `equal`, or "wrong: 5 entries differ (permission 3, missing 2)". */
export function shownComparison({ entries, by }: TreeComparison): string {
  if (entries === 0) return 'equal';
  const parts = Object.entries(by)
    .sort(([, one], [, other]) => other - one)
    .map(([difference, count]) => `${difference} ${shownCount(count)}`);
  const counted = entries === 1 ? '1 entry differs' : `${shownCount(entries)} entries differ`;
  return `wrong: ${counted} (${parts.join(', ')})`;
}

export function shownBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (bytes === 0) return '0';
  if (mebibytes < 0.1) return `${(bytes / 1024).toFixed(1)} KiB`;
  if (mebibytes >= 10_240) return `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${mebibytes >= 100 ? shownCount(mebibytes) : mebibytes.toFixed(1)} MiB`;
}

export function shownSeconds(seconds: number): string {
  return seconds >= 100 ? `${shownCount(seconds)} s` : `${seconds.toFixed(1)} s`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
