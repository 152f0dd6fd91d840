import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAttributes, parseAttributes } from '../../../emulator/state/index.ts';

test('attributes go to text and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 511 }), (attributes) => {
      expect(parseAttributes(formatAttributes(attributes))).toBe(attributes);
    }),
  );
});

test('attributes are read in any case and spacing, and written in one', () => {
  const attributes = parseAttributes('temporary|ReadOnly | ARCHIVE') ?? -1;
  expect(formatAttributes(attributes)).toBe('ReadOnly | Archive | Temporary');
  expect(formatAttributes(parseAttributes('none') ?? -1)).toBe('None');
});

test.each(['', 'Compressed', 'None|Hidden', 'Hidden||System'])('%j are no attributes', (text) => {
  expect(parseAttributes(text)).toBeUndefined();
});
