import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/jobs/configuration-error.ts';
import { parseConfiguration } from '../../../lib/jobs/load.ts';
import { openJob } from '../../../lib/jobs/open-job.ts';
import { changed, exampleConfiguration, exampleEnvironment } from './example.ts';

const office = { days: ['mon', 'fri'], from: '08:00', to: '18:30', mebibytesPerSecond: 20 };

function parse(pace: unknown) {
  const text = JSON.stringify(changed(exampleConfiguration(), ['requests'], { pace }));
  return parseConfiguration(text, { environment: exampleEnvironment, fileName: 'x' });
}

function problemsOf(pace: unknown): readonly string[] {
  try {
    parse(pace);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, expected, found }) => `${path}: ${expected}, ${found}`);
  }
  return [];
}

describe('requests.pace', () => {
  it('has days and times as numbers once it is read', () => {
    const everyNight = { from: '22:00', to: '06:00', requestsPerSecond: 500, concurrency: 4 };
    const pace = {
      timeZone: 'Europe/Berlin',
      concurrency: 16,
      windows: [office, everyNight, { ...office, to: '24:00' }],
    };
    expect(parse(pace).requests.pace).toEqual({
      timeZone: 'Europe/Berlin',
      concurrency: 16,
      windows: [
        { days: [1, 5], fromMinute: 480, toMinute: 1110, mebibytesPerSecond: 20 },
        {
          days: [1, 2, 3, 4, 5, 6, 7],
          fromMinute: 1320,
          toMinute: 360,
          requestsPerSecond: 500,
          concurrency: 4,
        },
        { days: [1, 5], fromMinute: 480, toMinute: 1440, mebibytesPerSecond: 20 },
      ],
    });
  });

  it('is read in UTC and has no window unless given', () => {
    expect(parse({ requestsPerSecond: 7 }).requests.pace).toEqual({
      timeZone: 'UTC',
      requestsPerSecond: 7,
      windows: [],
    });
  });

  it.each<[pace: unknown, problem: RegExp]>([
    [7, /^requests\.pace: an object with the settings timeZone, .*, 7$/],
    [{ timeZone: 'Berlin' }, /^requests\.pace\.timeZone: the name of a time zone .*, "Berlin"$/],
    [{ requestsPerSecond: 0 }, /^requests\.pace\.requestsPerSecond: a whole number from 1 to 100000, 0$/],
    [{ mebibytesPerSecond: 1.5 }, /^requests\.pace\.mebibytesPerSecond: a whole number .*, 1\.5$/],
    [{ concurrency: 257 }, /^requests\.pace\.concurrency: a whole number from 1 to 256, 257$/],
    [{ windows: {} }, /^requests\.pace\.windows: a list of windows, an empty object$/],
    [
      { windows: [{ ...office, days: [] }] },
      /^requests\.pace\.windows\[0\]\.days: a list of at least one of .*, a list$/,
    ],
    [
      { windows: [{ ...office, days: ['mon', 'Tue'] }] },
      /^requests\.pace\.windows\[0\]\.days\[1\]: one of "mon" to "sun", "Tue"$/,
    ],
    [
      { windows: [office, { ...office, from: '8:00' }] },
      /^requests\.pace\.windows\[1\]\.from: a time from "00:00" to "23:59", "8:00"$/,
    ],
    [{ windows: [{ ...office, from: '24:00' }] }, /windows\[0\]\.from: a time .*, "24:00"$/],
    [{ windows: [{ ...office, to: '24:01' }] }, /windows\[0\]\.to: a time from "00:00" to "24:00", "24:01"$/],
    [{ windows: [{ from: '08:00', concurrency: 1 }] }, /windows\[0\]\.to: a time .*, nothing$/],
    [{ windows: [{ ...office, to: '08:00' }] }, /windows\[0\]\.to: another time than "from"; .*, "08:00"$/],
    [
      { windows: [{ from: '08:00', to: '18:00' }] },
      /windows\[0\]: at least one of requestsPerSecond, mebibytesPerSecond, concurrency, an object$/,
    ],
    [
      { windows: [{ ...office, requestPerSecond: 5 }] },
      /windows\[0\]\.requestPerSecond: .* unknown setting "requestPerSecond" \(did you mean "requestsPerSecond"\?\)$/,
    ],
  ])('refuses %j', (pace, problem) => {
    expect(problemsOf(pace)).toEqual([expect.stringMatching(problem)]);
  });

  it('lists every mistake at once', () => {
    const windows = [
      { ...office, to: '08:00', days: ['mo'], extra: 1 },
      { ...office, from: 8 },
    ];
    expect(problemsOf({ timeZone: 'Berlin', windows })).toHaveLength(5);
  });
});

describe('the pace of an account', () => {
  it('is one for all that is opened with a configuration, and another for another account', () => {
    const configuration = parse({ concurrency: 3 });
    const once = openJob(configuration, 'finance');
    const again = openJob(configuration, 'finance');
    expect(again.target.account.pace).toBe(once.target.account.pace);
    expect(once.source.account.pace).not.toBe(once.target.account.pace);
    expect(openJob(parse({}), 'finance').target.account.pace).not.toBe(once.target.account.pace);
  });
});
