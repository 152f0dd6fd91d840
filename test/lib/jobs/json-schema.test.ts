import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaFileName, schemaText } from '../../../lib/jobs/json-schema.ts';
import { changed, exampleConfiguration } from './example.ts';

const schema = JSON.parse(schemaText());

describe('the JSON schema', () => {
  it('is shipped as the code has it; `npm run schema` brings it up to date', async () => {
    const shipped = await readFile(new URL(`../../../${schemaFileName}`, import.meta.url), 'utf8');
    expect(shipped).toBe(schemaText());
  });

  it('takes the example', () => {
    expect(z.fromJSONSchema(schema).safeParse(exampleConfiguration()).error).toBeUndefined();
  });

  it.each<[path: string, value: unknown]>([
    ['jobs.finance.retention.last', 0],
    ['jobs.finance.retention.daily', 200],
    ['jobs.finance.retention.within', 30],
    ['jobs.finance.shedule', '0 0 * * * *'],
    ['jobs.finance.target', undefined],
    ['jobs.finance.source.share', 'Finance'],
    ['jobs.finance.guards', { maxDeletes: '101%' }],
    ['jobs.finance.filters', { exclude: '*.tmp' }],
    ['jobs.finance.filters', { attributes: { exclude: ['Temp'] } }],
    ['jobs.finance.compare', 'content'],
    ['jobs.finance.tolerate', { codes: ['SharingViolation'] }],
    ['accounts.prod.credential', 'managed'],
    ['accounts.prod.credential', { accountKey: 'a2V5', sas: 'sig=a' }],
    ['requests', { concurrency: 0 }],
  ])('refuses %s: %j', (path, value) => {
    const wrong = changed(exampleConfiguration(), path.split('.'), value);
    expect(z.fromJSONSchema(schema).safeParse(wrong).success).toBe(false);
  });

  it('describes every setting', () => {
    expect(withoutDescription(schema, 'configuration')).toEqual([]);
  });
});

/** The settings that have no description, at any depth. */
function withoutDescription(value: unknown, place: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const properties = 'properties' in value ? Object.entries(Object(value.properties)) : [];
  const missing = properties
    .filter(([, property]) => typeof Object(property).description !== 'string')
    .map(([name]) => `${place}.${name}`);
  const below = Object.entries(value).flatMap(([name, inner]) =>
    withoutDescription(inner, `${place}.${name}`),
  );
  return [...missing, ...below];
}
