import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { ManagementLimits } from '../../../emulator/resource-manager/management-limits.ts';
import { failureOf, GROUP, managementClient, rawRequest, SHARES, VERSION } from './management-client.ts';

/** How many of `count` requests at one instant are let through. */
function admitted(limits: ManagementLimits, kind: 'read' | 'list' | 'write', count: number): number {
  let through = 0;
  for (let request = 0; request < count; request++) {
    try {
      limits.admit(kind);
      through++;
    } catch {
      // Refused.
    }
  }
  return through;
}

describe('the limits of the storage resource provider', () => {
  it('are those that are documented', () => {
    let now = 0;
    const limits = new ManagementLimits(() => now, true);
    expect(admitted(limits, 'write', 20)).toBe(10);
    expect(admitted(limits, 'read', 1000)).toBe(800);
    expect(admitted(limits, 'list', 200)).toBe(100);
    now += 1000;
    expect(admitted(limits, 'write', 20)).toBe(10);
    now += 298_000;
    expect(admitted(limits, 'list', 1)).toBe(0);
    now += 1000;
    expect(admitted(limits, 'list', 200)).toBe(100);
    expect(admitted(limits, 'read', 1000)).toBe(800);
  });

  it('never let through more than 1,200 writes in an hour, nor 10 at once', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 30 })), {
      maxLength: 400,
      minLength: 100,
    });
    fc.assert(
      fc.property(steps, (moves) => {
        let now = 0;
        const limits = new ManagementLimits(() => now, true);
        let inHour = 0;
        for (const [wait, requests] of moves) {
          now += wait;
          if (now >= 3_600_000) break;
          const through = admitted(limits, 'write', requests);
          expect(through).toBeLessThanOrEqual(10);
          inHour += through;
        }
        expect(inHour).toBeLessThanOrEqual(1200);
      }),
      { numRuns: 30 },
    );
  });

  it('reach 1,200 writes in an hour and no more', () => {
    let now = 0;
    const limits = new ManagementLimits(() => now, true);
    let through = 0;
    for (let second = 0; second < 200; second++, now += 1000) through += admitted(limits, 'write', 10);
    expect(through).toBe(1200);
    now = 3_600_000;
    expect(admitted(limits, 'write', 20)).toBe(10);
  });

  it('end with a clock that is set back', () => {
    let now = 1_000_000;
    const limits = new ManagementLimits(() => now, true);
    admitted(limits, 'list', 200);
    now = 0;
    expect(admitted(limits, 'list', 1)).toBe(1);
  });
});

describe('throttling of Resource Manager', () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ https: true });
    emulator.state.clock.freeze();
  });
  afterEach(() => emulator.close());

  const lists = async (count: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let request = 0; request < count; request++) {
      statuses.push((await rawRequest(emulator, `${SHARES}?${VERSION}`)).status);
    }
    return statuses;
  };

  it('is off unless asked for', async () => {
    expect(new Set(await lists(110))).toEqual(new Set([200]));
  });

  it('refuses with 429 and says when to come again', async () => {
    const client = await managementClient(emulator);
    const turnedOn = await fetch(`${emulator.control}throttling`, {
      method: 'POST',
      body: JSON.stringify({ enabled: true }),
    });
    expect(await turnedOn.json()).toEqual({ enabled: true });
    expect(new Set(await lists(100))).toEqual(new Set([200]));
    emulator.state.clock.advance(120_500);
    const refused = await rawRequest(emulator, `${SHARES}?${VERSION}`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('180');
    expect(JSON.parse(refused.text).error).toEqual({
      code: 'TooManyRequests',
      message:
        'The request is being throttled as the limit has been reached for operation type - List_ObservationWindow_00:05:00. For more information, see - https://aka.ms/srpthrottlinglimits',
    });
    expect(await failureOf(client.storageAccounts.getProperties(GROUP, 'source'))).toBe('succeeded');
    emulator.state.clock.advance(180_000);
    expect(await lists(1)).toEqual([200]);
  });

  it('holds writes to ten a second and counts nothing for those that it refuses', async () => {
    emulator.managementLimits.throttling = true;
    const client = await managementClient(emulator);
    await client.fileShares.create(GROUP, 'source', 'finance', {});
    const statuses: string[] = [];
    for (let request = 0; request < 12; request++) {
      statuses.push(await failureOf(client.fileShares.update(GROUP, 'source', 'finance', { shareQuota: 5 })));
    }
    expect(statuses.filter((status) => status === 'succeeded')).toHaveLength(9);
    expect(statuses.at(-1)).toBe('429 TooManyRequests');
    emulator.state.clock.advance(1000);
    expect(await failureOf(client.fileShares.update(GROUP, 'source', 'finance', { shareQuota: 6 }))).toBe(
      'succeeded',
    );
  });

  it('tells how many reads, writes and deletes are left', async () => {
    const remaining = async (method: string, kind: string) => {
      const answer = await rawRequest(emulator, `${SHARES}/finance?${VERSION}`, {
        method,
        ...(method === 'PUT' ? { body: {} } : {}),
      });
      return Number(answer.headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`));
    };
    expect([await remaining('PUT', 'writes'), await remaining('PUT', 'writes')]).toEqual([1199, 1198]);
    expect([await remaining('GET', 'reads'), await remaining('GET', 'reads')]).toEqual([11_999, 11_998]);
    expect(await remaining('DELETE', 'deletes')).toBe(14_999);
    emulator.state.clock.advance(3_600_000);
    expect(await remaining('GET', 'reads')).toBe(11_999);
  });
});
