import type { Options, Params } from 'cli-progress';
import { measureOf, type VerifyProgress } from '../../lib/verify/verify-progress.ts';
import { barOf, bottomBar } from './bottom-bar.ts';
import { byteCount, count, counted, duration, endOf, fitting, printable } from './text.ts';

/** Shows a verification while it lasts. */
export interface VerifyDisplay {
  readonly observe: (progress: VerifyProgress) => void;
  /** A line for people, above whatever moves. */
  say(text: string): void;
  /** Takes down whatever moves. */
  close(): void;
}

const LOG_EVERY_MS = 15_000;

/** A bar that moves where standard error is a terminal; elsewhere log lines on it, none if `isQuiet`. */
export function verifyDisplay({ isQuiet }: { readonly isQuiet: boolean }): VerifyDisplay {
  if (process.stderr.isTTY === true) return verifyBar(process.stderr);
  return verifyLog(process.stderr, isQuiet);
}

/** One line at the bottom of the terminal that moves. */
export function verifyBar(stream: NodeJS.WritableStream): VerifyDisplay {
  const bar = bottomBar(stream, formatLine);
  return {
    observe: (progress) => {
      const { done, total: all } = measureOf(progress);
      const total = all ?? 0;
      if (!bar.isActive) bar.start(total, done, { progress });
      bar.setTotal(total);
      bar.update(Math.min(done, total), { progress });
    },
    say: (text) => {
      bar.stop();
      stream.write(`${text}\n`);
    },
    close: () => bar.stop(),
  };
}

/** Log lines with their times: as each part begins, and now and then. */
export function verifyLog(stream: NodeJS.WritableStream, isQuiet: boolean): VerifyDisplay {
  let last = { part: '', at: performance.now() };
  const log = (text: string) => {
    stream.write(`${new Date().toISOString()} ${text}\n`);
  };
  return {
    observe: (progress) => {
      const part = `${progress.point} ${progress.phase}`;
      const isNew = part !== last.part;
      if (isQuiet || (!isNew && performance.now() - last.at < LOG_EVERY_MS)) return;
      last = { part, at: performance.now() };
      if (isNew) log(describePart(progress));
      else log(`${progress.point}: ${describeProgress(progress)}, at "${printable(progress.path)}"`);
    },
    say: log,
    close: () => undefined,
  };
}

function describePart({ point, position, of, phase }: VerifyProgress): string {
  const which = of === 1 ? point : `${point} (${position} of ${of})`;
  return `${which}: ${phase === 'listing' ? 'compares the listings' : 'reads files on both sides'}`;
}

/** How far a verification has come, in one line. */
export function describeProgress(progress: VerifyProgress): string {
  const { phase, entries, expectedEntries, bytes, expectedBytes, etaSeconds } = progress;
  const [one, more] = phase === 'listing' ? ['entry', 'entries'] : ['file', 'files'];
  const seen =
    expectedEntries === null
      ? counted(entries, one, more)
      : `${count(entries)} of about ${counted(expectedEntries, one, more)}`;
  const verb = phase === 'listing' ? 'compared' : 'read';
  const all = expectedBytes === null ? '' : ` of about ${byteCount(expectedBytes)}`;
  const size = bytes === null ? '' : `, ${byteCount(bytes)}${all}`;
  const left = etaSeconds === null ? '' : `, about ${duration(etaSeconds)} left`;
  return `${seen} ${verb}${size}${left}`;
}

/** The same for a narrow terminal: bytes where they are known, and always the time that is left. */
function describeBriefly(progress: VerifyProgress): string {
  const { entries, bytes, expectedBytes, etaSeconds } = progress;
  const all = expectedBytes === null ? '' : ` of ${byteCount(expectedBytes)}`;
  const seen = bytes === null ? `${count(entries)} compared` : `${byteCount(bytes)}${all} read`;
  return etaSeconds === null ? seen : `${seen}, ${duration(etaSeconds)} left`;
}

function formatLine(
  options: Options,
  { progress: part, maxWidth }: Params,
  { progress }: { readonly progress: VerifyProgress },
): string {
  const width = Math.max(maxWidth - 1, 20);
  const { position, of } = progress;
  const which = of === 1 ? progress.point : `${progress.point} (${position}/${of})`;
  const bar = (measureOf(progress).total ?? 0) === 0 ? '' : `${barOf(part, options)} `;
  const words = describeProgress(progress);
  const text = fitting(width, [
    `${which}: ${bar}${words}`,
    `${which}: ${words}`,
    `${which}: ${describeBriefly(progress)}`,
  ]);
  const room = width - text.length - 3;
  return room < 12 ? text : `${text} · ${endOf(printable(progress.path), room)}`;
}
