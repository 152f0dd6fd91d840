import { describe, expect, it } from 'vitest';
import { advance, completes, globFault, parsePathGlob, startOf } from '../../../lib/files/path-glob.ts';

/** Whether a glob names the entry at a path, a directory when the path ends with a slash. */
function names(glob: string, path: string): boolean {
  const parsed = parsePathGlob(glob);
  const parts = path.replace(/\/$/, '').split('/');
  const name = parts.pop() ?? '';
  const position = parts.reduce((before, part) => advance(parsed, before, part), startOf(parsed));
  return completes(parsed, position, name) && (path.endsWith('/') || !parsed.directoriesOnly);
}

describe('a path glob', () => {
  it.each<[glob: string, yes: readonly string[], no: readonly string[]]>([
    ['*.tmp', ['a.tmp', 'x/y/a.TMP', 'a.tmp/'], ['a.tmp/b']],
    ['cache/', ['cache/', 'a/b/Cache/'], ['cache', 'a/cache']],
    ['/cache', ['cache', 'cache/'], ['a/cache']],
    ['/cache/', ['cache/'], ['cache', 'a/cache/']],
    ['docs/old', ['docs/old', 'Docs/OLD/'], ['a/docs/old', 'docs/old/x']],
    ['docs/*', ['docs/a'], ['docs', 'docs/a/b']],
    ['docs/**', ['docs/a', 'docs/a/b/c'], ['docs/', 'a/docs/b']],
    ['**/old', ['old', 'a/old', 'a/b/old'], ['old/a']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a', 'z', 'b/a/z']],
    ['a/**/b/**/c', ['a/b/c', 'a/x/b/y/z/c', 'a/b/b/c'], ['a/c', 'a/b/x']],
    ['/*', ['a', 'b/'], ['a/b']],
    ['**', ['a', 'a/b/c'], []],
    ['users/*/{temp,cache}/', ['users/ann/temp/', 'users/bob/CACHE/'], ['users/ann/x/', 'users/temp/']],
  ])('%s', (glob, yes, no) => {
    for (const path of yes) expect([glob, path, names(glob, path)]).toEqual([glob, path, true]);
    for (const path of no) expect([glob, path, names(glob, path)]).toEqual([glob, path, false]);
  });

  it.each([
    ['', 'an empty string'],
    ['/', 'the root directory'],
    ['//', 'an empty name'],
    ['a//b', 'an empty name'],
    ['!keep.tmp', 'negates nothing'],
    ['a/../b', '".."'],
    ['./a', '"."'],
    ['{a/b,c}', 'in the same name'],
    ['C:/data', 'the character :'],
  ])('refuses %j', (glob, fault) => {
    expect(globFault(glob)).toContain(fault);
  });

  it('knows when nothing below a directory can be named any more', () => {
    const glob = parsePathGlob('a/b/c');
    const inA = advance(glob, startOf(glob), 'a');
    expect(inA).not.toEqual([]);
    expect(advance(glob, inA, 'x')).toEqual([]);
    expect(advance(glob, advance(glob, inA, 'b'), 'c')).toEqual([]);
  });
});
