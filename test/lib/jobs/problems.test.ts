import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, type ConfigurationProblem } from '../../../lib/jobs/configuration-error.ts';
import { type Environment, parseConfiguration } from '../../../lib/jobs/load.ts';
import { changed, exampleConfiguration, exampleEnvironment } from './example.ts';

function errorOf(text: string, environment: Environment = exampleEnvironment): ConfigurationError {
  try {
    parseConfiguration(text, { environment, fileName: 'sharepair.config.json' });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the configuration has no mistake');
}

const problemsOf = (value: unknown, environment?: Environment): readonly ConfigurationProblem[] =>
  errorOf(JSON.stringify(value), environment).problems;

/** The only mistake of the example with one value changed. */
function problemWith(path: string, replacement: unknown): ConfigurationProblem | undefined {
  const problems = problemsOf(changed(exampleConfiguration(), path.split('.'), replacement));
  expect(problems).toHaveLength(1);
  return problems[0];
}

const FILE_SHARES = '/subscriptions/s/resourceGroups/g/providers/Microsoft.FileShares/fileShares/finance';

describe('one mistake', () => {
  it.each<[path: string, value: unknown, expected: string, found: string]>([
    ['accounts.prod.endpoint', 'prodacct', 'the file endpoint', 'text that is no http or https address'],
    ['accounts.prod.endpoint', 'ftp://127.0.0.1/prodacct', 'the file endpoint', 'no http or https'],
    ['accounts.prod.endpoint', 'http://127.0.0.1:10004', 'the file endpoint', 'which names no account'],
    ['accounts.prod.endpoint', 'http://[::1]:10004', 'the file endpoint', 'which names no account'],
    ['accounts.prod.endpoint', 'http://localhost:10004', 'the file endpoint', 'which names no account'],
    ['accounts.prod.endpoint', 'http://127.0.0.1:1/a/b', 'the file endpoint', 'more parts'],
    ['accounts.prod.endpoint', 'https://acct.file.core.windows.net/s', 'the file endpoint', 'with a path'],
    ['accounts.prod.endpoint', 'https://acct.blob.core.windows.net', 'the file endpoint', 'blob service'],
    ['accounts.prod.endpoint', 'https://my-acct.file.core.windows.net', 'the file endpoint', '3 to 24'],
    ['accounts.prod.endpoint', 'https://acct.file.core.windows.net?x=1', 'the file endpoint', 'a query'],
    ['accounts.prod.endpoint', 'https://acct.file.core.windows.net#x', 'the file endpoint', 'a # after it'],
    ['accounts.prod.endpoint', FILE_SHARES, 'the file endpoint', 'Microsoft.FileShares'],
    ['accounts.prod.endpoint', undefined, 'the file endpoint', 'nothing'],
    ['accounts.prod.credential', undefined, '"managed-identity"', 'nothing'],
    ['accounts.prod.credential', 'managed-identiy', '"default"', 'did you mean "managed-identity"?'],
    ['accounts.prod.credential', {}, '{"sas": …}', 'an empty object'],
    ['accounts.prod.credential', ['default'], '{"sas": …}', 'a list'],
    ['accounts.prod.credential', { acountKey: 'a2V5' }, '{"sas": …}', 'did you mean "accountKey"?'],
    [
      'accounts.prod.credential',
      { accountKey: 'a2V5', sas: 'sig=a' },
      '{"sas": …}',
      'an object with "accountKey" and "sas"',
    ],
    [
      'accounts.prod.credential.accountKey',
      'no key',
      'in base64',
      'a string of 6 characters that is no base64',
    ],
    ['accounts.prod.credential.accountKey', '', 'an account key', 'an empty string'],
    ['accounts.prod.credential.accountKey', 7, 'an account key', 'a number'],
    [
      'accounts.prod.credential.accountKey',
      'env:',
      'the name of an environment variable',
      'without such a name',
    ],
    ['accounts.prod.credential.accountKey', 'env:NOPE', 'environment variable NOPE', 'no such variable'],
    [
      'accounts.prod.credential.accountKey',
      'env:toString',
      'environment variable toString',
      'no such variable',
    ],
    ['jobs.finance.source', undefined, 'an object with the settings account, share', 'nothing'],
    ['jobs.finance.source.account', 'pord', '"prod", "dr"', '"pord" (did you mean "prod"?)'],
    ['jobs.finance.source.account', 'constructor', '"prod", "dr"', '"constructor"'],
    ['jobs.finance.source.share', 'Finance', 'a share name', '"Finance"'],
    ['jobs.finance.source.share', 'a--b', 'a share name', '"a--b"'],
    ['jobs.finance.source.share', 'ab', 'a share name', '"ab"'],
    ['jobs.finance.source.share', 'a'.repeat(64), 'a share name', 'aaa'],
    ['jobs.finance.source.share', FILE_SHARES, 'a share name', 'Microsoft.FileShares'],
    ['jobs.finance.target', { account: 'prod', share: 'finance' }, 'another share', 'which is the source'],
    ['jobs.finance.schedule', '0 0 25 * * *', 'an NCRONTAB schedule', '"0 0 25 * * *": its hour 25'],
    ['jobs.finance.timeZone', 'Berlin', 'a time zone', '"Berlin"'],
    ['jobs.finance.retention', 30, 'an object with the settings last', '30'],
    ['jobs.finance.retention.last', 0, 'a whole number from 1 to 199', '0'],
    ['jobs.finance.retention.last', 200, 'a whole number from 1 to 199', '200'],
    ['jobs.finance.retention.last', 1.5, 'a whole number from 1 to 199', '1.5'],
    ['jobs.finance.retention.last', null, 'a whole number from 1 to 199', 'null'],
    ['jobs.finance.retention.days', 3, 'only the settings last', 'the unknown setting "days"'],
    ['jobs.finance.retention.dayly', 3, 'only the settings last', '"dayly" (did you mean "daily"?)'],
    ['jobs.finance.retention', {}, 'at least one of last, hourly, daily', 'an empty object'],
    ['jobs.finance.retention.minimum', 200, 'a whole number from 1 to 199', '200'],
    ['jobs.finance.retention.within', '30d', 'an ISO 8601 duration', '"30d"'],
    ['jobs.finance.retention.within', 'P0D', 'an ISO 8601 duration', '"P0D"'],
    ['jobs.finance.retention.within', 'P1M-3D', 'an ISO 8601 duration', '"P1M-3D"'],
    ['jobs.finance.retention.within', 'P101Y', 'at most 100 years', '"P101Y"'],
    [
      'jobs.finance.retention',
      { last: 100, daily: 90, yearly: 10 },
      'at most 199 recovery points together',
      'last 100, daily 90, yearly 10, together 200',
    ],
    ['jobs.finance.retention.within', 'P34D', 'in which the schedule makes at most 179', '"P34D"'],
    [
      'jobs.finance.retention',
      { last: 180 },
      'at most 179 recovery points together',
      'rules that keep up to 180',
    ],
    ['jobs.finance.budget.snapshots', 201, 'a whole number from 2 to 200', '201'],
    ['jobs.finance.budget', 180, 'an object with the settings snapshots', '180'],
    ['jobs.finance.guards.maxDeletes', -1, 'such as "10%"', '-1'],
    ['jobs.finance.guards.maxDeletes', '101%', 'such as "10%"', '"101%"'],
    ['jobs.finance.guards.maxDeletes', '5', 'such as "10%"', '"5"'],
    ['jobs.finance.guards.maxChanges', '1.5%', 'such as "10%"', '"1.5%"'],
    ['jobs.finance.guards.maxPruned', '1.5%', 'a whole number of recovery points from 0', '"1.5%"'],
    ['jobs.finance.guards.maxChange', 5, 'only the settings maxDeletes', 'did you mean "maxChanges"?'],
    ['jobs.finance.filters', ['*.tmp'], 'an object with the settings include', 'a list'],
    ['jobs.finance.filters.includes', ['a'], 'only the settings include', 'did you mean "include"?'],
    ['jobs.finance.filters.include', '*.docx', 'a list of globs', '"*.docx"'],
    ['jobs.finance.filters.include', [], 'at least one glob', 'a list'],
    ['jobs.finance.filters.attributes.exclude', [], 'at least one attribute', 'a list'],
    ['jobs.finance.filters.attributes.only', [], 'only the settings include', 'setting "only"'],
    ['jobs.finance.filters.size', '1 MiB', 'an object with the settings min, max', '"1 MiB"'],
    ['jobs.finance.filters.size.min', '10 MB', 'a size such as 4096', '"10 MB"'],
    ['jobs.finance.filters.size.max', '10', 'a size such as 4096', '"10"'],
    ['jobs.finance.filters.size.max', -1, 'a size such as 4096', '-1'],
    ['jobs.finance.filters.size.max', true, 'a size such as 4096', 'true'],
    [
      'jobs.finance.filters.size',
      { min: '1 MiB', max: 4096 },
      'not above "max"',
      '"1 MiB" and 4096, between which is no size',
    ],
    ['jobs.finance.filters.age.olderThan', '30d', 'an ISO 8601 duration', '"30d"'],
    ['jobs.finance.filters.age.olderThan', 'PT0S', 'an ISO 8601 duration', '"PT0S"'],
    ['jobs.finance.filters.age.newerThan', '2026-13-01', 'an ISO 8601 duration', '"2026-13-01"'],
    ['jobs.finance.filters.age.newerThan', '10:00', 'an ISO 8601 duration', '"10:00"'],
    [
      'jobs.finance.filters.age',
      { olderThan: 'P30D', newerThan: 'P7D' },
      'ages that some file can have',
      'none older than "P30D" and newer than "P7D"',
    ],
    ['jobs.finance.filters.deleteExcluded', 'no', 'true or false', '"no"'],
    ['jobs.finance.compare', 'time', '"times", "strict" or', '"time" (did you mean "times"?)'],
    ['jobs.finance.compare', 'content', '"times", "strict" or', '"content"'],
    ['jobs.finance.tolerate', 10, 'an object with the settings entries, codes', '10'],
    ['jobs.finance.tolerate.entries', 0, 'a whole number from 1 to 1000', '0'],
    ['jobs.finance.rpo', '4h', 'an ISO 8601 duration', '"4h"'],
    ['jobs.finance.rpo', 'PT0S', 'an ISO 8601 duration', '"PT0S"'],
    ['jobs.finance.shedule', '', 'only the settings source', '"shedule" (did you mean "schedule"?)'],
    ['jobs', {}, 'at least one job', 'an empty object'],
    ['jobs', undefined, 'a job under each name', 'nothing'],
    ['requests.concurrency', 257, 'a whole number from 1 to 256', '257'],
    ['requests.retries', -1, 'a whole number from 0 to 20', '-1'],
    ['request', {}, 'only the settings $schema', '"request" (did you mean "requests"?)'],
  ])('%s: %j', (path, value, expected, found) => {
    const problem = problemWith(path, value);
    expect(problem?.path).toBe(path);
    expect(problem?.expected).toContain(expected);
    expect(problem?.found).toContain(found);
  });

  it.each<[setting: string, value: unknown, path: string, expected: string, found: string]>([
    ['filters', { exclude: ['a', '!b'] }, 'filters.exclude[1]', 'a glob such as', '"!b" with a "!" at its'],
    ['filters', { include: ['d\\e'] }, 'filters.include[0]', 'a glob such as', 'with a backslash'],
    ['filters', { include: ['a', 7] }, 'filters.include[1]', 'a glob such as', '7'],
    [
      'filters',
      { attributes: { exclude: ['Temprary'] } },
      'filters.attributes.exclude[0]',
      'one of the attributes',
      'did you mean "Temporary"?',
    ],
    ['compare', { mode: 'content', share: '0%' }, 'compare.share', 'from 1 to 100 per cent', '"0%"'],
    [
      'compare',
      { mode: 'content' },
      'compare',
      '{"mode": "content", "share": "5%"}',
      'an object with "mode"',
    ],
    ['compare', { mode: 'bytes', share: '5%' }, 'compare.mode', '"content"', '"bytes"'],
    [
      'tolerate',
      { codes: ['SharingViolation'] },
      'tolerate.entries',
      'a whole number from 1 to 1000',
      'nothing',
    ],
    ['tolerate', { entries: 1, codes: ['409'] }, 'tolerate.codes[0]', 'an error code', '"409"'],
    ['tolerate', { entries: 1, codes: [] }, 'tolerate.codes', 'at least one error code', 'a list'],
  ])('in a setting of a job: %s %j', (setting, value, path, expected, found) => {
    const problems = problemsOf(changed(exampleConfiguration(), ['jobs', 'finance', setting], value));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(`jobs.finance.${path}`);
    expect(problems[0]?.expected).toContain(expected);
    expect(problems[0]?.found).toContain(found);
  });

  it('names the variable that is empty', () => {
    const problems = problemsOf(exampleConfiguration(), { ...exampleEnvironment, DR_KEY: ' \n' });
    expect(problems).toMatchObject([
      {
        path: 'accounts.dr.credential.accountKey',
        expected: 'an account key in base64 in the environment variable DR_KEY',
        found: 'it empty',
      },
    ]);
  });

  it.each(['UP', '-x', 'a_b', 'a'.repeat(64)])('refuses the job name %s', (name) => {
    const jobs = { [name]: exampleConfiguration().jobs.finance };
    expect(problemsOf({ ...exampleConfiguration(), jobs })).toHaveLength(1);
  });
});

describe('a retention within a duration', () => {
  const { finance } = exampleConfiguration().jobs;
  const problems = (job: object) => {
    const whole = { ...finance, budget: { snapshots: 200 }, ...job };
    const value = { ...exampleConfiguration(), jobs: { finance: whole } };
    try {
      parseConfiguration(JSON.stringify(value), { environment: exampleEnvironment, fileName: 'x' });
      return [];
    } catch (error) {
      return error instanceof ConfigurationError ? error.problems : [error];
    }
  };

  it.each<[schedule: string, retention: object]>([
    ['0 0 */4 * * *', { within: 'P33D' }],
    ['0 0 */4 * * *', { within: 'P33D', last: 199 }],
    ['0 0 */4 * * *', { within: 'P14D', daily: 60, monthly: 36, yearly: 10, minimum: 199 }],
    ['0 0 8-18 * * MON-FRI', { within: 'P23D' }],
    ['0 0 3 1 * *', { within: 'P10Y' }],
  ])('fits where the schedule is %s: %j', (schedule, retention) => {
    expect(problems({ schedule, retention })).toEqual([]);
  });

  it.each<[schedule: string, retention: object, most: string]>([
    ['0 0 */4 * * *', { within: 'P34D' }, 'at most 199 recovery points, as the budget'],
    [
      '0 0 */4 * * *',
      { within: 'P14D', daily: 60, monthly: 36, yearly: 20 },
      'at most 83 recovery points besides the 116',
    ],
    ['0 */5 * * * *', { within: 'P1D' }, 'at most 199'],
    ['0 0 8-18 * * MON-FRI', { within: 'P1M' }, 'at most 199'],
    ['0 0 3 1 * *', { within: 'P20Y' }, 'at most 199'],
    ['0 0 */4 * * *', { within: 'P1D', daily: 199 }, 'at most 0 recovery points besides the 199'],
  ])('is too long where the schedule is %s: %j', (schedule, retention, most) => {
    expect(problems({ schedule, retention })).toMatchObject([
      { path: 'jobs.finance.retention.within', expected: expect.stringContaining(most) },
    ]);
  });

  it('is not counted where nobody knows how often the job runs', () => {
    expect(problems({ schedule: undefined, retention: { within: 'P50Y' } })).toEqual([]);
  });

  it.each<[object, string]>([
    [{ schedule: 'now and then' }, 'schedule'],
    [{ timeZone: 'Berlin' }, 'timeZone'],
    [{ schedule: 7 }, 'schedule'],
  ])('is passed over where %j is a mistake of its own', (job, path) => {
    const found = problems({ retention: { within: 'P50Y' }, ...job });
    expect(found).toMatchObject([{ path: `jobs.finance.${path}` }]);
  });
});

describe('the target of two jobs', () => {
  const { finance } = exampleConfiguration().jobs;

  it('is a mistake of the second', () => {
    const jobs = { finance, hr: { ...finance, source: { account: 'prod', share: 'people' } } };
    expect(problemsOf({ ...exampleConfiguration(), jobs })).toMatchObject([
      { path: 'jobs.hr.target', found: '"finance" in "dr", which is the target of job "finance"' },
    ]);
  });

  it('is known by its address, whatever the accounts are called', () => {
    const { accounts } = exampleConfiguration();
    const again = { ...accounts.dr, endpoint: 'http://DRACCT.file.core.windows.net/' };
    const jobs = { finance, hr: { ...finance, target: { account: 'again', share: 'finance' } } };
    expect(problemsOf({ accounts: { ...accounts, again }, jobs })).toMatchObject([
      { path: 'jobs.hr.target', found: '"finance" in "again", which is the target of job "finance"' },
    ]);
  });

  it('may be the source of others', () => {
    const jobs = { finance, hr: { ...finance, target: { account: 'dr', share: 'people' } } };
    const text = JSON.stringify({ ...exampleConfiguration(), jobs });
    const parsed = parseConfiguration(text, { environment: exampleEnvironment, fileName: 'x' });
    expect(Object.keys(parsed.jobs)).toEqual(['finance', 'hr']);
  });
});

describe('many mistakes', () => {
  const text = `{
  // Everything that can be wrong at once is.
  "accounts": {
    "prod": { "endpoint": "nowhere", "credential": { "accountKey": "env:NOPE", "extra": 1 } }
  },
  "jobs": {
    "Finance": {
      "source": { "account": "prod", "share": "X" },
      "target": { "account": "nobody", "share": "finance" },
      "retention": {
        "last": 300
      }
    }
  },
  "retries": 3
}`;

  it('are listed at once, in the order of the file, with their lines', () => {
    const { problems } = errorOf(text);
    expect(problems.map(({ path, line }) => `${path} ${line}`)).toEqual([
      'accounts.prod.endpoint 4',
      'accounts.prod.credential.accountKey 4',
      'accounts.prod.credential.extra 4',
      'jobs.Finance 7',
      'jobs.Finance.source.share 8',
      'jobs.Finance.target.account 9',
      'jobs.Finance.retention.last 11',
      'retries 15',
    ]);
  });

  it('make a message of a line each', () => {
    const { message } = errorOf(text);
    expect(message.split('\n')).toHaveLength(9);
    expect(message).toMatch(/^sharepair\.config\.json has 8 mistakes:\n/);
    expect(message).toContain(
      '  jobs.Finance.retention.last (line 11): expected a whole number from 1 to 199, found 300',
    );
  });
});

describe('syntax', () => {
  it('lists every mistake with its line and column', () => {
    const { problems, message } = errorOf('{\n  "accounts": {}\n  "jobs": { "a" 1 },\n  x: 2\n}');
    expect(problems).toMatchObject([
      { path: '', line: 3, column: 3, expected: 'a comma', found: 'a string' },
      { path: '', line: 3, column: 17, expected: 'a colon', found: '1' },
      { path: '', line: 4, column: 3, expected: 'a value in JSON notation', found: 'x' },
      { path: '', line: 4, column: 4, expected: 'a name in double quotes', found: ':' },
      { path: '', line: 5, column: 1, expected: 'a value', found: '}' },
    ]);
    expect(message).toContain('  line 3, column 3: expected a comma, found a string');
  });

  it.each(['', '  ', '{', '[1,', '"'])('refuses %j', (text) => {
    expect(errorOf(text).problems.length).toBeGreaterThan(0);
  });

  it.each(['null', '[]', '7', '"text"'])('refuses %s in place of an object', (text) => {
    expect(errorOf(text).problems).toMatchObject([{ path: '', line: 1, column: 1 }]);
  });

  it('refuses a name that stands twice, and one that is reserved', () => {
    const { problems } = errorOf('{"jobs": {"a": {}, "a": {}}, "__proto__": {}}');
    expect(problems.slice(0, 2)).toMatchObject([
      { path: 'jobs', column: 20, expected: 'different names', found: '"a" a second time' },
      { path: '', column: 30, expected: 'different names', found: 'one that is reserved' },
    ]);
  });
});

describe('a secret', () => {
  const secret = fc
    .uint8Array({ minLength: 32, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const placeOfSecret = fc.constantFrom(
    'accounts.prod.credential',
    'accounts.prod.credential.accountKey',
    'accounts.prod.credential.sas',
    'accounts.prod.credential.servicePrincipal',
    'accounts.prod.credential.servicePrincipal.clientSecret',
    'accounts.prod.credential.servicePrincipal.tenantId.value',
    'accounts.prod.endpoint',
    'accounts.prod.accountKey',
    'accounts.prod',
    'accounts',
    'jobs.finance.source',
    'jobs.finance.source.account',
    'jobs.finance.source.share',
    'jobs.finance.schedule',
    'jobs.finance.timeZone',
    'jobs.finance.rpo',
    'jobs.finance.guards.maxDeletes',
    'jobs.finance.filters.exclude',
    'jobs.finance.filters.size.min',
    'jobs.finance.filters.age.olderThan',
    'jobs.finance.compare',
    'jobs.finance.tolerate',
    'requests.retries',
    'requests',
  );
  const asText = fc.constantFrom(
    (value: string) => value,
    (value: string) => ` ${value}!`,
    (value: string) => `sv=2025-07-05&sg=${value}`,
    (value: string) => `https://acct.file.core.windows.net/?sv=2025-07-05&sig=${value}`,
    (value: string) => `https://user:${encodeURIComponent(value)}@acct.file.core.windows.net/`,
    (value: string) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${value}`,
  );

  it('is not in the message, wherever it was put', () => {
    fc.assert(
      fc.property(secret, placeOfSecret, asText, (value, path, toText) => {
        const wrong = changed(exampleConfiguration(), path.split('.'), toText(value));
        // A second mistake, because the secret may be in its right place.
        const { message } = errorOf(JSON.stringify({ ...Object(wrong), extra: 1 }));
        expect(message).not.toContain(value);
        expect(message).not.toContain(encodeURIComponent(value));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'https://acct.file.core.windows.net/finance?sv=1&sig=Abc123',
    'AccountName=a;AccountKey=Abc123',
    'https://user:Abc123@acct/',
    'Password=Abc123',
  ])('is not in the message although it is short: %s', (text) => {
    const wrong = changed(exampleConfiguration(), ['jobs', 'finance', 'source', 'share'], text);
    expect(errorOf(JSON.stringify(wrong)).message).not.toContain('Abc123');
  });

  it('is not in the message when it stands in place of a name', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom('accounts', 'jobs', 'accounts.prod.credential'), (value, path) => {
        const wrong = changed(exampleConfiguration(), [...path.split('.'), value], {});
        expect(errorOf(JSON.stringify(wrong)).message).not.toContain(value);
      }),
    );
  });

  it('is not in the message when its quotes are missing, or when the environment holds a wrong one', () => {
    fc.assert(
      fc.property(secret, (value) => {
        const bare = JSON.stringify(exampleConfiguration()).replace('"env:PROD_KEY"', value);
        expect(errorOf(bare).message).not.toContain(value);
        const environment = { ...exampleEnvironment, PROD_KEY: `!${value}` };
        expect(errorOf(JSON.stringify(exampleConfiguration()), environment).message).not.toContain(value);
      }),
    );
  });
});

it('lists the other mistakes beside a name that stands twice', () => {
  const text = '{"accounts": {"a": {}, "a": {}}, "jobs": {"x": {"retention": {"last": 0}}}}';
  const { problems } = errorOf(text);
  expect(problems.some(({ found }) => found.includes('second time'))).toBe(true);
  expect(problems.some(({ path }) => path === 'jobs.x.retention.last')).toBe(true);
});
