import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import { FencedError } from '../../../lib/azure/storage-account.ts';
import { ensureSnapshot } from '../../../lib/snapshots/ensure-snapshot.ts';
import { type SnapshotTags, tagsToMetadata } from '../../../lib/snapshots/tags.ts';
import { type CreateOutcome, MemorySnapshotStore } from '../../support/memory-snapshot-store.ts';

const TAGS: SnapshotTags = {
  job: 'finance',
  run: '20261121T053000Z-7f3a',
  role: 'source',
  counterpart: 'dracct/finance-copy',
  version: '1.0.0',
};
const FOREIGN = { AzureBackupProtected: 'true' };
const OPTIONS = { retries: 3, retryDelayMs: 0 };

describe('the snapshot of a run', () => {
  it('is made once, and found again afterwards', async () => {
    const store = new MemorySnapshotStore();
    store.plant(FOREIGN);
    store.plant(tagsToMetadata({ ...TAGS, run: '20261120T053000Z-1111' }));
    const id = await ensureSnapshot(store, TAGS, OPTIONS);
    expect(await ensureSnapshot(store, TAGS, OPTIONS)).toBe(id);
    expect(await ensureSnapshot(store, { ...TAGS, version: '2.0.0', entries: 7 }, OPTIONS)).toBe(id);
    expect(store.creations).toBe(1);
    expect(store.snapshots).toHaveLength(3);
  });

  it('is the one that a request made whose answer was lost', async () => {
    const store = new MemorySnapshotStore(['lost']);
    const id = await ensureSnapshot(store, TAGS, OPTIONS);
    expect(store.snapshots.map((snapshot) => snapshot.id)).toEqual([id]);
    expect(store.creations).toBe(1);
  });

  it('is the older of two when the first came late, and the younger is deleted', async () => {
    const store = new MemorySnapshotStore(['late']);
    const id = await ensureSnapshot(store, TAGS, OPTIONS);
    expect(store.creations).toBe(2);
    expect(store.snapshots.map((snapshot) => snapshot.id)).toEqual([id]);
    expect(id).toMatch(/0000001Z$/);
  });

  it('is kept with its twin where that is leased', async () => {
    const store = new MemorySnapshotStore();
    const older = store.plant(tagsToMetadata(TAGS));
    const pinned = store.plant(tagsToMetadata(TAGS), true);
    expect(await ensureSnapshot(store, TAGS, OPTIONS)).toBe(older.id);
    expect(store.snapshots).toEqual([older, pinned]);
  });

  it('is told although its twin cannot be deleted, unless the lock was lost', async () => {
    const store = new MemorySnapshotStore();
    const older = store.plant(tagsToMetadata(TAGS));
    store.plant(tagsToMetadata(TAGS));
    const refused = vi.spyOn(store, 'delete');
    refused.mockRejectedValueOnce(
      new RequestFailedError({
        operation: 'DeleteShare',
        account: 'a',
        status: 403,
        code: 'AuthorizationFailure',
      }),
    );
    expect(await ensureSnapshot(store, TAGS, OPTIONS)).toBe(older.id);
    refused.mockRejectedValueOnce(new FencedError('the lease was lost'));
    await expect(ensureSnapshot(store, TAGS, OPTIONS)).rejects.toThrow(FencedError);
  });

  it('waits as long as the service says', async () => {
    const waits: number[] = [];
    const delay = async (milliseconds: number) => {
      waits.push(milliseconds);
    };
    const store = new MemorySnapshotStore(['lost-unmade']);
    vi.spyOn(store, 'create').mockRejectedValueOnce(throttledFor(300_000));
    await ensureSnapshot(store, TAGS, { retries: 3, retryDelayMs: 400, delay });
    expect(waits).toEqual([300_000, 800]);
  });

  it.each(['ShareSnapshotInProgress', 'SnapshotOperationRateExceeded', 'SnapshotOperationRateLimitExceeded'])(
    'is made after a conflict that passes: %s',
    async (code) => {
      const store = new MemorySnapshotStore();
      const failure = { operation: 'SnapshotShare', account: 'a', status: 409, code } as const;
      vi.spyOn(store, 'create').mockRejectedValueOnce(new RequestFailedError(failure));
      const id = await ensureSnapshot(store, TAGS, OPTIONS);
      expect(store.snapshots.map((snapshot) => snapshot.id)).toEqual([id]);
    },
  );

  it.each([
    ['the share is full', new MemorySnapshotStore(['full'])],
    ['every attempt is lost', new MemorySnapshotStore(Array<CreateOutcome>(4).fill('lost-unmade'))],
  ])('fails when %s', async (_, store) => {
    await expect(ensureSnapshot(store, TAGS, OPTIONS)).rejects.toThrow(RequestFailedError);
    expect(store.snapshots).toEqual([]);
  });

  it('fails at once when the service wants to be left alone for an hour', async () => {
    const store = new MemorySnapshotStore();
    vi.spyOn(store, 'create').mockRejectedValueOnce(throttledFor(3_600_000));
    await expect(ensureSnapshot(store, TAGS, OPTIONS)).rejects.toMatchObject({ code: 'TooManyRequests' });
  });

  it('is waited for no longer once the run is asked to stop', async () => {
    const stop = new AbortController();
    const store = new MemorySnapshotStore();
    vi.spyOn(store, 'create').mockImplementation(async () => {
      stop.abort();
      throw throttledFor(300_000);
    });
    await expect(ensureSnapshot(store, TAGS, { ...OPTIONS, signal: stop.signal })).rejects.toThrow('aborted');
  });

  it('is one and the oldest after any failures, and nothing else is touched', async () => {
    const outcome = fc.constantFrom<CreateOutcome>('made', 'lost', 'lost-unmade', 'late', 'throttled');
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 6 }), fc.nat(2), async (outcomes, planted) => {
        const store = new MemorySnapshotStore(outcomes);
        const foreign = store.plant(FOREIGN);
        const others = [...Array(planted).keys()].map((run) =>
          store.plant(tagsToMetadata({ ...TAGS, run: `r${run}` })),
        );
        const first = await ensureSnapshot(store, TAGS, { ...OPTIONS, retries: 10 });
        // What came after the last look is found by the next one.
        const again = await ensureSnapshot(store, TAGS, OPTIONS);
        expect(again <= first).toBe(true);
        const own = store.snapshots.filter(({ metadata }) => metadata.sharepair_run === TAGS.run);
        expect(own.map(({ id }) => id)).toEqual([again]);
        expect(store.snapshots).toEqual(expect.arrayContaining([foreign, ...others]));
      }),
    );
  });
});

function throttledFor(retryAfterMs: number): RequestFailedError {
  const failure = {
    operation: 'ArmSnapshotShare',
    account: 'a',
    status: 429,
    code: 'TooManyRequests',
  } as const;
  return new RequestFailedError({ ...failure, retryAfterMs });
}
