import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collationKey, requirePath, requireShareName } from '../../../emulator/state/names.ts';
import { errorOf } from './fixture.ts';

test.each(['abc', 'a-b', '0-9', 'a'.repeat(63), '$root'])('%s can name a share', (name) => {
  expect(errorOf(() => requireShareName(name))).toBe('none');
});

test.each([
  ['ab', '400 OutOfRangeInput'],
  ['a'.repeat(64), '400 OutOfRangeInput'],
  ['Abc', '400 InvalidResourceName'],
  ['a--b', '400 InvalidResourceName'],
  ['-ab', '400 InvalidResourceName'],
  ['ab-', '400 InvalidResourceName'],
  ['a_b', '400 InvalidResourceName'],
  ['日本語', '400 InvalidResourceName'],
])('%s cannot name a share', (name, error) => {
  expect(errorOf(() => requireShareName(name))).toBe(error);
});

test.each([
  ['a'],
  ['name ending in dots...'],
  ['.hidden'],
  ['日本語', 'ünïcödé', '😀'],
  ['CONSOLE', 'LPT10', 'COM', 'NULL'],
  ['x'.repeat(255)],
  [' leading blank'],
])('%s is a path', (...path) => {
  expect(errorOf(() => requirePath(path))).toBe('none');
});

test.each([
  [['a"b'], '400 InvalidResourceName'],
  [['a\\b'], '400 InvalidResourceName'],
  [['a/b'], '400 InvalidResourceName'],
  [['a:b'], '400 InvalidResourceName'],
  [['a|b'], '400 InvalidResourceName'],
  [['a<b'], '400 InvalidResourceName'],
  [['a>b'], '400 InvalidResourceName'],
  [['a*b'], '400 InvalidResourceName'],
  [['a?b'], '400 InvalidResourceName'],
  [['a\u0001b'], '400 InvalidResourceName'],
  [['a\ud800'], '400 InvalidResourceName'],
  [['.'], '400 InvalidResourceName'],
  [['a', '..'], '400 InvalidResourceName'],
  [['nul'], '400 InvalidResourceName'],
  [['COM1', 'x'], '400 InvalidResourceName'],
  [['CLOCK$'], '400 InvalidResourceName'],
  [[''], '400 InvalidFileOrDirectoryPathName'],
  [['x'.repeat(256)], '400 InvalidFileOrDirectoryPathName'],
  [Array.from({ length: 251 }, () => 'd'), '400 InvalidFileOrDirectoryPathName'],
])('%j is no path', (path, error) => {
  expect(errorOf(() => requirePath(path))).toBe(error);
});

test('a path of 2,048 characters is the longest', () => {
  const longest = [...Array.from({ length: 8 }, () => 'x'.repeat(227)), 'x'.repeat(224)];
  expect(longest.join('/')).toHaveLength(2048);
  expect(errorOf(() => requirePath(longest))).toBe('none');
  expect(errorOf(() => requirePath([...longest.slice(0, -1), 'x'.repeat(225)]))).toBe(
    '400 InvalidFileOrDirectoryPathName',
  );
});

test('keys fold case, and nothing else', () => {
  expect(collationKey('ReadMe.TXT')).toBe(collationKey('README.txt'));
  expect(collationKey('ÄÖÜ é Ж')).toBe(collationKey('äöü É ж'));
  expect(collationKey('straße')).not.toBe(collationKey('STRASSE'));
  expect(collationKey('ı')).not.toBe(collationKey('i'));
  expect(collationKey('é')).not.toBe(collationKey('e\u0301'));
});

test('a key has the length of its name and is its own key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const key = collationKey(name);
      expect(key.length).toBe(name.length);
      expect(collationKey(key)).toBe(key);
    }),
    { numRuns: 1000 },
  );
});
