import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Configuration } from '../../lib/jobs/configuration.ts';
import { ConfigurationError, type ConfigurationProblem } from '../../lib/jobs/configuration-error.ts';
import { type Environment, loadConfiguration, parseConfiguration } from '../../lib/jobs/load.ts';

/** What the app's settings say, read anew by each invocation. */
export interface Settings {
  readonly configuration: Configuration;
  /** Milliseconds for the work of one invocation, as far as it is set. */
  readonly budgetMs: number | undefined;
}

/** A minute less than the time at which host.json lets the host end an invocation: a run needs time to stop. */
const LONGEST_BUDGET_SECONDS = 540;

/**
 * Reads the app's settings and the configuration that they name (docs/functions.md).
 * @throws {ConfigurationError} with every mistake at once; none of its texts holds a secret
 */
export async function readSettings(environment: Environment): Promise<Settings> {
  const seconds = setting(environment, 'SHAREPAIR_BUDGET_SECONDS');
  const [configuration, budget] = await Promise.allSettled([
    readConfiguration(environment),
    seconds === undefined ? undefined : readBudget(seconds),
  ]);
  if (configuration.status === 'fulfilled' && budget.status === 'fulfilled') {
    return { configuration: configuration.value, budgetMs: budget.value };
  }
  throw joined([configuration, budget].flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])));
}

async function readConfiguration(environment: Environment): Promise<Configuration> {
  const file = setting(environment, 'SHAREPAIR_CONFIG');
  const text = setting(environment, 'SHAREPAIR_CONFIG_JSON');
  if (file !== undefined && text === undefined)
    return loadConfiguration(resolve(appFolder(), file), environment);
  if (text !== undefined && file === undefined) {
    return parseConfiguration(text, { environment, fileName: 'SHAREPAIR_CONFIG_JSON' });
  }
  throw settingError({
    path: 'SHAREPAIR_CONFIG',
    expected: 'the path of the configuration file, or the configuration itself in SHAREPAIR_CONFIG_JSON',
    found: file === undefined ? 'neither of the two' : 'both',
  });
}

async function readBudget(seconds: string): Promise<number> {
  const value = Number(seconds);
  if (value > 0 && value <= LONGEST_BUDGET_SECONDS) return value * 1000;
  throw settingError({
    path: 'SHAREPAIR_BUDGET_SECONDS',
    expected: `a number of seconds above 0, ${LONGEST_BUDGET_SECONDS} at most`,
    found: Number.isNaN(value) ? 'no number' : String(value),
  });
}

/** An empty setting counts as none. */
function setting(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

/** The folder with host.json, wherever below it this file was built to. */
function appFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'host.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

const SETTINGS = 'the settings of the app';

function settingError(problem: ConfigurationProblem): ConfigurationError {
  return new ConfigurationError(SETTINGS, [problem]);
}

function joined(errors: readonly unknown[]): unknown {
  const [first, second] = errors;
  if (!(first instanceof ConfigurationError) || !(second instanceof ConfigurationError)) return first;
  return new ConfigurationError(`${first.fileName}, with ${SETTINGS},`, [
    ...first.problems,
    ...second.problems,
  ]);
}
