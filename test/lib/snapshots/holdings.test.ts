import { describe, expect, it } from 'vitest';
import { countOn, describeHoldings, holdingsOf } from '../../../lib/snapshots/holdings.ts';
import { catalogue } from '../../../lib/snapshots/recovery-points.ts';
import { tagsToMetadata } from '../../../lib/snapshots/tags.ts';

const IDENTITY = { job: 'finance', source: 'prod/finance', target: 'dr/finance' };
const OTHERS = [
  { id: '1', metadata: { azurebackupprotected: 'true' }, leased: true },
  { id: '2', metadata: { azurebackupprotected: 'true' }, leased: true },
  { id: '3', metadata: {}, leased: false },
  { id: '4', metadata: sourceTags('hr', 'dr/hr'), leased: false },
];

function sourceTags(job: string, counterpart: string) {
  return tagsToMetadata({ job, run: 'r1', role: 'source', counterpart, version: '1' });
}

describe('who holds the snapshots of a share', () => {
  const known = catalogue(
    IDENTITY,
    [...OTHERS, { id: '5', metadata: sourceTags('finance', 'dr/finance'), leased: true }],
    [],
  );

  it('is the job first, then jobs, Azure Backup and others by how many they have', () => {
    expect(holdingsOf(known, IDENTITY, 'source')).toEqual([
      { holder: 'job finance', count: 1, leased: 1 },
      { holder: 'Azure Backup', count: 2, leased: 2 },
      { holder: 'job hr with dr/hr', count: 1, leased: 0 },
      { holder: 'others', count: 1, leased: 0 },
    ]);
    expect(countOn(known, 'source')).toBe(5);
    expect(holdingsOf(known, IDENTITY, 'target')).toEqual([]);
  });

  it('is told in one sentence', () => {
    expect(describeHoldings(holdingsOf(known, IDENTITY, 'source'), IDENTITY)).toBe(
      '5 snapshots: 1 of job finance (1 pinned), 2 of Azure Backup (2 leased), 1 of job hr with dr/hr, 1 of others',
    );
    expect(describeHoldings([], IDENTITY)).toBe('no snapshot');
  });
});
