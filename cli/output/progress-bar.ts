import type { Options, Params } from 'cli-progress';
import type { ProgressEvent, RunPhase } from '../../lib/report/events.ts';
import { barOf, bottomBar } from './bottom-bar.ts';
import { describeEvent, describePhase, describeProgress } from './describe-event.ts';
import type { RunDisplay } from './run-display.ts';
import { count, duration, endOf, fitting, printable } from './text.ts';

/** What the line shows besides how far the bar has come. */
interface Line {
  readonly job: string;
  readonly phase: RunPhase;
  readonly progress: ProgressEvent | undefined;
}

/** One line at the bottom of the terminal that moves, with notes above it. */
export function progressBar(stream: NodeJS.WritableStream): RunDisplay {
  const bar = bottomBar(stream, formatLine);
  let line: Line = { job: '', phase: 'lock', progress: undefined };
  const draw = () => {
    const { progress } = line;
    const total = progress?.expectedEntries ?? 0;
    const value = Math.min(progress?.entries ?? 0, total);
    if (!bar.isActive) bar.start(total, value, line);
    bar.setTotal(total);
    bar.update(value, line);
  };
  const say = (text: string) => {
    bar.stop();
    stream.write(`${text}\n`);
  };
  return {
    observe: (event) => {
      if (event.event === 'start' || event.event === 'note') {
        const text = describeEvent(event);
        if (text !== undefined) say(text);
      } else if (event.event === 'phase') {
        line = { job: event.job, phase: event.phase, progress: undefined };
        draw();
      } else if (event.event === 'progress') {
        line = { ...line, progress: event };
        draw();
      }
    },
    say,
    close: () => bar.stop(),
  };
}

function formatLine(options: Options, { progress: part, maxWidth }: Params, line: Line): string {
  const { job, phase, progress } = line;
  const width = Math.max(maxWidth - 1, 20);
  const head = `${job}: ${describePhase(phase)}`;
  const counts = phase === 'mirror' || phase === 'compare';
  if (progress === undefined || !counts) return head.slice(0, width);
  const bar = progress.expectedEntries === null ? '' : `${barOf(part, options)} `;
  const words = describeProgress(progress);
  const brief = describeBriefly(progress);
  const text = fitting(width, [
    `${job}: ${bar}${words}`,
    `${job}: ${words}`,
    `${job}: ${bar}${brief}`,
    `${job}: ${brief}`,
  ]);
  const room = width - text.length - 3;
  return room < 12 ? text : `${text} · ${endOf(printable(progress.directory), room)}`;
}

/** How far a run has come, for a narrow terminal. */
function describeBriefly({ entries, changed, etaSeconds }: ProgressEvent): string {
  const left = etaSeconds === null ? '' : `, ${duration(etaSeconds)} left`;
  return `${count(entries)} seen, ${count(changed)} changed${left}`;
}
