import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench } from '../../bench/mirror/bench.ts';
import { scenarioNamed } from '../../bench/mirror/scenarios/index.ts';
import { findAzCopy } from '../support/azcopy.ts';

const found = await findAzCopy();
const unavailable = 'unavailable' in found ? found.unavailable : undefined;
if (!('unavailable' in found)) await found.dispose();
if (unavailable !== undefined) console.warn(`Skipping the test of the bench: ${unavailable}`);

describe.skipIf(unavailable !== undefined)('the bench', () => {
  it('gives both tools the same work and writes down what it took', { timeout: 180_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sharepair-bench-test-'));
    try {
      const output = join(folder, 'results.md');
      const report = await bench(
        { scenarios: [scenarioNamed('deletions')], listing: false, scale: 0.002, output },
        { command: 'npm run bench', say: () => undefined, stop: new AbortController().signal },
      );
      expect(report.broken).toEqual([]);
      const [result] = report.results;
      if (result === undefined || 'unavailable' in result.azCopy) throw new Error('AzCopy was left out');
      for (const { complete, comparison, operations } of [result.azCopy, result.sharepair]) {
        expect({ complete, comparison }).toEqual({ complete: true, comparison: { entries: 0, by: {} } });
        expect(operations.DeleteFile).toBeGreaterThanOrEqual(10);
      }
      expect(result.sharepair.mirror?.operations.DeleteFile).toBe(10);
      const page = await readFile(output, 'utf8');
      expect(page).toContain('**Not at full scale**');
      expect(page).toMatch(/\| 10 deletions from 20 files, at 10 ms \| AzCopy \| \d+ \|/);
      expect(page).toContain('AzCopy 10.');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
