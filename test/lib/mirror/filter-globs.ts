import fc from 'fast-check';
import type { EntryKind } from '../../../lib/files/entry.ts';

/*
 * Globs from a small stock, with a slow and obvious way to match them.
 */

const NAME_GLOBS: Readonly<Record<string, (name: string) => boolean>> = {
  a: (name) => name === 'a',
  B: (name) => name === 'b',
  ab: (name) => name === 'ab',
  '*': () => true,
  '?': (name) => name.length === 1,
  'A*': (name) => name.startsWith('a'),
  '*b': (name) => name.endsWith('b'),
  '{a,ba}': (name) => name === 'a' || name === 'ba',
  '[!a]': (name) => name.length === 1 && name !== 'a',
};

const segment = fc.constantFrom(...Object.keys(NAME_GLOBS));

export const anyGlob = fc
  .tuple(
    fc.array(fc.oneof({ arbitrary: segment, weight: 3 }, fc.constant('**')), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([parts, leading, trailing]) => `${leading ? '/' : ''}${parts.join('/')}${trailing ? '/' : ''}`);

const anyName = fc.constantFrom('a', 'b', 'ab', 'ba', 'A', 'aB', 'c');

export const anyPath = fc.array(anyName, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));

export const anyKind = fc.constantFrom<EntryKind>('file', 'directory');

/** Whether a glob names exactly the entry at a path. */
export function namesEntry(glob: string, path: string, kind: EntryKind): boolean {
  return (kind === 'directory' || !glob.endsWith('/')) && matchWhole(partsOf(path), globParts(glob));
}

/** Whether a glob might name something below a directory. */
export function mayNameBelow(glob: string, directory: string): boolean {
  return matchStart(partsOf(directory), globParts(glob));
}

/** The directories above an entry, the root directory left out. */
export function directoriesAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function partsOf(path: string): string[] {
  return path.toLowerCase().split('/');
}

function globParts(glob: string): string[] {
  const body = glob.replace(/\/$/, '');
  return body.includes('/') ? body.replace(/^\//, '').split('/') : ['**', body];
}

function matchWhole([name, ...names]: string[], [part, ...parts]: string[]): boolean {
  if (part === undefined) return name === undefined;
  if (part !== '**') return name !== undefined && matchName(part, name) && matchWhole(names, parts);
  if (name === undefined) return false;
  if (parts.length === 0) return true;
  return matchWhole([name, ...names], parts) || matchWhole(names, [part, ...parts]);
}

function matchStart([name, ...names]: string[], [part, ...parts]: string[]): boolean {
  if (part === undefined) return false;
  if (name === undefined) return true;
  if (part === '**') return matchStart([name, ...names], parts) || matchStart(names, [part, ...parts]);
  return matchName(part, name) && matchStart(names, parts);
}

function matchName(part: string, name: string): boolean {
  return NAME_GLOBS[part]?.(name) === true;
}
