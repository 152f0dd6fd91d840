import { describeEvent, describeProgress } from './describe-event.ts';
import type { RunDisplay } from './run-display.ts';
import { printable } from './text.ts';

const PROGRESS_EVERY_MS = 15_000;

/** Log lines with their times, for files and for the collectors of a scheduler. */
export function plainLog(stream: NodeJS.WritableStream): RunDisplay {
  let progressAt = performance.now();
  const log = (text: string) => {
    stream.write(`${new Date().toISOString()} ${text}\n`);
  };
  return {
    observe: (event) => {
      const line = describeEvent(event);
      if (line !== undefined) log(line);
      if (event.event !== 'progress' || performance.now() - progressAt < PROGRESS_EVERY_MS) return;
      progressAt = performance.now();
      log(`${event.job}: ${describeProgress(event)}, in "${printable(event.directory)}"`);
    },
    say: log,
    close: () => undefined,
  };
}
