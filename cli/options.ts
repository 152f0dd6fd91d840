import { type Command, InvalidArgumentError, Option } from 'commander';
import { Duration } from 'luxon';

export const DEFAULT_CONFIGURATION_FILE = 'sharepair.config.json';

/** A lease lasts 60 s, so within this time the lock of a run that died is free. */
export const DEFAULT_LOCK_WAIT_MS = 75_000;

export interface ConfigurationFlags {
  readonly config: string;
}

export interface JsonFlags {
  readonly json?: true;
}

export function withConfiguration(command: Command): Command {
  return command.addOption(
    new Option('-c, --config <file>', 'configuration file')
      .env('SHAREPAIR_CONFIG')
      .default(DEFAULT_CONFIGURATION_FILE),
  );
}

export function withJson(command: Command, what: string): Command {
  return command.option('--json', what);
}

export function withLockWait(command: Command): Command {
  return command.option(
    '--lock-wait <seconds>',
    'how long to wait for a lock whose holder may have died (default: 75)',
    parseSeconds,
  );
}

export function withDebug(command: Command): Command {
  return command.addOption(new Option('--debug', 'show where in the program an error came from'));
}

/** Lines of a command's help that show it at work. */
export function withExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const lines = examples.map(([line, meaning]) => `  $ ${line}\n      ${meaning}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Whole or fractional seconds from 0, in milliseconds. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds < 0) {
    throw new InvalidArgumentError('It must be a number of seconds, such as 90.');
  }
  return seconds * 1000;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `2h` or an ISO 8601 duration such as `PT1H30M`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const iso = Duration.fromISO(text);
  const milliseconds =
    amount === undefined ? iso.toMillis() : Number(amount) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (!(milliseconds > 0)) {
    throw new InvalidArgumentError('It must be a duration, such as 90s, 15m, 2h or PT1H30M.');
  }
  return milliseconds;
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('It must be a port number, or 0 for any that is free.');
  }
  return port;
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
