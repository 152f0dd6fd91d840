import cliProgress, { type Options, type Params } from 'cli-progress';
import type { ProgressEvent, RunPhase } from '../../lib/report/events.ts';
import { describeEvent, describePhase, describeProgress } from './describe-event.ts';
import type { RunDisplay } from './run-display.ts';
import { count, duration, endOf, printable } from './text.ts';

/** What the line shows besides how far the bar has come. */
interface Line {
  readonly job: string;
  readonly phase: RunPhase;
  readonly progress: ProgressEvent | undefined;
  /** Entries per second since the mirror began; undefined until that can be told. */
  readonly rate: number | undefined;
}

/** One line at the bottom of the terminal that moves, with notes above it. */
export function progressBar(stream: NodeJS.WritableStream): RunDisplay {
  const bar = new cliProgress.SingleBar({
    stream,
    format: formatLine,
    barsize: 20,
    clearOnComplete: true,
    // Signals are the command's own; the bar would stop itself before the run has.
    gracefulExit: false,
    linewrap: true,
    emptyOnZero: true,
  });
  let mirrorBegan = 0;
  let line: Line = { job: '', phase: 'lock', progress: undefined, rate: undefined };
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
        if (event.phase === 'mirror') mirrorBegan = performance.now();
        line = { job: event.job, phase: event.phase, progress: undefined, rate: undefined };
        draw();
      } else if (event.event === 'progress') {
        const seconds = (performance.now() - mirrorBegan) / 1000;
        line = { ...line, progress: event, rate: seconds > 1 ? event.entries / seconds : undefined };
        draw();
      }
    },
    say,
    close: () => bar.stop(),
  };
}

function formatLine(options: Options, { progress: part, maxWidth }: Params, line: Line): string {
  const { job, phase, progress, rate } = line;
  const width = Math.max(maxWidth - 1, 20);
  const head = `${job}: ${describePhase(phase)}`;
  if (progress === undefined || phase !== 'mirror') return head.slice(0, width);
  const { expectedEntries, entries } = progress;
  const fields = [describeProgress(progress)];
  if (rate !== undefined) fields.push(`${count(Math.round(rate))}/s`);
  if (rate !== undefined && rate > 0 && expectedEntries !== null && expectedEntries > entries) {
    fields.push(`about ${duration((expectedEntries - entries) / rate)} left`);
  }
  const bar = expectedEntries === null ? '' : `[${cliProgress.Format.BarFormat(part, options)}] `;
  const text = `${job}: ${bar}${fields.join(', ')}`;
  const room = width - text.length - 3;
  return room < 12 ? text.slice(0, width) : `${text} · ${endOf(printable(progress.directory), room)}`;
}
