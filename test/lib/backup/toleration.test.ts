import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailureSummary, judgeFailures } from '../../../lib/backup/toleration.ts';

const locked = { path: 'd/a.pst', code: 'SharingViolation' };
const denied = { path: 'd/b', code: 'AuthorizationPermissionMismatch' };

const failed = (...list: FailureSummary['list']): FailureSummary => ({
  count: list.length,
  list,
  hasUnknownExtent: false,
});

const tolerate = { entries: 2, codes: ['SharingViolation'] };

describe('judgeFailures', () => {
  it.each([undefined, tolerate])('finds nothing to tolerate where nothing failed: %j', (configured) => {
    expect(judgeFailures(failed(), configured)).toEqual({ tolerated: true, reason: '' });
  });

  it('tolerates nothing unless the job says so', () => {
    expect(judgeFailures(failed(locked), undefined)).toEqual({ tolerated: false, reason: '' });
  });

  it('tolerates as many as the job says, with the codes that it says', () => {
    expect(judgeFailures(failed(locked, locked), tolerate)).toEqual({
      tolerated: true,
      reason: '2 entries failed, which the job tolerates',
    });
    expect(judgeFailures(failed({ ...locked, code: 'sharingviolation' }), tolerate).tolerated).toBe(true);
  });

  it('tolerates every code where the job names none', () => {
    expect(judgeFailures(failed(locked, denied), { entries: 2, codes: [] }).tolerated).toBe(true);
  });

  it('names the first entry with another code', () => {
    expect(judgeFailures(failed(locked, denied), tolerate)).toEqual({
      tolerated: false,
      reason:
        '"d/b" failed with AuthorizationPermissionMismatch, and the job tolerates SharingViolation only',
    });
  });

  it('tolerates no more than the job says', () => {
    expect(judgeFailures(failed(locked, locked, locked), tolerate)).toEqual({
      tolerated: false,
      reason: '3 entries failed, and the job tolerates 2 at the most',
    });
  });

  it('does not tolerate what it cannot name', () => {
    const unnamed = { ...failed(locked), count: 2 };
    expect(judgeFailures(unnamed, tolerate).tolerated).toBe(false);
    expect(judgeFailures(unnamed, { entries: 2, codes: [] }).tolerated).toBe(false);
  });

  it('never tolerates a directory of which nobody knows what it holds', () => {
    const unlisted = { ...failed(locked), hasUnknownExtent: true };
    expect(judgeFailures(unlisted, tolerate)).toMatchObject({ tolerated: false });
    expect(judgeFailures({ ...failed(), hasUnknownExtent: true }, undefined).tolerated).toBe(false);
  });

  it('gives a reason for whatever it decides on', () => {
    const failure = fc.record({ path: fc.string(), code: fc.constantFrom('SharingViolation', 'Other') });
    fc.assert(
      fc.property(
        fc.array(failure, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (list, entries) => {
          const { tolerated, reason } = judgeFailures(failed(...list), { ...tolerate, entries });
          const expected = list.length <= entries && list.every(({ code }) => code === 'SharingViolation');
          expect(tolerated).toBe(expected);
          expect(reason).not.toBe('');
        },
      ),
    );
  });
});
