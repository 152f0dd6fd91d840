import cliProgress, { type Options, type Params } from 'cli-progress';
import { count, endOf, printable } from './text.ts';

interface FileRead {
  readonly point: string;
  readonly path: string;
}

/** Shows which file a verification has read last. */
export interface ReadCounter {
  readonly observe: (read: FileRead) => void;
  close(): void;
}

/** One line that moves where standard error is a terminal; nothing elsewhere. */
export function readCounter(): ReadCounter {
  if (process.stderr.isTTY !== true) return { observe: () => undefined, close: () => undefined };
  const line = new cliProgress.SingleBar({
    stream: process.stderr,
    format: formatLine,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: true,
  });
  const files = new Map<string, number>();
  return {
    observe: (read) => {
      const number = (files.get(read.point) ?? 0) + 1;
      files.set(read.point, number);
      if (!line.isActive) line.start(0, 0, read);
      line.update(number, read);
    },
    close: () => line.stop(),
  };
}

function formatLine(_options: Options, { value, maxWidth }: Params, { point, path }: FileRead): string {
  const text = `${point}: ${count(value)} files read`;
  const room = Math.max(maxWidth - 1, 20) - text.length - 3;
  return room < 12 ? text : `${text} · ${endOf(printable(path), room)}`;
}
