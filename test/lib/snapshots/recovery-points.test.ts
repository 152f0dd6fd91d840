import { describe, expect, it } from 'vitest';
import { catalogue, timeOfRun } from '../../../lib/snapshots/recovery-points.ts';
import type { Snapshot } from '../../../lib/snapshots/snapshot-store.ts';
import { type SnapshotTags, tagsToMetadata } from '../../../lib/snapshots/tags.ts';

const RUN = '20261121T053000Z-7f3a';
const FINANCE = { job: 'finance', source: 'prod/finance', target: 'dr/finance' };
const LATER = '20261121T093000Z-0001';

function snapshot(
  id: string,
  tags: Partial<SnapshotTags> & { role: 'source' | 'target' },
  leased = false,
): Snapshot {
  return {
    id,
    leased,
    metadata: tagsToMetadata({
      job: 'finance',
      run: RUN,
      counterpart: tags.role === 'source' ? FINANCE.target : FINANCE.source,
      version: '0.1.0',
      ...tags,
    }),
  };
}

describe('catalogue', () => {
  it('pairs the two snapshots of a run', () => {
    const { points, unpaired, foreign } = catalogue(
      FINANCE,
      [snapshot('s1', { role: 'source' })],
      [snapshot('t1', { role: 'target', partner: 's1', entries: 5, bytes: 70 })],
    );
    expect(points).toEqual([
      {
        id: RUN,
        job: 'finance',
        time: '2026-11-21T05:30:00Z',
        sourceSnapshot: 's1',
        targetSnapshot: 't1',
        entries: 5,
        bytes: 70,
        pinned: false,
        leased: [],
      },
    ]);
    expect(unpaired).toEqual([]);
    expect(foreign).toEqual([]);
  });

  it('lists the oldest first', () => {
    const { points } = catalogue(
      FINANCE,
      [snapshot('s2', { role: 'source', run: LATER }), snapshot('s1', { role: 'source' })],
      [
        snapshot('t2', { role: 'target', run: LATER, partner: 's2' }),
        snapshot('t1', { role: 'target', partner: 's1' }),
      ],
    );
    expect(points.map(({ id }) => id)).toEqual([RUN, LATER]);
  });

  it('makes no recovery point of a target snapshot whose partner is gone or of another run', () => {
    const target = [snapshot('t1', { role: 'target', partner: 's1' })];
    expect(catalogue(FINANCE, [], target).points).toEqual([]);
    expect(catalogue(FINANCE, [snapshot('s1', { role: 'source', run: LATER })], target).points).toEqual([]);
    expect(catalogue(FINANCE, [], target).unpaired).toEqual([
      {
        role: 'target',
        job: 'finance',
        run: RUN,
        snapshot: 't1',
        leased: false,
        twin: false,
        partner: 's1',
      },
    ]);
  });

  it('counts the older of two twins that a repeated request made', () => {
    const { points, unpaired } = catalogue(
      FINANCE,
      [snapshot('s1', { role: 'source' })],
      [snapshot('t1', { role: 'target', partner: 's1' }), snapshot('t2', { role: 'target', partner: 's1' })],
    );
    expect(points.map(({ targetSnapshot }) => targetSnapshot)).toEqual(['t1']);
    expect(unpaired).toMatchObject([{ snapshot: 't2', twin: true }]);
  });

  it('shows what others made, other jobs of the same source included, and makes nothing of it', () => {
    const { points, foreign } = catalogue(
      FINANCE,
      [{ id: 'manual', metadata: {}, leased: false }, snapshot('other', { role: 'source', job: 'hr' })],
      [{ id: 'backup', metadata: { AzureBackupProtected: 'true' }, leased: true }],
    );
    expect(points).toEqual([]);
    expect(foreign.map(({ side, snapshot: id, leased }) => [side, id, leased])).toEqual([
      ['source', 'manual', false],
      ['source', 'other', false],
      ['target', 'backup', true],
    ]);
  });

  it('leaves a pair alone that a job of the same name keeps in another target', () => {
    const elsewhere = snapshot('s1', { role: 'source', counterpart: 'other/finance' });
    const { unpaired, foreign } = catalogue(FINANCE, [elsewhere], []);
    expect(unpaired).toEqual([]);
    expect(foreign.map(({ snapshot: id }) => id)).toEqual(['s1']);
  });

  it('knows a source snapshot for a twin when the recovery point of its run has another', () => {
    const source = [snapshot('s1', { role: 'source' }), snapshot('s2', { role: 'source' })];
    const target = [snapshot('t1', { role: 'target', partner: 's2' })];
    const { points, unpaired } = catalogue(FINANCE, source, target);
    expect(points.map(({ sourceSnapshot }) => sourceSnapshot)).toEqual(['s2']);
    expect(unpaired).toMatchObject([{ role: 'source', snapshot: 's1', twin: true }]);
  });

  it('knows the younger of two lone snapshots of one run for a twin', () => {
    const source = [snapshot('s1', { role: 'source' }), snapshot('s2', { role: 'source' })];
    expect(catalogue(FINANCE, source, []).unpaired).toMatchObject([
      { snapshot: 's1', twin: false },
      { snapshot: 's2', twin: true },
    ]);
  });

  it('takes a lease on either snapshot for a pin', () => {
    const { points } = catalogue(
      FINANCE,
      [snapshot('s1', { role: 'source' }, true)],
      [snapshot('t1', { role: 'target', partner: 's1' })],
    );
    expect(points[0]).toMatchObject({ pinned: true, leased: ['source'] });
  });
});

describe('timeOfRun', () => {
  it('reads the time in a run id', () => {
    expect(timeOfRun(RUN)).toBe('2026-11-21T05:30:00Z');
    expect(timeOfRun('whatever')).toBeUndefined();
  });
});
