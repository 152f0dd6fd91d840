import { type Goal, goalsOf, type ListingRates } from './goals.ts';
import type { Machine } from './machine.ts';
import type { ScenarioResult } from './measurement.ts';
import { markdownTable, operationsTable, resultsTable } from './results-table.ts';
import { AZCOPY_ENVIRONMENT, AZCOPY_FLAGS } from './run-azcopy.ts';
import { SHAREPAIR_FLAGS } from './run-sharepair.ts';

/** Everything that a bench found, and under which circumstances. */
export type BenchReport = {
  readonly machine: Machine;
  /** As typed. */
  readonly command: string;
  /** ISO 8601, when it ended. */
  readonly date: string;
  readonly scale: number;
  readonly results: readonly ScenarioResult[];
  readonly listing: ListingRates | undefined;
  /** Scenarios that could not be measured, each with the reason. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
};

/** The report as a page of Markdown. */
export function resultsPage(report: BenchReport): string {
  const { machine, command, date, scale, results, listing, broken } = report;
  const missing = results.find(({ azCopy }) => 'unavailable' in azCopy)?.azCopy;
  const lines = [
    '# Sharepair and AzCopy side by side',
    '',
    `Measured ${date} by \`${command}\`.`,
    '',
    `- Machine: ${machine.processors} × ${machine.processor}, ${machine.memoryGiB} GiB of memory, ${machine.system}`,
    `- Versions: ${machine.versions}`,
    '',
    ...(scale === 1
      ? []
      : [
          `**Not at full scale**: every count is multiplied by ${scale}, and so is what the goals below are judged by.`,
          '',
        ]),
    ...(missing !== undefined && 'unavailable' in missing
      ? [`**AzCopy is missing**: ${missing.unavailable}`, '']
      : []),
    ...broken.flatMap(({ name, reason }) => [`**${name} could not be measured**: ${reason}`, '']),
    '## Goals',
    '',
    markdownTable(['goal', 'measured', ''], goalsOf(results, listing).map(cellsOf)),
    '## Figures',
    '',
    resultsTable(results),
    '## Requests by operation',
    '',
    operationsTable(results),
    ...HOW,
  ];
  return lines.join('\n');
}

function cellsOf({ goal, figure, met }: Goal): string[] {
  return [goal, figure, met === null ? 'not decided' : met ? 'met' : '**not met**'];
}

const HOW = [
  '## How it was measured',
  '',
  '- The emulator runs in a process of its own, one for each piece of work, and both tools use it one after the other,',
  '  each on shares of its own that were seeded alike. Sharepair comes first, so that AzCopy meets an emulator that is',
  '  warm. Emulator and tool share the processors of the machine.',
  '- `at 5 ms`: the emulator waits so long before it carries out each request. Requests and bytes are those that the',
  '  emulator counted, refused requests included; bytes are those of bodies, without the headers that every request and',
  '  answer has besides. Time is from the start of the process to its end, memory the peak of the resident set',
  '  (`VmHWM`), looked at every 50 ms.',
  `- AzCopy: \`azcopy sync ${AZCOPY_FLAGS.join(' ')}\` from a snapshot of the source, with ${Object.entries(
    AZCOPY_ENVIRONMENT,
  )
    .map(([name, value]) => `\`${name}=${value}\``)
    .join(' ')},`,
  '  which makes it scan faster than by default. A sync is what comes closest to a mirror, for first copies, too.',
  '  AzCopy keeps at most ten connections per processor and account; it proves nothing, takes no snapshots, and',
  '  ends at a tick of two seconds.',
  `- Sharepair: \`sharepair backup ${SHAREPAIR_FLAGS.join(' ')}\`, a whole backup: lock, snapshots, mirror, listing`,
  '  verification, prune. `its mirror` is the part between the two snapshots, as the emulator saw it; requests of the',
  '  run’s own are those on leases, permissions, the roots’ properties and the state of the run. Where the target is',
  '  a copy at first, a backup that was not measured had made a recovery point of it, as there is one in daily use.',
  '- `the target afterwards` compares the two trees in the emulator: content, size, last-write and creation time,',
  '  attributes, permission and metadata of every entry, the roots included. AzCopy never sets the times of directories.',
  '- Content is synthetic, and ranges move as references within the emulator; no disk or network takes part.',
  '',
];
