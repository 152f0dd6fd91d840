import type { Observe, RunEvent } from '../../lib/report/events.ts';
import { plainLog } from './plain-log.ts';
import { progressBar } from './progress-bar.ts';

/** Shows a run while it lasts. */
export interface RunDisplay {
  readonly observe: Observe;
  /** A line for people, above whatever moves. */
  say(text: string): void;
  /** Takes down whatever moves; the terminal is free for other text afterwards. */
  close(): void;
}

/** Events as JSON lines on standard output, nothing for people but what is said. */
export function jsonDisplay(): RunDisplay {
  return {
    observe: (event: RunEvent) => {
      process.stdout.write(`${JSON.stringify(event)}\n`);
    },
    say: (text) => {
      process.stderr.write(`${text}\n`);
    },
    close: () => undefined,
  };
}

/** A bar that moves where standard error is a terminal, and log lines on it elsewhere. */
export function peopleDisplay(): RunDisplay {
  return process.stderr.isTTY === true ? progressBar(process.stderr) : plainLog(process.stderr);
}
