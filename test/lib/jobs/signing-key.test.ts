import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/jobs/configuration-error.ts';
import { parseConfiguration } from '../../../lib/jobs/load.ts';

const pem = pemOf(generateKeyPairSync('ed25519').privateKey);

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parse(signingKey: unknown, environment: Record<string, string> = {}) {
  const account = { endpoint: 'https://contoso.file.core.windows.net', credential: 'default' };
  const share = (name: string) => ({ account: 'a', share: name });
  const job = { source: share('from'), target: share('to-here'), manifest: { signingKey } };
  const text = JSON.stringify({ accounts: { a: account }, jobs: { finance: job } });
  return parseConfiguration(text, { environment, fileName: 'test.json' }).jobs.finance?.manifest?.signingKey;
}

function problemOf(signingKey: unknown, environment: Record<string, string> = {}): string {
  try {
    parse(signingKey, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('nothing was found wrong with it');
}

describe('the signing key of a job', () => {
  it.each([
    ['from the environment', 'env:KEY', { KEY: pem }],
    ['with its line breaks written out', 'env:KEY', { KEY: pem.replaceAll('\n', '\\n') }],
    ['in the file itself', pem, {}],
  ])('is read %s', (_, written, environment) => {
    const key = parse(written, environment);
    expect(key && pemOf(key)).toBe(pem);
    // Nothing that prints a configuration prints the key.
    expect(JSON.stringify({ key })).toBe('{"key":{}}');
  });

  it.each([
    ['that is not there', 'env:NONE', {}, 'found no such variable'],
    ['that is empty', 'env:KEY', { KEY: ' ' }, 'found it empty'],
    ['that is no PEM', 'env:KEY', { KEY: 'c2VjcmV0' }, 'that is no private key in PEM'],
    [
      'of another kind',
      'env:KEY',
      { KEY: pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) },
      'with a key of another kind, ec',
    ],
    [
      'that is public',
      'env:KEY',
      { KEY: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString() },
      'that is no private key in PEM',
    ],
    ['that is no text', { pem }, {}, 'expected an Ed25519 private key in PEM'],
  ])('%s is a mistake, told without the secret', (_, written, environment, message) => {
    const problem = problemOf(written, environment);
    expect(problem).toContain('jobs.finance.manifest.signingKey');
    expect(problem).toContain(message);
    for (const secret of [pem, 'c2VjcmV0', pem.split('\n')[1] ?? '']) expect(problem).not.toContain(secret);
  });
});
