import { describe, expect, it } from 'vitest';
import { goalsOf } from '../../bench/mirror/goals.ts';
import { measurement, mirrorPhase, scenarioResult } from './measurements.ts';

describe('goalsOf', () => {
  it('judges unchanged files by requests of the mirror per page and by time against AzCopy', () => {
    const result = scenarioResult('unchanged', {
      pages: 1001,
      azCopy: measurement({ seconds: 60 }),
      sharepair: measurement({
        seconds: 4,
        mirror: mirrorPhase({ seconds: 2, entryRequests: 2002, ownRequests: 15 }),
      }),
    });
    expect(goalsOf([result], undefined)).toEqual([
      {
        goal: 'unchanged: at most 2 requests per directory and page',
        figure: "2.000, and 15 of the run's own",
        met: true,
      },
      { goal: 'unchanged: 20 times AzCopy, by the mirror', figure: '30.0 times', met: true },
      { goal: 'unchanged: 20 times AzCopy, by the whole backup', figure: '15.0 times', met: false },
    ]);
  });

  it('is not met by one request more than it allows', () => {
    const sharepair = measurement({ mirror: mirrorPhase({ entryRequests: 2003 }) });
    const [requests] = goalsOf([scenarioResult('unchanged', { pages: 1001, sharepair })], undefined);
    expect(requests?.met).toBe(false);
  });

  it('judges small files by requests each', () => {
    const met = (entryRequests: number) => {
      const sharepair = measurement({ mirror: mirrorPhase({ entryRequests }) });
      return goalsOf([scenarioResult('first-copy', { files: 1000, sharepair })], undefined)[0]?.met;
    };
    expect(met(1200)).toBe(true);
    expect(met(1201)).toBe(false);
  });

  it('decides nothing by a run that did not complete, on either side', () => {
    const done = measurement({ seconds: 1 });
    const undone = measurement({ seconds: 100, complete: false });
    const verdicts = (azCopy: typeof done, sharepair: typeof done) =>
      goalsOf([scenarioResult('deletions', { azCopy, sharepair })], undefined).map(({ met }) => met);
    expect(verdicts(undone, done)).toEqual([null, null]);
    expect(verdicts(done, undone)).toEqual([null, null]);
    expect(verdicts(done, done)).toEqual([false, false]);
  });

  it('decides nothing against AzCopy where there is none', () => {
    const result = { ...scenarioResult('deletions', {}), azCopy: { unavailable: 'no network' } };
    expect(goalsOf([result], undefined).map(({ met }) => met)).toEqual([null, null]);
  });

  it('judges memory by the peak in MiB', () => {
    const met = (mebibytes: number) => {
      const sharepair = measurement({ peakBytes: mebibytes * 2 ** 20 });
      return goalsOf([scenarioResult('million-unchanged', { sharepair })], undefined)[0]?.met;
    };
    expect(met(300)).toBe(true);
    expect(met(301)).toBe(false);
    const unknown = measurement({ peakBytes: null });
    expect(goalsOf([scenarioResult('million-unchanged', { sharepair: unknown })], undefined)[0]?.met).toBe(
      null,
    );
  });

  it('judges the parsing of listings', () => {
    expect(goalsOf([], { own: 234_205, sdk: 24_707 })).toEqual([
      {
        goal: 'listing pages: at least 200,000 entries a second on one core',
        figure: '234,205; the SDK 24,707',
        met: true,
      },
    ]);
    expect(goalsOf([], { own: 199_999, sdk: 1 })[0]?.met).toBe(false);
  });
});
