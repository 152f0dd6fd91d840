import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../bench/mirror/arguments.ts';
import { SCENARIOS } from '../../bench/mirror/scenarios/index.ts';

describe('the arguments of the bench', () => {
  it('mean everything at full scale when there are none', () => {
    const { scenarios, listing, scale, output } = parseArguments([]);
    expect({ scenarios, listing, scale }).toEqual({ scenarios: SCENARIOS, listing: true, scale: 1 });
    expect(output).toMatch(/bench\/results\.md$/);
  });

  it('select scenarios, scale and file', () => {
    const { scenarios, listing, scale, output } = parseArguments([
      'churn',
      'unchanged',
      '--scale',
      '0.1',
      '--output',
      'x.md',
    ]);
    expect(scenarios.map(({ name }) => name)).toEqual(['churn', 'unchanged']);
    expect({ listing, scale, output }).toEqual({ listing: false, scale: 0.1, output: 'x.md' });
  });

  it('select the parsing of listings alone', () => {
    expect(parseArguments(['listing'])).toMatchObject({ scenarios: [], listing: true });
  });

  it.each([
    [['chrun'], /There is no scenario chrun; there are unchanged, /],
    [['--scale', '0'], /--scale must be above 0/],
    [['--scale', 'big'], /--scale must be above 0/],
    [['--scael', '1'], /--scael/],
  ])('refuse %j', (given, message) => {
    expect(() => parseArguments(given)).toThrow(message);
  });

  it('know every scenario by a name of its own', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
