import { expect, it } from 'vitest';
import { unquotedEtag } from '../../../lib/files/etag.ts';

it.each([
  ['"0x8DE28C0B5A2D4F1"', '0x8DE28C0B5A2D4F1'],
  ['0x8DE28C0B5A2D4F1', '0x8DE28C0B5A2D4F1'],
  ['', ''],
])('of %s is %s', (written, etag) => expect(unquotedEtag(written)).toBe(etag));
