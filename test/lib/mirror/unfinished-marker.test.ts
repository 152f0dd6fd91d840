import { describe, expect, it } from 'vitest';
import { unfinishedMarker } from '../../../lib/mirror/unfinished-marker.ts';
import { entry } from '../../support/entries.ts';

const SNAPSHOT = '2026-11-21T05:30:00.0000000Z';

describe('unfinishedMarker', () => {
  it('is a time with seven digits, long before any share', () => {
    expect(unfinishedMarker(SNAPSHOT, 'a', entry('a'))).toMatch(
      /^197[1-3]-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/,
    );
  });

  it('is the same for the same version of a file and no other', () => {
    const marker = unfinishedMarker(SNAPSHOT, 'a', entry('a'));
    expect(unfinishedMarker(SNAPSHOT, 'a', entry('a'))).toBe(marker);
    expect(unfinishedMarker(SNAPSHOT, 'b', entry('a'))).not.toBe(marker);
    expect(unfinishedMarker('2026-11-22T05:30:00.0000000Z', 'a', entry('a'))).not.toBe(marker);
    expect(unfinishedMarker(SNAPSHOT, 'a', entry('a', { size: 11 }))).not.toBe(marker);
    expect(unfinishedMarker(SNAPSHOT, 'a', entry('a', { changeTime: SNAPSHOT }))).not.toBe(marker);
  });

  it('never equals the last-write time of the source', () => {
    const lastWriteTime = unfinishedMarker(SNAPSHOT, 'a', entry('a'));
    expect(unfinishedMarker(SNAPSHOT, 'a', entry('a', { lastWriteTime }))).not.toBe(lastWriteTime);
  });
});
