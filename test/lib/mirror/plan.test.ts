import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/mirror/change.ts';
import { PlanRecorder, recordChanges } from '../../../lib/mirror/plan.ts';
import { entry } from '../../support/entries.ts';

const FILE = entry('a', { size: 1000 });

const CHANGES: readonly Change[] = [
  { kind: 'create-directory', path: 'd', source: entry('d', {}, 'directory') },
  { kind: 'copy-file', path: 'd/a', source: FILE, target: undefined },
  {
    kind: 'patch-file',
    path: 'b',
    source: FILE,
    target: FILE,
    changed: {
      difference: {
        written: [
          { start: 0, end: 99 },
          { start: 990, end: 1535 },
        ],
        cleared: [{ start: 100, end: 200 }],
      },
      since: '2026-11-20T05:30:00.0000000Z',
      present: [],
    },
  },
  { kind: 'rename', path: 'new', from: 'old', source: FILE, target: FILE },
  { kind: 'delete-file', path: 'gone', target: FILE },
];

describe('a plan', () => {
  it('counts all changes and names the first, with the bytes of each', async () => {
    const recorder = new PlanRecorder(4);
    for (const change of CHANGES) await recorder.handle(change);
    const { counts, changes, more } = recorder.plan();
    expect(counts).toEqual({
      'create-directory': 1,
      'copy-file': 1,
      'patch-file': 1,
      'set-properties': 0,
      rename: 1,
      'delete-file': 1,
      'delete-directory': 0,
    });
    expect(changes).toEqual([
      { kind: 'create-directory', path: 'd' },
      { kind: 'copy-file', path: 'd/a', size: 1000 },
      { kind: 'patch-file', path: 'b', size: 110 },
      { kind: 'rename', path: 'new', from: 'old' },
    ]);
    expect(more).toBe(1);
    expect(recorder.total).toBe(5);
  });

  it('holds what was carried out without an error', async () => {
    const recorder = new PlanRecorder(10);
    const carried: string[] = [];
    const handler = recordChanges(recorder, {
      async handle({ path }) {
        if (path === 'b') throw new Error('refused');
        carried.push(path);
      },
    });
    const outcomes = await Promise.allSettled(CHANGES.map((change) => handler.handle(change)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(recorder.plan().changes.map(({ path }) => path)).toEqual(carried);
  });

  it('leaves out properties that are only put right after other changes', async () => {
    const recorder = new PlanRecorder(10);
    const handler = recordChanges(recorder, { handle: async () => undefined });
    const source = entry('d', {}, 'directory');
    const after = { kind: 'set-properties', path: 'd', source, target: undefined } as const;
    await handler.handle(after);
    expect(recorder.total).toBe(0);
    await handler.handle({ ...after, target: source });
    expect(recorder.total).toBe(1);
  });
});
