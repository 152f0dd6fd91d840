import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentAnswers } from '../../../lib/mirror/recent-answers.ts';

describe('RecentAnswers', () => {
  it('asks once for what is asked many times at once', async () => {
    const answers = new RecentAnswers<string>(1);
    let asked = 0;
    const ask = async () => `answer ${++asked}`;
    const given = await Promise.all(['a', 'a', 'a'].map((question) => answers.get(question, ask)));
    expect(given).toEqual(['answer 1', 'answer 1', 'answer 1']);
    expect(await answers.get('a', ask)).toBe('answer 1');
  });

  it('asks again after a failure, and tells it to all who waited', async () => {
    const answers = new RecentAnswers<string>(10);
    const fail = async () => Promise.reject(new Error('refused'));
    const given = await Promise.allSettled([answers.get('a', fail), answers.get('a', fail)]);
    expect(given.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await answers.get('a', async () => 'yes')).toBe('yes');
  });

  it('keeps an answer that is false', async () => {
    const answers = new RecentAnswers<boolean>(10);
    await answers.get('a', async () => false);
    expect(await answers.get('a', () => Promise.reject(new Error('asked again')))).toBe(false);
  });

  it('forgets what was not used for longest, by number and by size, as the obvious model does', async () => {
    const question = fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'e', 'ff');
    const limits = fc.record({ count: fc.integer({ min: 1, max: 4 }), size: fc.integer({ min: 1, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { maxLength: 40 }), limits, async (questions, { count, size }) => {
        const answers = new RecentAnswers<string>(count, (answer) => answer.length, size);
        let kept: string[] = [];
        for (const each of questions) {
          let asked = false;
          await answers.get(each, async () => {
            asked = true;
            return each;
          });
          expect(asked).toBe(!kept.includes(each));
          kept = [...kept.filter((other) => other !== each), each];
          while (kept.length > count || kept.join('').length > size) kept.shift();
        }
      }),
    );
  });
});
