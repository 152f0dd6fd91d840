import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace, type Place } from '../../../lib/azure/pace.ts';
import type { PaceSchedule } from '../../../lib/azure/pace-caps.ts';

const MEBIBYTE = 1024 * 1024;
const MIDNIGHT = '2026-01-15T00:00:00Z';

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date(MIDNIGHT),
    toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A pace, and who was let go by it when, in virtual milliseconds since the start. */
class Queue {
  readonly pace: Pace;
  readonly admitted: { readonly name: string; readonly at: number; readonly place: Place }[] = [];
  readonly #start = performance.now();
  #answered = 0;

  constructor(caps: Partial<PaceSchedule> = {}, concurrency = 32) {
    this.pace = new Pace({
      concurrency,
      retryDelayMs: 100,
      caps: { timeZone: 'UTC', windows: [], ...caps },
    });
  }

  ask(
    name: string,
    { bytes = 0, again = false, signal }: { bytes?: number; again?: boolean; signal?: AbortSignal } = {},
  ): Promise<Place> {
    const entered = this.pace.enter({ bytes, again, signal });
    entered.then(
      (place) => this.admitted.push({ name, at: performance.now() - this.#start, place }),
      () => undefined,
    );
    return entered;
  }

  /** For a time, answers everyone who was let go, within a millisecond. */
  async answerFor(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 1) {
      await vi.advanceTimersByTimeAsync(1);
      for (; this.#answered < this.admitted.length; this.#answered += 1) {
        const { place } = this.admitted[this.#answered] ?? {};
        if (place !== undefined) this.pace.leave(place, answer('answered'));
      }
    }
  }

  names(): string[] {
    return this.admitted.map(({ name }) => name);
  }
}

function answer(outcome: 'answered' | 'throttled' | 'lost', retryAfterMs?: number) {
  return { operation: 'GetFile', outcome, milliseconds: 1, bytes: 0, retryAfterMs };
}

async function letGo(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

describe('Pace', () => {
  it('lets as many go as the concurrency says, the others in order as places come free', async () => {
    const queue = new Queue({}, 2);
    for (const name of ['a', 'b', 'c', 'd']) void queue.ask(name);
    await letGo();
    expect(queue.names()).toEqual(['a', 'b']);
    await queue.answerFor(5);
    expect(queue.names()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets repeated requests go ahead of new ones', async () => {
    const queue = new Queue({}, 1);
    void queue.ask('first');
    void queue.ask('new');
    void queue.ask('repeated', { again: true });
    await queue.answerFor(5);
    expect(queue.names()).toEqual(['first', 'repeated', 'new']);
  });

  it('holds the whole account back for as long as the service says, but for those who must not wait', async () => {
    const queue = new Queue();
    queue.pace.leave(await queue.ask('refused'), answer('throttled', 7_000));
    void queue.ask('new');
    void queue.ask('repeated', { again: true });
    await vi.advanceTimersByTimeAsync(6_999);
    expect(queue.names()).toEqual(['refused']);
    expect(queue.pace.enterAtOnce().counted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(queue.names()).toEqual(['refused', 'repeated', 'new']);
    expect(queue.pace.report()).toEqual({ concurrency: 4, throttled: 1, heldBackMs: 7_000 });
  });

  it('learns from those who did not wait, too', async () => {
    const queue = new Queue();
    queue.pace.leave(queue.pace.enterAtOnce(), answer('throttled', 500));
    void queue.ask('other');
    await vi.advanceTimersByTimeAsync(499);
    expect(queue.names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(queue.names()).toEqual(['other']);
  });

  it('goes on at once after one refusal without advice, and waits longer after each further one', async () => {
    const queue = new Queue();
    const waits: number[] = [];
    for (let refusal = 0; refusal < 4; refusal += 1) {
      const before = performance.now();
      const place = await advanceUntil(queue.ask('probe'));
      waits.push(performance.now() - before);
      queue.pace.leave(place, answer('throttled'));
    }
    expect(waits).toEqual([0, 0, 100, 200]);
  });

  it('ends the wait of a request at once when it is aborted, whatever it waits for', async () => {
    const held = new Queue();
    held.pace.leave(await held.ask('refused'), answer('throttled', 60_000));
    const full = new Queue({}, 1);
    await full.ask('other');
    const capped = new Queue({ requestsPerSecond: 1 });
    await capped.ask('other');
    for (const queue of [held, full, capped]) {
      const controller = new AbortController();
      const waiting = queue.ask('aborted', { signal: controller.signal });
      const rejected = expect(waiting).rejects.toThrow('no longer wanted');
      await letGo();
      controller.abort(new Error('no longer wanted'));
      await rejected;
      expect(queue.names()).not.toContain('aborted');
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives the place that an aborted request waited for to the next one', async () => {
    const queue = new Queue({}, 1);
    const first = await queue.ask('first');
    const controller = new AbortController();
    const aborted = queue.ask('aborted', { signal: controller.signal });
    void queue.ask('next');
    controller.abort();
    await expect(aborted).rejects.toThrow();
    queue.pace.leave(first);
    await letGo();
    expect(queue.names()).toEqual(['first', 'next']);
  });
});

describe('caps', () => {
  it('hold the requests per second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (requestsPerSecond) => {
        const queue = new Queue({ requestsPerSecond });
        for (let count = 0; count < 1_000; count += 1) void queue.ask('');
        await queue.answerFor(3_000);
        expect(queue.admitted.length).toBeLessThanOrEqual(requestsPerSecond * 3.1 + 1);
        expect(queue.admitted.length).toBeGreaterThanOrEqual(requestsPerSecond * 2.9 - 1);
      }),
      { numRuns: 5 },
    );
  });

  it('hold the MiB per second, and let those go meanwhile that move no content', async () => {
    const queue = new Queue({ mebibytesPerSecond: 8 });
    for (let count = 0; count < 20; count += 1) void queue.ask('copy', { bytes: 4 * MEBIBYTE });
    for (let count = 0; count < 20; count += 1) void queue.ask('list');
    await queue.answerFor(20);
    expect(queue.names().filter((name) => name === 'copy')).toHaveLength(1);
    expect(queue.names().filter((name) => name === 'list')).toHaveLength(20);
    await queue.answerFor(5_000);
    const copies = queue.names().filter((name) => name === 'copy').length;
    expect(copies).toBeGreaterThanOrEqual(10);
    expect(copies).toBeLessThanOrEqual(11);
  });

  it('hold the concurrency', async () => {
    const queue = new Queue({ concurrency: 3 });
    for (let count = 0; count < 9; count += 1) void queue.ask('');
    await letGo();
    expect(queue.admitted).toHaveLength(3);
    expect(queue.pace.report().concurrency).toBe(3);
  });

  it('change with the hours while requests wait', async () => {
    const windows = [
      { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1, mebibytesPerSecond: 1, concurrency: 2 },
    ];
    const queue = new Queue({ windows });
    for (let count = 0; count < 4; count += 1) void queue.ask('', { bytes: 1024 * MEBIBYTE });
    await queue.answerFor(59_000);
    expect(queue.admitted).toHaveLength(1);
    await queue.answerFor(2_000);
    expect(queue.admitted).toHaveLength(4);
    expect(queue.pace.report().concurrency).toBe(8);
  });

  it('end a wait for nothing by themselves: no timer is left when nobody waits', async () => {
    const queue = new Queue({ requestsPerSecond: 1 });
    for (let count = 0; count < 3; count += 1) void queue.ask('');
    await queue.answerFor(3_000);
    expect(queue.admitted).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Lets virtual time pass until something has come about. */
async function advanceUntil<T>(pending: Promise<T>): Promise<T> {
  let isPending = true;
  void pending.then(() => {
    isPending = false;
  });
  await letGo();
  while (isPending) await vi.advanceTimersByTimeAsync(1);
  return pending;
}
