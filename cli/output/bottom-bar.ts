import cliProgress, { type Options, type SingleBar } from 'cli-progress';

/** A bar at the bottom of a terminal, which leaves nothing behind. */
export function bottomBar(stream: NodeJS.WritableStream, format: Options['format']): SingleBar {
  return new cliProgress.SingleBar({
    stream,
    format,
    barsize: 20,
    clearOnComplete: true,
    // Signals are the command's own; the bar would stop itself before the work has.
    gracefulExit: false,
    linewrap: true,
    emptyOnZero: true,
  });
}

/** The bar itself, filled up to a part from 0 to 1. */
export function barOf(part: number, options: Options): string {
  return `[${cliProgress.Format.BarFormat(part, options)}]`;
}
