import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../lib/snapshots/snapshot-store.ts';
import { type SnapshotTags, tagsToMetadata } from '../../../lib/snapshots/tags.ts';
import { findTwins } from '../../../lib/snapshots/twins.ts';

function snapshot(tick: number, tags: Partial<SnapshotTags>, leased = false): Snapshot {
  const counterpart = tags.role === 'target' ? 'prodacct/finance' : 'dracct/finance-copy';
  const metadata = tagsToMetadata({
    job: 'finance',
    run: 'r1',
    role: 'source',
    counterpart,
    version: '1',
    ...tags,
  });
  return { id: `2026-11-21T05:30:00.${String(tick).padStart(7, '0')}Z`, metadata, leased };
}

describe('twins', () => {
  it('are snapshots of one run, side and pair, of which the older is kept', () => {
    const older = snapshot(1, {});
    const younger = snapshot(2, { version: '2', entries: 7 });
    const youngest = snapshot(9, {});
    expect(findTwins([youngest, older, younger])).toEqual([{ keep: older, drop: [younger, youngest] }]);
  });

  it.each<[what: string, tags: Partial<SnapshotTags>]>([
    ['run', { run: 'r2' }],
    ['job', { job: 'people' }],
    ['role', { role: 'target' }],
    ['counterpart', { counterpart: 'other/share' }],
    ['partner', { partner: '2026-11-21T05:29:00.0000000Z' }],
  ])('are not those that differ in their %s', (_, tags) => {
    expect(findTwins([snapshot(1, {}), snapshot(2, tags)])).toEqual([]);
  });

  it('are not those that somebody else made', () => {
    const foreign = { metadata: { run: 'r1' }, leased: false };
    expect(
      findTwins([
        { id: '1', ...foreign },
        { id: '2', ...foreign },
      ]),
    ).toEqual([]);
  });

  it('keep the one that is half of a recovery point', () => {
    const [older, partner, younger] = [snapshot(1, {}), snapshot(2, {}), snapshot(3, {})];
    expect(findTwins([older, partner, younger], new Set([partner.id]))).toEqual([
      { keep: partner, drop: [older, younger] },
    ]);
  });

  it('keep what is leased', () => {
    const [older, pinned] = [snapshot(1, {}), snapshot(2, {}, true)];
    expect(findTwins([older, pinned])).toEqual([]);
  });

  const snapshots = fc.uniqueArray(
    fc.record({
      tick: fc.nat(50),
      run: fc.constantFrom('r1', 'r2'),
      partner: fc.constantFrom(undefined, 'p'),
      leased: fc.boolean(),
    }),
    { selector: ({ tick }) => tick, maxLength: 12 },
  );

  it('leave one of each run, never drop what is leased or a partner, and are gone when dropped', () => {
    fc.assert(
      fc.property(snapshots, fc.array(fc.nat(11)), (made, indexes) => {
        const all = made.map(({ tick, leased, ...tags }) => snapshot(tick, tags, leased));
        const partners = new Set(indexes.flatMap((index) => all[index]?.id ?? []));
        const twins = findTwins(all, partners);
        expect(findTwins([...all].reverse(), partners)).toEqual(twins);
        const dropped = new Set(twins.flatMap(({ drop }) => drop));
        for (const each of dropped) expect(each.leased || partners.has(each.id)).toBe(false);
        const left = all.filter((each) => !dropped.has(each));
        const runsOf = (of: readonly Snapshot[]) =>
          new Set(of.map(({ metadata }) => `${metadata.sharepair_run} ${metadata.sharepair_partner}`));
        expect(runsOf(left)).toEqual(runsOf(all));
        expect(findTwins(left, partners)).toEqual([]);
      }),
    );
  });
});
