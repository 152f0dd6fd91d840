import type { Environment } from '../../../lib/jobs/load.ts';

export const exampleEnvironment: Environment = {
  PROD_KEY: Buffer.alloc(64, 1).toString('base64'),
  DR_KEY: Buffer.alloc(64, 2).toString('base64'),
};

/** A configuration without a mistake, as it is written; a test changes its copy. */
export const exampleConfiguration = () => ({
  accounts: {
    prod: { endpoint: 'http://127.0.0.1:10004/prodacct', credential: { accountKey: 'env:PROD_KEY' } },
    dr: { endpoint: 'https://dracct.file.core.windows.net', credential: { accountKey: 'env:DR_KEY' } },
  },
  jobs: {
    finance: {
      source: { account: 'prod', share: 'finance' },
      target: { account: 'dr', share: 'finance' },
      schedule: '0 0 */4 * * *',
      timeZone: 'Europe/Berlin',
      retention: { last: 30 },
    },
  },
});

/** A copy of a JSON value with another value at a path; undefined removes what is there. */
export function changed(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  const entries = new Map(Object.entries(value ?? {}));
  const inner = changed(entries.get(name), rest, replacement);
  if (inner === undefined) entries.delete(name);
  else entries.set(name, inner);
  return Object.fromEntries(entries);
}
