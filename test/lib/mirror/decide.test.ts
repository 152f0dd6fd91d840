import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lib/files/entry.ts';
import { decide } from '../../../lib/mirror/decide.ts';
import { entry } from '../../support/entries.ts';

const EARLIER = '2020-01-01T00:00:00.0000000Z';

describe('decide', () => {
  it('leaves a file alone whose listing says the same on both sides', () => {
    expect(decide(entry('a'), entry('a'), true)).toBe('equal');
  });

  it('tells times apart by a single 100 ns tick', () => {
    const target = entry('a', { lastWriteTime: '2026-11-21T05:30:00.1234568Z' });
    expect(decide(entry('a'), target, true)).toBe('content-in-doubt');
  });

  it.each([
    ['older', EARLIER],
    ['newer', '2030-01-01T00:00:00.0000000Z'],
  ])('doubts the bytes of a file of equal size whose source is %s', (_, lastWriteTime) => {
    expect(decide(entry('a', { lastWriteTime }), entry('a'), true)).toBe('content-in-doubt');
  });

  it('knows that the bytes differ where the sizes do, whatever the times say', () => {
    expect(decide(entry('a', { size: 11 }), entry('a'), true)).toBe('content');
  });

  it.each<[string, Partial<Entry>]>([
    ['attributes', { attributes: 'Archive|ReadOnly' }],
    ['creation time', { creationTime: EARLIER }],
  ])('moves no bytes for other %s', (_, differing) => {
    expect(decide(entry('a', differing), entry('a'), true)).toBe('properties');
  });

  it('moves no bytes for another security descriptor', () => {
    expect(decide(entry('a'), entry('a'), false)).toBe('properties');
  });

  it('doubts the bytes where the change time differs, even where another difference seems to explain it', () => {
    expect(decide(entry('a', { changeTime: EARLIER }), entry('a'), true)).toBe('content-in-doubt');
    expect(decide(entry('a', { changeTime: EARLIER }), entry('a'), false)).toBe('content-in-doubt');
    expect(decide(entry('a', { changeTime: EARLIER, attributes: '' }), entry('a'), true)).toBe(
      'content-in-doubt',
    );
  });

  it('only ever sets the properties of a directory', () => {
    const source = entry('d', { lastWriteTime: EARLIER }, 'directory');
    expect(decide(source, entry('d', {}, 'directory'), true)).toBe('properties');
    expect(decide(source, source, true)).toBe('equal');
  });

  it('never takes two files for equal that differ in anything a mirror carries over', () => {
    const time = fc.constantFrom(EARLIER, '2020-01-01T00:00:00.0000001Z');
    const file = fc.record({
      size: fc.nat(2),
      lastWriteTime: time,
      creationTime: time,
      changeTime: time,
      attributes: fc.constantFrom('', 'Archive', 'ReadOnly'),
    });
    fc.assert(
      fc.property(file, file, fc.boolean(), (source, target, samePermission) => {
        const same = samePermission && JSON.stringify(source) === JSON.stringify(target);
        const decision = decide(entry('a', source), entry('a', target), samePermission);
        expect(decision === 'equal').toBe(same);
      }),
    );
  });
});
