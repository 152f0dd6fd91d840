import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { DocumentPath } from './document.ts';
import { SIGNING_KEY } from './manifest-schema.ts';
import type { PathProblem } from './schema-problems.ts';
import { type Environment, secretProblem, secretValue } from './secrets.ts';

/**
 * What is wrong with a signing key and with its `env:` reference.
 * @param written as it stands in the configuration, unchecked
 * @param path where it stands
 */
export function signingKeyProblems(
  written: unknown,
  environment: Environment,
  path: DocumentPath,
): PathProblem[] {
  if (typeof written !== 'string' || written === '') return [];
  const problem = secretProblem({ what: SIGNING_KEY, fault: signingKeyFault }, written, environment);
  return problem === undefined ? [] : [{ path, ...problem }];
}

/** A signing key with its `env:` reference replaced. Only for one that {@link signingKeyProblems} finds nothing wrong with. */
export function resolveSigningKey(written: string, environment: Environment): KeyObject {
  return createPrivateKey(pemOf(secretValue(written, environment) ?? ''));
}

function signingKeyFault(value: string): string | undefined {
  try {
    const { asymmetricKeyType } = createPrivateKey(pemOf(value));
    return asymmetricKeyType === 'ed25519' ? undefined : `with a key of another kind, ${asymmetricKeyType}`;
  } catch {
    return 'that is no private key in PEM';
  }
}

/** App settings and JSON often hold a line break as a backslash and an n. */
function pemOf(value: string): string {
  return value.replaceAll('\\n', '\n');
}
