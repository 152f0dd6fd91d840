import { describe, expect, it } from 'vitest';
import { closestName } from '../../../lib/jobs/closest-name.ts';

describe('closestName', () => {
  const names = ['schedule', 'source', 'target', 'rpo'];

  it.each([
    ['shedule', 'schedule'],
    ['schedul', 'schedule'],
    ['Schedule', 'schedule'],
    ['soruce', 'source'],
    ['targets', 'target'],
    ['rop', 'rpo'],
    ['retention', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j: %s', (name, expected) => {
    expect(closestName(name, names)).toBe(expected);
  });

  it('prefers the nearest', () => {
    expect(closestName('share', ['shares', 'share2s', 'share'])).toBe('share');
  });
});
