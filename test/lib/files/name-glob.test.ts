import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidGlobError, nameGlob } from '../../../lib/files/name-glob.ts';

const matches = (glob: string, name: string) => nameGlob(glob).test(name);

describe('nameGlob', () => {
  it.each<[glob: string, yes: readonly string[], no: readonly string[]]>([
    ['*.tmp', ['a.tmp', '.tmp', 'A.B.TMP'], ['a.tmpx', 'tmp', 'a.tmp.']],
    ['~$*', ['~$report.docx'], ['$~report.docx', 'report~$']],
    ['?.txt', ['a.txt', '..txt'], ['ab.txt', '.txt']],
    ['*', ['a', '.git', 'a.b', '$RECYCLE.BIN'], []],
    ['**', ['a', '.git'], []],
    ['.*', ['.git'], ['git']],
    ['a*b*c', ['abc', 'aXbYc', 'ABC'], ['ab', 'abcd']],
    ['{jpg,p*g}', ['jpg', 'png', 'PEG'], ['gif', '{jpg,p*g}']],
    ['a{,b}', ['a', 'ab'], ['b']],
    ['[a-c]x', ['ax', 'Bx'], ['dx', '-x']],
    ['[!a-c]x', ['dx', '!x'], ['ax', 'Bx']],
    ['[^a]', ['b'], ['a', '^a']],
    ['Copy (1).docx', ['copy (1).DOCX'], ['Copy 1.docx']],
    ['a+b@c!d', ['a+b@c!d'], ['aab@c!d']],
    ['+(a)', ['+(a)'], ['a', 'aa']],
    ['{0A1B-2C}', ['{0a1b-2c}'], ['0A1B-2C']],
    ['\\[x\\]', ['[x]'], ['x']],
    ['[[]x', ['[x'], ['x', '[[]x']],
    ['\\!x', ['!x'], ['x']],
    ['\\{a,b\\}', ['{a,b}'], ['a', 'b']],
    ['$RECYCLE.BIN', ['$Recycle.Bin'], ['RECYCLE.BIN', '$RECYCLExBIN']],
    ['ÄÖ*', ['äöx'], ['aox']],
    ['a.', ['a.'], ['a']],
  ])('%s', (glob, yes, no) => {
    for (const name of yes) expect([glob, name, matches(glob, name)]).toEqual([glob, name, true]);
    for (const name of no) expect([glob, name, matches(glob, name)]).toEqual([glob, name, false]);
  });

  it.each([
    ['', 'an empty name'],
    ['.', '"."'],
    ['..', '".."'],
    ['a:b', 'the character :'],
    ['a|b', 'the character |'],
    ['a\tb', 'a control character'],
    ['docs\\temp', 'a backslash'],
    ['docs\\*', 'a backslash'],
    ['docs\\', 'a backslash'],
    ['[a', 'a "[" without'],
    ['a]', 'a "]" without'],
    ['[!]]x', 'an empty pair of brackets'],
    ['{a', 'a "{" without'],
    ['a}', 'a "}" without'],
    ['{1..9}', '".." within braces'],
    ['[]', 'an empty pair of brackets'],
    ['[!]', 'an empty pair of brackets'],
    ['[z-a]', 'no set of characters'],
  ])('refuses %j', (glob, fault) => {
    expect(() => nameGlob(glob)).toThrow(InvalidGlobError);
    expect(() => nameGlob(glob)).toThrow(fault);
  });

  const special = fc.string({
    unit: fc.constantFrom(...'^$.+@!()[]{},-~#&=% aA1'),
    minLength: 1,
    maxLength: 8,
  });
  const name = fc
    .oneof(special, fc.string({ minLength: 1, maxLength: 12 }))
    .filter((text) => !/["\\/:|<>*?\p{Cc}]|\.\./u.test(text) && text !== '.');
  const escaped = (text: string) => text.replace(/[![\]{},]/g, '\\$&');

  it('takes an escaped name for that name alone, letter case aside', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const glob = nameGlob(escaped(one));
        expect(glob.test(one)).toBe(true);
        expect(glob.test(other)).toBe(one.toLowerCase() === other.toLowerCase());
        expect(glob.test(`${one}${other}`)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes escaped names beside a star and in a list of texts', () => {
    fc.assert(
      fc.property(name, name, name, (one, between, other) => {
        expect(nameGlob(`${escaped(one)}*${escaped(other)}`).test(`${one}${between}${other}`)).toBe(true);
        const either = nameGlob(`{${escaped(one)},${escaped(other)}}`);
        expect([either.test(one), either.test(other), either.test(`${one}${other}`)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
      { numRuns: 1000 },
    );
  });

  it('never hangs on to what was matched before', () => {
    const glob = nameGlob('a*');
    expect([glob.test('ab'), glob.test('ab'), glob.test('b'), glob.test('ab')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
