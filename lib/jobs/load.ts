import { readFile } from 'node:fs/promises';
import type {
  AccountConfiguration,
  Configuration,
  DeletionLimit,
  JobConfiguration,
} from './configuration.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { type ConfigurationDocument, formatPath, parseDocument } from './document.ts';
import { normalizeEndpoint } from './endpoint.ts';
import { referenceProblems, type WrittenShares } from './reference-problems.ts';
import {
  configurationSchema,
  credentialSchema,
  endpointSchema,
  shareReferenceSchema,
  type WrittenJob,
} from './schema.ts';
import { type PathProblem, schemaProblems } from './schema-problems.ts';
import { type Environment, resolveCredential, secretProblems } from './secrets.ts';

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
  ];
  const written = configurationSchema.safeParse(document.value);
  if (problems.length > 0 || document.problems.length > 0 || !written.success) {
    throw new ConfigurationError(fileName, [...document.problems, ...placed(document, problems)]);
  }
  return {
    accounts: accounts.accounts,
    jobs: record(Object.entries(written.data.jobs).map(([name, job]) => [name, resolveJob(name, job)])),
    requests: written.data.requests,
  };
}

async function readText(fileName: string): Promise<string> {
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
    if (url === undefined || !written.success || wrong.length > 0) continue;
    accounts.push([name, { name, endpoint: url, credential: resolveCredential(written.data, environment) }]);
  }
  return { accounts: record(accounts), endpoints, problems };
}

/** The shares of every job as far as they can be read, whatever else is wrong with the job. */
function readShares(value: unknown): WrittenShares[] {
  return entriesOf(property(value, 'jobs')).map(([name, job]) => ({
    name,
    source: shareReferenceSchema.safeParse(property(job, 'source')).data,
    target: shareReferenceSchema.safeParse(property(job, 'target')).data,
  }));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function property(value: unknown, name: string): unknown {
  return entriesOf(value).find(([key]) => key === name)?.[1];
}

function resolveJob(name: string, written: WrittenJob): JobConfiguration {
  const { source, target, schedule, timeZone, retention, guards, rpo } = written;
  return {
    name,
    source,
    target,
    ...(schedule === undefined ? {} : { schedule }),
    timeZone,
    retention,
    guards: guards?.maxDeletes === undefined ? {} : { maxDeletes: deletionLimit(guards.maxDeletes) },
    ...(rpo === undefined ? {} : { rpo }),
  };
}

function deletionLimit(written: number | string): DeletionLimit {
  return typeof written === 'number'
    ? { kind: 'entries', entries: written }
    : { kind: 'percent', percent: Number.parseInt(written, 10) };
}

/** Without a prototype, so that a name such as `constructor` finds nothing that is not in the file. */
function record<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  const result: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}

/** Problems with their lines, in the order of the file. */
function placed(document: ConfigurationDocument, problems: readonly PathProblem[]): ConfigurationProblem[] {
  return problems
    .map(({ path, expected, found }) => ({
      path: formatPath(path),
      ...document.placeOf(path),
      expected,
      found,
    }))
    .sort((one, other) => one.line - other.line || one.column - other.column);
}
