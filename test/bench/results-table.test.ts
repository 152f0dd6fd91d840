import { describe, expect, it } from 'vitest';
import {
  markdownTable,
  resultsTable,
  shownBytes,
  shownComparison,
  shownRatio,
  shownSeconds,
} from '../../bench/mirror/results-table.ts';
import { measurement, mirrorPhase, scenarioResult } from './measurements.ts';

describe('resultsTable', () => {
  it('has AzCopy, Sharepair, its mirror and the ratios below one another', () => {
    const azCopy = measurement({
      requests: 200_000,
      wireBytes: 4 * 2 ** 20,
      seconds: 60,
      ended: 'Completed',
      comparison: { entries: 3, by: { permission: 3 } },
    });
    const sharepair = measurement({
      requests: 4000,
      wireBytes: 2 ** 20,
      seconds: 3,
      peakBytes: 2 * 2 ** 20,
      mirror: mirrorPhase({ entryRequests: 2000, ownRequests: 10, seconds: 1.5 }),
    });
    const lines = resultsTable([scenarioResult('unchanged', { azCopy, sharepair })])
      .trimEnd()
      .split('\n');
    expect(lines.slice(2)).toEqual([
      '| work called unchanged, at 5 ms | AzCopy | 200,000 | 4.0 MiB | 0 | 60.0 s | 1.0 MiB | Completed | wrong: 3 entries differ (permission 3) |',
      '|  | Sharepair | 4,000 | 1.0 MiB | 0 | 3.0 s | 2.0 MiB | complete | equal |',
      '|  | its mirror | 2,010 | – | – | 1.5 s | – |  |  |',
      '|  | Sharepair / AzCopy | 0.020 | 0.25 | – | 0.050 | 2.0 |  |  |',
    ]);
  });

  it('has Sharepair alone where there is no AzCopy', () => {
    const result = { ...scenarioResult('churn', {}), azCopy: { unavailable: 'no network' } };
    expect(resultsTable([result]).match(/AzCopy/)).toBeNull();
    expect(resultsTable([result])).toContain('| work called churn, at 5 ms | Sharepair | 10 |');
  });

  it('says that a mirror was not measured', () => {
    const result = scenarioResult('churn', { sharepair: measurement({ mirror: null }) });
    expect(resultsTable([result])).toContain('|  | its mirror | – | – | – | – | – |  |  |');
  });
});

describe('the parts of a table', () => {
  it('tell bytes, seconds and ratios with as many digits as matter', () => {
    expect([0, 1024, 2 ** 20, 291.4 * 2 ** 20, 100 * 2 ** 30].map(shownBytes)).toEqual([
      '0',
      '1.0 KiB',
      '1.0 MiB',
      '291 MiB',
      '100.0 GiB',
    ]);
    expect([0.04, 12.34, 1234.5].map(shownSeconds)).toEqual(['0.0 s', '12.3 s', '1,235 s']);
    expect([shownRatio(1, 3), shownRatio(100, 1), shownRatio(5, 0)]).toEqual(['0.33', '100', '–']);
  });

  it('tell what differs, the most frequent first', () => {
    expect(shownComparison({ entries: 0, by: {} })).toBe('equal');
    expect(shownComparison({ entries: 1, by: { content: 1 } })).toBe('wrong: 1 entry differs (content 1)');
    expect(shownComparison({ entries: 1500, by: { missing: 2, permission: 1498 } })).toBe(
      'wrong: 1,500 entries differ (permission 1,498, missing 2)',
    );
  });

  it('stay within their cells', () => {
    expect(markdownTable(['a'], [['x|y\nz']])).toBe('| a |\n| --- |\n| x\\|y z |\n');
  });
});
