import { readFile } from 'node:fs/promises';
import type { AccountConfiguration, Configuration, RequestConfiguration } from './configuration.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { type ConfigurationDocument, formatPath, parseDocument } from './document.ts';
import { normalizeEndpoint } from './endpoint.ts';
import { referenceProblems, type WrittenShares } from './reference-problems.ts';
import { resolveJob } from './resolve-job.ts';
import { resolvePace } from './resolve-pace.ts';
import { resourceManagerPlace, resourceManagerSchema, TOKEN_NEEDED } from './resource-manager-schema.ts';
import { retentionProblems, type WrittenRetentionOfJob } from './retention-problems.ts';
import {
  configurationSchema,
  credentialSchema,
  endpointSchema,
  shareReferenceSchema,
  type WrittenCredential,
  type WrittenRequests,
} from './schema.ts';
import { type PathProblem, schemaProblems } from './schema-problems.ts';
import { type Environment, resolveCredential, secretProblems } from './secrets.ts';
import { signingKeyProblems } from './signing-key.ts';

export type { Environment } from './secrets.ts';

/**
 * Reads and checks a configuration file.
 * @throws {ConfigurationError} with every mistake at once, or because the file cannot be read
 */
export async function loadConfiguration(fileName: string, environment: Environment): Promise<Configuration> {
  return parseConfiguration(await readText(fileName), { environment, fileName });
}

/**
 * Checks a configuration, JSON with comments and trailing commas, fills in defaults and resolves `env:NAME`.
 * @throws {ConfigurationError} with every mistake at once; none of its texts holds a secret
 */
export function parseConfiguration(
  text: string,
  { environment, fileName }: { readonly environment: Environment; readonly fileName: string },
): Configuration {
  const parsed = parseDocument(text);
  if ('problems' in parsed) throw new ConfigurationError(fileName, parsed.problems);
  const { document } = parsed;
  const accounts = readAccounts(document.value, environment);
  const problems = [
    ...schemaProblems(configurationSchema, document.value),
    ...accounts.problems,
    ...referenceProblems(accounts.endpoints, readShares(document.value)),
    ...retentionProblems(readRetentions(document.value)),
    ...checkSigningKeys(document.value, environment),
  ];
  const written = configurationSchema.safeParse(document.value);
  if (problems.length > 0 || document.problems.length > 0 || !written.success) {
    throw new ConfigurationError(fileName, [...document.problems, ...placed(document, problems)]);
  }
  return {
    accounts: accounts.accounts,
    jobs: record(
      Object.entries(written.data.jobs).map(([name, job]) => [name, resolveJob(name, job, environment)]),
    ),
    requests: resolveRequests(written.data.requests),
  };
}

/** @throws {ConfigurationError} when there is no such file, or none with text. */
export async function readText(fileName: string): Promise<string> {
  const expected = 'a readable file';
  let bytes: Buffer;
  try {
    bytes = await readFile(fileName);
  } catch (error) {
    throw new ConfigurationError(fileName, [{ path: '', expected, found: describeReadFailure(error) }]);
  }
  // Windows PowerShell writes UTF-16 where it is told nothing else.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigurationError(fileName, [{ path: '', expected: 'text in UTF-8', found: 'other bytes' }]);
  }
}

function describeReadFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown failure';
  const known: Record<string, string> = {
    ENOENT: 'no such file',
    EISDIR: 'a folder',
    EACCES: 'one that may not be read',
    EPERM: 'one that may not be read',
  };
  return known[code] ?? code;
}

interface ReadAccounts {
  readonly accounts: Readonly<Record<string, AccountConfiguration>>;
  readonly endpoints: ReadonlyMap<string, string | undefined>;
  readonly problems: readonly PathProblem[];
}

/** The accounts as far as they are right: what is wrong with one must not hide what is wrong with another. */
function readAccounts(value: unknown, environment: Environment): ReadAccounts {
  const accounts: [string, AccountConfiguration][] = [];
  const endpoints = new Map<string, string | undefined>();
  const problems: PathProblem[] = [];
  for (const [name, account] of entriesOf(property(value, 'accounts'))) {
    const endpoint = endpointSchema.safeParse(property(account, 'endpoint'));
    const url = endpoint.success ? normalizeEndpoint(endpoint.data) : undefined;
    endpoints.set(name, url);
    const credential = property(account, 'credential');
    const wrong = secretProblems(credential, environment, ['accounts', name, 'credential']);
    problems.push(...wrong);
    const written = credentialSchema.safeParse(credential);
    const manager = resourceManagerSchema.optional().safeParse(property(account, 'resourceManager'));
    if (manager.data !== undefined && written.success && !hasToken(written.data)) {
      const found = 'an account key or a SAS';
      problems.push({ path: ['accounts', name, 'credential'], expected: TOKEN_NEEDED, found });
    }
    if (url === undefined || !written.success || !manager.success || wrong.length > 0) continue;
    const place = manager.data && resourceManagerPlace(manager.data);
    accounts.push([
      name,
      {
        name,
        endpoint: url,
        credential: resolveCredential(written.data, environment),
        ...(place === undefined ? {} : { resourceManager: place }),
      },
    ]);
  }
  return { accounts: record(accounts), endpoints, problems };
}

function hasToken(credential: WrittenCredential): boolean {
  return typeof credential === 'string' || !('accountKey' in credential || 'sas' in credential);
}

/** The shares of every job as far as they can be read, whatever else is wrong with the job. */
function readShares(value: unknown): WrittenShares[] {
  return entriesOf(property(value, 'jobs')).map(([name, job]) => ({
    name,
    source: shareReferenceSchema.safeParse(property(job, 'source')).data,
    target: shareReferenceSchema.safeParse(property(job, 'target')).data,
  }));
}

function readRetentions(value: unknown): WrittenRetentionOfJob[] {
  return entriesOf(property(value, 'jobs')).map(([name, job]) => ({
    name,
    schedule: property(job, 'schedule'),
    timeZone: property(job, 'timeZone'),
    retention: property(job, 'retention'),
    budget: property(job, 'budget'),
  }));
}

function checkSigningKeys(value: unknown, environment: Environment): PathProblem[] {
  return entriesOf(property(value, 'jobs')).flatMap(([name, job]) => {
    const key = property(property(job, 'manifest'), 'signingKey');
    return signingKeyProblems(key, environment, ['jobs', name, 'manifest', 'signingKey']);
  });
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function property(value: unknown, name: string): unknown {
  return entriesOf(value).find(([key]) => key === name)?.[1];
}

function resolveRequests({ pace, ...requests }: WrittenRequests): RequestConfiguration {
  return { ...requests, ...(pace === undefined ? {} : { pace: resolvePace(pace) }) };
}

/** Without a prototype, so that a name such as `constructor` finds nothing that is not in the file. */
function record<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  const result: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}

/** Problems with their lines, in the order of the file. */
export function placed(
  document: ConfigurationDocument,
  problems: readonly PathProblem[],
): ConfigurationProblem[] {
  return problems
    .map(({ path, expected, found }) => ({
      path: formatPath(path),
      ...document.placeOf(path),
      expected,
      found,
    }))
    .sort((one, other) => one.line - other.line || one.column - other.column);
}
