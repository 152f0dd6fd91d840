import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContentSample, isInSample, nextSample } from '../../../lib/mirror/content-sample.ts';

function samplesOfRuns(percent: number, runs: number): ContentSample[] {
  const samples: ContentSample[] = [];
  for (let run = 0; run < runs; run++) samples.push(nextSample(percent, samples.at(-1)));
  return samples;
}

describe('the sample of a run', () => {
  it.each([
    [100, 1],
    [60, 1],
    [50, 2],
    [30, 3],
    [5, 20],
    [1, 100],
  ])('of %d %% takes its turn in %d runs', (percent, rounds) => {
    const samples = samplesOfRuns(percent, rounds + 1);
    expect(samples.map(({ round }) => round)).toEqual([...Array(rounds).keys(), 0]);
    expect(samples.every((sample) => sample.rounds === rounds)).toBe(true);
  });

  it('holds every file exactly once in so many runs, wherever they begin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(200), fc.string(), (percent, skipped, path) => {
        const { rounds } = nextSample(percent, undefined);
        const turns = samplesOfRuns(percent, skipped + rounds).slice(skipped);
        expect(turns.filter((sample) => isInSample(sample, path))).toHaveLength(1);
      }),
    );
  });

  it('holds about its share of the files', () => {
    const paths = Array.from({ length: 20_000 }, (_, index) => `d${index % 100}/file-${index}.docx`);
    const sample = nextSample(5, undefined);
    const held = paths.filter((path) => isInSample(sample, path)).length;
    expect(held).toBeGreaterThan(800);
    expect(held).toBeLessThan(1200);
  });

  it('holds a file in whatever case it is written', () => {
    const sample = nextSample(50, undefined);
    expect(isInSample(sample, 'Docs/A.TXT')).toBe(isInSample(sample, 'docs/a.txt'));
  });

  it('begins anew when the job has another share', () => {
    expect(nextSample(10, { rounds: 20, round: 7 })).toEqual({ rounds: 10, round: 0 });
  });
});
