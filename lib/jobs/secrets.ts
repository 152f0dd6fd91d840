import type { CredentialConfiguration } from './configuration.ts';
import type { DocumentPath } from './document.ts';
import { describeFound } from './found.ts';
import type { WrittenCredential } from './schema.ts';
import type { PathProblem } from './schema-problems.ts';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is wrong with the secrets of a credential and with their `env:` references, whatever else may be wrong
 * with it.
 * @param credential as it stands in the configuration, unchecked
 * @param path where it stands
 */
export function secretProblems(
  credential: unknown,
  environment: Environment,
  path: DocumentPath,
): PathProblem[] {
  return SECRETS.flatMap((form) => {
    const written = valueBelow(credential, form.path);
    if (typeof written !== 'string' || written === '') return [];
    const problem = secretProblem(form, written, environment);
    return problem === undefined ? [] : [{ path: [...path, ...form.path], ...problem }];
  });
}

/** A credential with its `env:` references replaced. Only for one that `secretProblems` finds nothing wrong with. */
export function resolveCredential(
  written: WrittenCredential,
  environment: Environment,
): CredentialConfiguration {
  if (written === 'default' || written === 'managed-identity') return { kind: written };
  if ('managedIdentity' in written) {
    return { kind: 'managed-identity', clientId: written.managedIdentity.clientId };
  }
  if ('accountKey' in written) {
    return { kind: 'account-key', key: secretValue(written.accountKey, environment) ?? '' };
  }
  if ('sas' in written) {
    return { kind: 'sas', sas: (secretValue(written.sas, environment) ?? '').replace(/^\?/, '') };
  }
  const { tenantId, clientId, clientSecret, authority } = written.servicePrincipal;
  const secret = secretValue(clientSecret, environment) ?? '';
  return { kind: 'service-principal', tenantId, clientId, clientSecret: secret, authority };
}

/** What a secret has to be. */
export interface SecretKind {
  readonly what: string;
  /** What is wrong with a value, after "a string of N characters". */
  readonly fault: (value: string) => string | undefined;
}

interface SecretForm extends SecretKind {
  /** Where it stands below the credential. */
  readonly path: readonly string[];
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const SECRETS: readonly SecretForm[] = [
  {
    path: ['accountKey'],
    what: 'an account key in base64',
    fault: (value) => (BASE64.test(value) ? undefined : 'that is no base64'),
  },
  {
    path: ['sas'],
    what: 'a shared access signature, the part of its address after the question mark',
    fault: (value) => {
      if (value.includes('://')) return 'that is a whole address';
      return new URLSearchParams(value).get('sig') ? undefined : 'without "sig="';
    },
  },
  { path: ['servicePrincipal', 'clientSecret'], what: 'a client secret', fault: () => undefined },
];

function valueBelow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, name)?.value
        : undefined,
    value,
  );
}

/** What is wrong with a secret, written out or as a reference; undefined where nothing is. */
export function secretProblem(
  { what, fault }: SecretKind,
  written: string,
  environment: Environment,
): { readonly expected: string; readonly found: string } | undefined {
  const variable = referencedVariable(written);
  if (variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    const expected = `${REFERENCE} and the name of an environment variable`;
    return { expected, found: 'a reference without such a name' };
  }
  const expected = variable === undefined ? what : `${what} in the environment variable ${variable}`;
  const value = secretValue(written, environment);
  if (value === undefined) return { expected, found: 'no such variable' };
  if (value === '') return { expected, found: variable === undefined ? 'an empty string' : 'it empty' };
  const wrong = fault(value);
  return wrong === undefined ? undefined : { expected, found: `${describeFound(value, true)} ${wrong}` };
}

const REFERENCE = 'env:';

function referencedVariable(written: string): string | undefined {
  return written.startsWith(REFERENCE) ? written.slice(REFERENCE.length) : undefined;
}

/** A secret with its reference replaced. One that was read from a file with `$(cat …)` or pasted often ends with a line break. */
export function secretValue(written: string, environment: Environment): string | undefined {
  const variable = referencedVariable(written);
  if (variable === undefined) return written.trim();
  return Object.hasOwn(environment, variable) ? environment[variable]?.trim() : undefined;
}
