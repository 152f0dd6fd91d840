import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagsOf, tagsToMetadata } from '../../../lib/snapshots/tags.ts';

const snapshot = (metadata: Record<string, string>) => ({
  id: '2026-11-21T05:30:00.0000000Z',
  metadata,
  leased: false,
});

describe('tags', () => {
  it('are read back as they were written', () => {
    const tags = fc.record({
      job: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      run: fc.constant('20261121T053000Z-7f3a'),
      role: fc.constantFrom('source' as const, 'target' as const),
      counterpart: fc.constant('dr/finance'),
      version: fc.constant('0.1.0'),
      partner: fc.option(fc.constant('2026-11-21T05:30:00.1234567Z'), { nil: undefined }),
      entries: fc.option(fc.nat(), { nil: undefined }),
      bytes: fc.option(fc.nat(), { nil: undefined }),
    });
    fc.assert(
      fc.property(tags, (written) => {
        expect(tagsOf(snapshot(tagsToMetadata(written)))).toEqual(written);
      }),
    );
  });

  it('bear names that metadata allows, in lower case', () => {
    const metadata = tagsToMetadata({
      job: 'a',
      run: 'b',
      role: 'target',
      counterpart: 'e',
      version: '1',
      partner: 'c',
      entries: 1,
      bytes: 2,
    });
    for (const name of Object.keys(metadata)) expect(name).toMatch(/^[a-z_][a-z0-9_]*$/);
  });

  it.each([
    [{}],
    [{ AzureBackupProtected: 'true' }],
    [{ sharepair_job: 'finance' }],
    [{ sharepair_job: 'finance', sharepair_run: 'r', sharepair_role: 'other' }],
  ])('takes %j for somebody else’s', (metadata) => {
    expect(tagsOf(snapshot(metadata))).toBeUndefined();
  });
});
