import { EXIT_CODES } from '../lib/report/exit-codes.ts';

/** The command line asks for something that cannot be done as it stands; nothing was touched. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** By name rather than by class, so that no command has to load the library only to tell its errors apart. */
const EXIT_BY_NAME: Readonly<Record<string, number>> = {
  UsageError: EXIT_CODES.configuration,
  ConfigurationError: EXIT_CODES.configuration,
  UnknownJobError: EXIT_CODES.configuration,
  UnknownPointError: EXIT_CODES.configuration,
  LockedError: EXIT_CODES.locked,
};

/** The exit code of a command that threw. */
export function endOfError(error: unknown): number {
  return (error instanceof Error ? EXIT_BY_NAME[error.name] : undefined) ?? EXIT_CODES.failed;
}

/** Writes an error to standard error, in sentences; with its stack only where one asked for it. */
export function reportError(error: unknown, debug: boolean): void {
  const lines = [describeError(error)];
  if (debug && error instanceof Error) lines.push(`${error.stack}`);
  process.stderr.write(`${withoutSignatures(lines.join('\n'))}\n`);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return asSentence(String(error));
  if (error.name === 'ConfigurationError') return `${error.message}\nNothing was touched.`;
  if (endOfError(error) === EXIT_CODES.configuration)
    return `${asSentence(error.message)} Nothing was touched.`;
  return asSentence(error.message);
}

/** With a capital letter and a full stop, for texts that are written to stand within others. */
export function asSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** No text of the library's holds a secret; a foreign error's might hold an address with its signature. */
export function withoutSignatures(text: string): string {
  return text.replace(/\b(sig=)[^&\s"']+/gi, '$1…');
}
