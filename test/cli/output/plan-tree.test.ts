import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTree } from '../../../cli/output/plan-tree.ts';
import type { PlannedChange, PlannedChanges } from '../../../lib/mirror/plan.ts';
import { NO_CHANGES, PlannedFolders } from '../../../lib/mirror/planned-folders.ts';

function planOf(changes: readonly PlannedChange[], kept = changes.length): PlannedChanges {
  const folders = new PlannedFolders(1000);
  const counts = { ...NO_CHANGES };
  for (const { kind, path, size } of changes) {
    folders.add(kind, path, size ?? 0);
    counts[kind] += 1;
  }
  return { counts, changes: changes.slice(0, kept), more: changes.length - kept, folders: folders.list() };
}

function copies(directory: string, number: number): PlannedChange[] {
  return Array.from({ length: number }, (_, index) => ({
    kind: 'copy-file',
    path: `${directory}/${index}.txt`,
    size: 1024 ** 2,
  }));
}

describe('the tree of a plan', () => {
  it('folds directories in which everything changes alike', () => {
    const changes: PlannedChange[] = [
      { kind: 'create-directory', path: 'docs' },
      { kind: 'create-directory', path: 'docs/2025' },
      ...copies('docs', 4),
      ...copies('docs/2025', 1200),
      { kind: 'delete-directory', path: 'old' },
      { kind: 'delete-file', path: 'old/a' },
      { kind: 'delete-file', path: 'old/b' },
    ];
    expect(planTree(planOf(changes), 30)).toEqual([
      'docs/  2 directories to create, 1,204 files to copy, 1.2 GiB',
      'old/  2 files to delete, 1 directory to delete',
    ]);
  });

  it('opens those in which it does not, names single changes, and shortens the way to them', () => {
    const changes: PlannedChange[] = [
      { kind: 'copy-file', path: 'a/b/c/only.txt', size: 3 },
      { kind: 'copy-file', path: 'mixed/new.txt', size: 10 },
      { kind: 'delete-file', path: 'mixed/gone.txt' },
      { kind: 'rename', path: 'mixed/New', from: 'mixed/new' },
      ...copies('mixed/deep/er', 7),
      { kind: 'patch-file', path: 'database.vhdx', size: 4096 },
      { kind: 'set-properties', path: '' },
    ];
    expect(planTree(planOf(changes), 30)).toEqual([
      '(the root directory)  properties to set',
      'a/b/c/only.txt  to copy, 3 B',
      'database.vhdx  changed ranges to copy, 4 KiB',
      'mixed/  8 files to copy, 1 entry to rename, 1 file to delete, 7 MiB',
      '  New  to rename from "mixed/new"',
      '  deep/er/  7 files to copy, 7 MiB',
      '  gone.txt  to delete',
      '  new.txt  to copy, 10 B',
    ]);
  });

  it('counts what it does not name', () => {
    const changes: PlannedChange[] = [...copies('a', 9), { kind: 'delete-file', path: 'a/x' }];
    expect(planTree(planOf(changes, 3), 30)).toEqual([
      'a/  9 files to copy, 1 file to delete, 9 MiB',
      '  9 files to copy right here',
      '  1 file to delete right here',
    ]);
  });

  it('gives room to what is deleted first', () => {
    const changes: PlannedChange[] = [
      ...Array.from({ length: 40 }, (_, index) => copies(`new${index}`, 2)).flat(),
      { kind: 'delete-file', path: 'z/1' },
    ];
    const lines = planTree(planOf(changes), 5);
    expect(lines).toHaveLength(6);
    expect(lines).toContain('z/1  to delete');
    expect(lines.at(-1)).toBe('and 72 further changes');
  });

  it('lets no name give orders to the terminal', () => {
    expect(planTree(planOf([{ kind: 'delete-file', path: 'od\u001bd/x' }]), 5)).toEqual([
      'od\\u{1b}d/x  to delete',
    ]);
  });

  it('never has more lines than there is room for, and tells every change once', () => {
    const kind = fc.constantFrom('copy-file', 'delete-file', 'set-properties');
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
      .map((parts) => `${parts.join('/')}.txt`);
    const changes = fc.uniqueArray(fc.record({ kind, path }), { selector: (one) => one.path, maxLength: 60 });
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 20 }), (all, room) => {
        const lines = planTree(planOf(all), room);
        expect(lines.length).toBeLessThanOrEqual(room + 1);
        // Of a directory that is opened, the lines below it tell its changes.
        const told = lines.filter((line, index) => !isDeeper(lines[index + 1], line)).map(changesIn);
        expect(told.reduce((sum, number) => sum + number, 0)).toBe(all.length);
      }),
    );
  });
});

function isDeeper(line: string | undefined, than: string): boolean {
  return line !== undefined && indentOf(line) > indentOf(than);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function changesIn(line: string): number {
  const counts = [...line.matchAll(/(\d+) (?:file|entr|further|director)/g)];
  return counts.length === 0 ? 1 : counts.reduce((sum, [, number]) => sum + Number(number), 0);
}
