import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ContentSample } from '../../../lib/mirror/content-sample.ts';
import { isWhole, nextRound, type ProvenRounds, withRound } from '../../../lib/verify/content-rounds.ts';

it('proves a recovery point in as many runs as there are rounds, wherever the rotation stands', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(99), (percent, at) => {
      const rounds = Math.floor(100 / percent);
      let last: ContentSample | undefined = { rounds, round: at % rounds };
      let proven: ProvenRounds | undefined;
      for (let run = 0; run < rounds; run += 1) {
        const sample = nextRound(percent, proven, last);
        if (sample === undefined) throw new Error('the rotation ended early');
        expect(proven?.proven ?? []).not.toContain(sample.round);
        proven = withRound(proven, sample);
        last = sample;
      }
      expect(proven !== undefined && isWhole(proven)).toBe(true);
      expect(nextRound(percent, proven, last)).toBeUndefined();
    }),
  );
});

it('takes turns over all files when each time another recovery point is read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
      const rounds = Math.floor(100 / percent);
      const read = new Set<number>();
      let last: ContentSample | undefined;
      for (let run = 0; run < rounds; run += 1) {
        last = nextRound(percent, undefined, last);
        if (last !== undefined) read.add(last.round);
      }
      expect(read.size).toBe(rounds);
    }),
  );
});

it('counts nothing of another rotation', () => {
  const proven = { rounds: 4, proven: [0, 1, 2, 3] };
  expect(nextRound(10, proven, undefined)).toEqual({ rounds: 10, round: 0 });
  expect(withRound(proven, { rounds: 10, round: 7 })).toEqual({ rounds: 10, proven: [7] });
});
