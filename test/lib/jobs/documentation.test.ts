import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfiguration } from '../../../lib/jobs/load.ts';
import { nextOccurrence } from '../../../lib/jobs/schedule.ts';
import { configurationSchema } from '../../../lib/jobs/schema.ts';
import { exampleEnvironment } from './example.ts';

const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  const examples = [...page.matchAll(/```jsonc\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const whole = examples.filter((text) => text.startsWith('{'));

  it('has two whole examples', () => {
    expect(whole).toHaveLength(2);
  });

  it.each(whole)('shows a configuration without a mistake', (text) => {
    const parsed = parseConfiguration(text, { environment: exampleEnvironment, fileName: 'docs' });
    expect(Object.keys(parsed.jobs)).toContain('finance');
  });

  it('has every setting', () => {
    const names = settingNames(z.toJSONSchema(configurationSchema, { io: 'input' }));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !new RegExp(`[\`"]${name.replace('$', '\\$')}[\`"]`).test(page))).toEqual(
      [],
    );
  });

  it.each([...page.matchAll(/^\| `([^`]+)` \| (?:at|every|the same)/gm)].map(([, text = '']) => text))(
    'has a schedule that can be read: %s',
    (schedule) => {
      expect(nextOccurrence(schedule, 'UTC', new Date(0)).getTime()).toBeGreaterThan(0);
    },
  );
});

function settingNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(Object(schema.properties)) : [];
  return [...own, ...Object.values(schema).flatMap(settingNames)];
}
