import { describe, expect, it } from 'vitest';
import { type FaultSubject, Faults } from '../../../emulator/control/faults.ts';

const subject: FaultSubject = {
  account: 'source',
  share: 'finance',
  operation: 'ListFiles',
  path: 'a/b',
  method: 'GET',
  snapshot: undefined,
};

const busy = { kind: 'status', status: 503, code: 'ServerBusy' } as const;

describe('faults', () => {
  it('fire once unless told how often', () => {
    const faults = new Faults();
    faults.add({ action: busy });
    expect(faults.actionsFor(subject)).toEqual([busy]);
    expect(faults.actionsFor(subject)).toEqual([]);
    expect(faults.list()).toMatchObject([{ id: '1', matched: 1, fired: 1 }]);
  });

  it('skip the first matches and then fire so many times', () => {
    const faults = new Faults();
    faults.add({ skip: 2, times: 2, action: { kind: 'cut-after' } });
    const fired = Array.from({ length: 6 }, () => faults.actionsFor(subject).length);
    expect(fired).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it.each([
    [{ account: 'target' }],
    [{ share: 'other' }],
    [{ operation: 'GetFile' as const }],
    [{ operation: ['GetFile' as const, 'PutRange' as const] }],
    [{ path: '^a$' }],
    [{ method: 'PUT' }],
    [{ snapshot: true }],
    [{ snapshot: '2026-11-21T05:30:00.1234567Z' }],
  ])('do not fire on what does not match %o', (match) => {
    const faults = new Faults();
    faults.add({ match, action: busy });
    expect(faults.actionsFor(subject)).toEqual([]);
  });

  it('fire on what matches in every respect', () => {
    const faults = new Faults();
    const snapshot = '2026-11-21T05:30:00.1234567Z';
    faults.add({
      match: {
        account: 'source',
        share: 'finance',
        operation: ['ListFiles'],
        path: '^a/',
        method: 'get',
        snapshot,
      },
      action: busy,
    });
    expect(faults.actionsFor({ ...subject, snapshot })).toEqual([busy]);
  });

  it('can be taken away, one or all', () => {
    const faults = new Faults();
    const id = faults.add({ action: busy });
    faults.add({ action: { kind: 'delay', ms: 1 } });
    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    expect(faults.actionsFor(subject)).toEqual([{ kind: 'delay', ms: 1 }]);
    faults.remove();
    expect(faults.list()).toEqual([]);
  });

  it('that make no sense are refused', () => {
    const faults = new Faults();
    expect(() => faults.add({ match: { operation: 'Nonsense' }, action: busy })).toThrow(/operation/);
    expect(() => faults.add({ match: { path: '(' }, action: busy })).toThrow(/regular expression/);
    expect(() => faults.add({ action: { ...busy, status: 200 } })).toThrow();
    expect(faults.list()).toEqual([]);
  });
});
