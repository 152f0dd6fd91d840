import { expect, it } from 'vitest';
import { Failures } from '../../../lib/mirror/failures.ts';
import { addFailures } from '../../../lib/mirror/mirror-state.ts';

const error = new Error('no');

it('an entry that fails again is one failure still', () => {
  const failures = new Failures();
  for (const path of ['a', 'b', 'a']) failures.add(path, error);
  expect(failures.list.map(({ path }) => path)).toEqual(['a', 'b']);
  const all = new Failures();
  all.add('b', error);
  all.addAll(failures);
  expect([all.count, all.list.length]).toEqual([2, 2]);
});

it('all are counted, also those that are not kept', () => {
  const failures = new Failures();
  for (let index = 0; index < 1500; index += 1) failures.add(`${index}`, error);
  const all = new Failures();
  all.add('other', error);
  all.addAll(failures);
  expect([failures.count, failures.list.length, all.count]).toEqual([1500, 1000, 1501]);
});

it('what failed in an earlier slice and again is counted once', () => {
  const failure = (path: string) => ({ path, code: 'Error', requestId: undefined, message: 'no' });
  const earlier = { count: 2, first: [failure('a'), failure('b')], hasUnknownExtent: true };
  const since = { count: 2, first: [failure('b'), failure('c')], hasUnknownExtent: false };
  const joined = addFailures(earlier, since);
  expect(joined.first.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
  expect(joined).toMatchObject({ count: 3, hasUnknownExtent: true });
});
