import { describe, expect, it } from 'vitest';
import { asSentence, endOfError, UsageError, withoutSignatures } from '../../cli/errors.ts';
import { ConfigurationError } from '../../lib/jobs/configuration-error.ts';
import { UnknownJobError } from '../../lib/jobs/open-job.ts';
import { LockedError } from '../../lib/target/take-lock.ts';
import { UnknownPointError } from '../../lib/target/unknown-point-error.ts';

describe('the exit code of an error', () => {
  it.each<[number, unknown]>([
    [2, new UsageError('no')],
    [2, new ConfigurationError('file', [])],
    [2, new UnknownJobError('a', ['b'])],
    [2, new UnknownPointError('a', 'b', [])],
    [5, new LockedError('share', undefined)],
    [1, new Error('anything else')],
    [1, 'not even an error'],
  ])('is %d for %o', (code, error) => {
    expect(endOfError(error)).toBe(code);
  });
});

it('hides the signature of an address', () => {
  const text = 'GET https://a.file.core.windows.net/s/f?sv=2025-07-05&sig=abc%2Bd%3D&se=x failed';
  expect(withoutSignatures(text)).toBe(
    'GET https://a.file.core.windows.net/s/f?sv=2025-07-05&sig=…&se=x failed',
  );
});

it('makes a sentence of a text that has none of its marks', () => {
  expect(asSentence('source share "x" does not exist')).toBe('Source share "x" does not exist.');
  expect(asSentence('Is it so?')).toBe('Is it so?');
});
