import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRunId } from '../../../lib/backup/run-id.ts';
import { timeOfRun } from '../../../lib/snapshots/recovery-points.ts';

describe('newRunId', () => {
  it('names the second and sorts by the millisecond', () => {
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 100_000 }), (earlier, milliseconds) => {
        const later = new Date(earlier.getTime() + milliseconds);
        expect(newRunId(earlier)).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/);
        expect(newRunId(earlier) < newRunId(later)).toBe(true);
        expect(timeOfRun(newRunId(earlier))).toBe(`${earlier.toISOString().slice(0, 19)}Z`);
      }),
    );
  });
});
