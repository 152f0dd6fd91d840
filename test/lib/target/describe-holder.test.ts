import { expect, it } from 'vitest';
import { describeHolder } from '../../../lib/target/take-lock.ts';

const HELD = {
  lease: 'a',
  since: '2026-11-21T05:30:00.000Z',
  holder: { host: 'nas', pid: 7 },
};

it.each([
  ['20261121T053000Z-7f3a', 'run 20261121T053000Z-7f3a (process 7 on nas, since 2026-11-21T05:30:00.000Z)'],
  ['verification', 'a verification (process 7 on nas, since 2026-11-21T05:30:00.000Z)'],
  ['prune', 'a prune (process 7 on nas, since 2026-11-21T05:30:00.000Z)'],
])('names who holds a lock: %s', (run, words) => {
  expect(describeHolder({ ...HELD, run })).toBe(words);
});

it('names nobody where nothing is written down', () => {
  expect(describeHolder(undefined)).toBe('another run');
});
