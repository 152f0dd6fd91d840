import { resolve } from 'node:path';
import type { Configuration } from '../lib/jobs/configuration.ts';
import { UsageError } from './errors.ts';
import type { ConfigurationFlags } from './options.ts';

/**
 * Reads the configuration that the command line names and makes sure that it has these jobs.
 * @throws {ConfigurationError} with every mistake of the file.
 * @throws {UsageError} when a job is not in it.
 */
export async function openConfiguration(
  flags: ConfigurationFlags,
  jobs: readonly string[],
): Promise<Configuration> {
  const [{ loadConfiguration }, { closestName }] = await Promise.all([
    import('../lib/jobs/load.ts'),
    import('../lib/jobs/closest-name.ts'),
  ]);
  const fileName = resolve(flags.config);
  const configuration = await loadConfiguration(fileName, process.env);
  const known = Object.keys(configuration.jobs);
  const unknown = jobs.filter((job) => !known.includes(job));
  if (unknown.length === 0) return configuration;
  const sentences = unknown.map((job) => {
    const meant = closestName(job, known);
    return meant === undefined
      ? `There is no job "${job}".`
      : `There is no job "${job}"; did you mean "${meant}"?`;
  });
  throw new UsageError(
    `${sentences.join(' ')} ${fileName} has ${known.map((job) => `"${job}"`).join(', ')}.`,
  );
}

/** The jobs that a command is about: those that are named, each once, or all. */
export function chosenJobs({ jobs }: Configuration, named: readonly string[]): readonly string[] {
  return named.length === 0 ? Object.keys(jobs) : [...new Set(named)];
}
