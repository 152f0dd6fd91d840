import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAttributes, hasAttribute, parseAttributes } from '../../../lib/files/attributes.ts';

describe('attributes', () => {
  it.each([
    ['ReadOnly | Archive', 'Archive|ReadOnly'],
    ['Archive|ReadOnly', 'Archive|ReadOnly'],
    ['None', ''],
    ['Directory', ''],
    ['Hidden | Directory', 'Hidden'],
  ])('reads %s as %s', (text, attributes) => {
    expect(parseAttributes(text)).toBe(attributes);
  });

  it('writes None only alone, and Directory on every directory', () => {
    expect(formatAttributes('', 'file')).toBe('None');
    expect(formatAttributes('', 'directory')).toBe('Directory');
    expect(formatAttributes('Hidden', 'directory')).toBe('Directory|Hidden');
  });

  it('reads back whatever it writes', () => {
    const some = fc.subarray([
      'ReadOnly',
      'Hidden',
      'System',
      'Archive',
      'Temporary',
      'Offline',
      'NotContentIndexed',
      'NoScrubData',
    ]);
    fc.assert(
      fc.property(some, fc.constantFrom('file' as const, 'directory' as const), (names, kind) => {
        const attributes = parseAttributes(names.join(' | '));
        expect(parseAttributes(formatAttributes(attributes, kind))).toBe(attributes);
        for (const name of names) expect(hasAttribute(attributes, name)).toBe(true);
      }),
    );
  });
});
