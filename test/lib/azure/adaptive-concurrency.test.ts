import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveConcurrency, type EndedAttempt } from '../../../lib/azure/adaptive-concurrency.ts';

type Outcome = EndedAttempt['outcome'];

interface Answer {
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

/** A caller that always has more to ask, in virtual time: rounds of as many attempts as may be. */
class Caller {
  readonly adaptive: AdaptiveConcurrency;
  now = 0;
  throttled = 0;
  answered = 0;

  constructor(ceiling: number) {
    this.adaptive = new AdaptiveConcurrency(ceiling);
  }

  round(answer: (index: number) => Answer, kind = 'GetFile'): void {
    const { adaptive } = this;
    const numbers = Array.from({ length: adaptive.places }, () => adaptive.begin());
    const answers = numbers.map((_, index) => answer(index));
    const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds));
    this.now += slowest;
    for (const [index, { outcome, milliseconds }] of answers.entries()) {
      const number = numbers[index] ?? 0;
      adaptive.end({ number, outcome, kind, milliseconds, underWay: numbers.length, now: this.now });
      if (outcome === 'throttled') this.throttled += 1;
      else this.answered += 1;
    }
    this.now += adaptive.pauseAfter(slowest);
  }

  rounds(count: number, answer: () => Answer): void {
    for (let round = 0; round < count; round += 1) this.round(answer);
  }

  until(time: number, answer: () => Answer): void {
    while (this.now < time) this.round(answer);
  }
}

const fast = (): Answer => ({ outcome: 'answered', milliseconds: 10 });
const busy = (): Answer => ({ outcome: 'throttled', milliseconds: 5 });

const anyAnswer = fc.record<Answer>({
  outcome: fc.constantFrom<Outcome>('answered', 'throttled', 'lost'),
  milliseconds: fc.integer({ min: 1, max: 2_000 }),
});
const anyCeiling = fc.integer({ min: 1, max: 256 });

describe('AdaptiveConcurrency', () => {
  it('stays between one and its ceiling whatever the service answers', () => {
    fc.assert(
      fc.property(anyCeiling, fc.array(anyAnswer, { minLength: 1, maxLength: 300 }), (ceiling, answers) => {
        const caller = new Caller(ceiling);
        for (const answer of answers) {
          caller.round((index) => (index % 3 === 0 ? answer : fast()));
          expect(caller.adaptive.places).toBeGreaterThanOrEqual(1);
          expect(caller.adaptive.places).toBeLessThanOrEqual(ceiling);
          expect(caller.adaptive.pauseAfter(1e6)).toBeLessThanOrEqual(1_000);
        }
      }),
    );
  });

  it('reaches its ceiling within a minute of fast answers, whatever came before', () => {
    fc.assert(
      fc.property(anyCeiling, fc.array(anyAnswer, { maxLength: 100 }), (ceiling, answers) => {
        const caller = new Caller(ceiling);
        for (const answer of answers) caller.round(() => answer);
        const end = caller.now + 60_000;
        const isBelow = () => caller.adaptive.places < ceiling || caller.adaptive.pauseAfter(10) > 0;
        while (caller.now < end && isBelow()) caller.round(fast);
        expect(caller.adaptive.places).toBe(ceiling);
        expect(caller.adaptive.pauseAfter(10)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('begins with eight and grows by one for each round', () => {
    const caller = new Caller(32);
    expect(caller.adaptive.places).toBe(8);
    caller.rounds(10, fast);
    expect(caller.adaptive.places).toBeGreaterThanOrEqual(13);
    expect(caller.adaptive.places).toBeLessThanOrEqual(18);
  });

  it('does not grow while it is not used up', () => {
    const adaptive = new AdaptiveConcurrency(32);
    for (let count = 0; count < 1_000; count += 1) {
      const number = adaptive.begin();
      adaptive.end({ number, ...fast(), kind: 'GetFile', underWay: 2, now: count });
    }
    expect(adaptive.places).toBe(8);
  });

  it('is halved at once by throttling, and once only by all refusals of a moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 32 }), (rounds, refused) => {
        const caller = new Caller(32);
        caller.rounds(rounds, fast);
        const before = caller.adaptive.places;
        caller.round((index) => (index < refused ? busy() : fast()));
        expect(caller.adaptive.places).toBe(Math.floor(before / 2));
      }),
    );
  });

  it('falls once only for one round trip, however the answers of it are mixed', () => {
    const adaptive = new AdaptiveConcurrency(32);
    const numbers = Array.from({ length: 8 }, () => adaptive.begin());
    const decreases = numbers.map((number) =>
      adaptive.end({ number, ...busy(), kind: 'GetFile', underWay: 8, now: 1 }),
    );
    expect(decreases).toEqual(['throttled', ...Array(7).fill(undefined)]);
    const later = adaptive.begin();
    expect(adaptive.end({ number: later, ...busy(), kind: 'GetFile', underWay: 1, now: 2 })).toBe(
      'throttled',
    );
  });

  it('paces below one at a time where that alone is too fast', () => {
    const caller = new Caller(32);
    caller.rounds(8, busy);
    expect(caller.adaptive.places).toBe(1);
    expect(caller.adaptive.pauseAfter(10)).toBeGreaterThan(100);
  });

  it('is refused seldom by a service with a limit, and uses most of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 2_000 }), (perSecond) => {
        const caller = new Caller(32);
        let tokens = perSecond / 10;
        let filledAt = 0;
        const limited = (): Answer => {
          tokens = Math.min(perSecond / 10, tokens + ((caller.now - filledAt) / 1000) * perSecond);
          filledAt = caller.now;
          if (tokens < 1) return busy();
          tokens -= 1;
          return fast();
        };
        caller.until(30_000, limited);
        expect(caller.throttled / caller.answered).toBeLessThan(0.08);
        expect(caller.answered / 30).toBeGreaterThan(perSecond * 0.5);
      }),
      { numRuns: 15 },
    );
  });

  it('finds the concurrency past which latency rises, and stays near it', () => {
    const caller = new Caller(256);
    // A service that carries out 30 at a time in 20 ms and has the others wait.
    const queued = (): Answer => ({
      outcome: 'answered',
      milliseconds: 20 * Math.max(1, caller.adaptive.places / 30),
    });
    caller.until(60_000, queued);
    expect(caller.adaptive.places).toBeGreaterThan(60);
    expect(caller.adaptive.places).toBeLessThan(160);
  });

  it('is never taken below a quarter of its ceiling by latency', () => {
    const caller = new Caller(32);
    caller.rounds(20, fast);
    for (let round = 0; round < 50; round += 1) {
      caller.round(() => ({ outcome: 'answered', milliseconds: 300 }));
      expect(caller.adaptive.places).toBeGreaterThanOrEqual(8);
    }
    expect(caller.adaptive.places).toBe(8);
  });

  it('learns nothing from lost answers', () => {
    const caller = new Caller(32);
    caller.rounds(50, () => ({ outcome: 'lost', milliseconds: 60_000 }));
    expect(caller.adaptive.places).toBe(8);
  });
});
