import type { ShareLimits } from './share-limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a request takes of the limits of its share and file. */
export type Use = {
  /** Path below the share, names joined by slashes; empty for the share or its root. */
  readonly path: string;
  readonly kind: 'read' | 'write' | 'metadata';
  /** Bytes of content that move. */
  readonly bytes: number;
};

/** How long a request may wait for its turn before it is refused, in milliseconds. */
const MAX_WAIT_MS = 30_000;

/** From how many files on those are forgotten that have had time to recover. */
const REMEMBERED_FILES = 10_000;

const MIB = 1024 * 1024;

type FileBuckets = {
  readonly requests: TokenBucket | undefined;
  readonly read: TokenBucket | undefined;
  readonly write: TokenBucket | undefined;
};

/** A bucket with what a request needs to be there, and what it takes. */
type Need = { readonly bucket: TokenBucket; readonly needed: number; readonly taken: number };

/** The limits of one share, and what of them is used up. */
export class LimitedShare {
  readonly limits: ShareLimits;
  readonly #requests: TokenBucket | undefined;
  readonly #burst: TokenBucket | undefined;
  readonly #metadata: TokenBucket | undefined;
  readonly #bytes: TokenBucket | undefined;
  readonly #files = new Map<string, FileBuckets>();
  #sweepAt = REMEMBERED_FILES;

  constructor(limits: ShareLimits, now: number) {
    this.limits = limits;
    this.#requests = bucket(limits.requestsPerSecond, now, limits.burstCredits);
    this.#burst = bucket(limits.burstRequestsPerSecond, now);
    this.#metadata = bucket(limits.metadataRequestsPerSecond, now);
    this.#bytes = byteBucket(limits.mibPerSecond, now);
  }

  /**
   * Takes one request out of the limits and returns the milliseconds until it may be carried out; undefined, with
   * nothing taken, when it is refused.
   */
  take(use: Use, now: number): number | undefined {
    const needs = this.#needsOf(use, now);
    let wait = 0;
    for (const need of needs) wait = Math.max(wait, need.bucket.waitFor(need.needed, now));
    if (wait > (this.limits.overload === 'wait' ? MAX_WAIT_MS : 0)) return undefined;
    for (const need of needs) need.bucket.take(need.taken, now);
    return wait;
  }

  /** Takes what became known only as the request was carried out: later requests wait for it. */
  charge(use: Use, now: number): void {
    for (const need of this.#bytesOf(use, now)) need.bucket.take(need.taken, now);
  }

  #needsOf(use: Use, now: number): Need[] {
    const file = this.#fileOf(use.path, now);
    const requests = [this.#requests, this.#burst, file?.requests];
    if (use.kind === 'metadata') requests.push(this.#metadata);
    const needs: Need[] = this.#bytesOf(use, now);
    for (const one of requests) if (one !== undefined) needs.push({ bucket: one, needed: 1, taken: 1 });
    return needs;
  }

  /** Bytes may go into debt by one request, or nothing larger than a second's worth would ever pass. */
  #bytesOf({ path, kind, bytes }: Use, now: number): Need[] {
    if (bytes === 0) return [];
    const file = this.#fileOf(path, now);
    const needs: Need[] = [];
    for (const one of [this.#bytes, kind === 'read' ? file?.read : file?.write]) {
      if (one !== undefined) needs.push({ bucket: one, needed: 1, taken: bytes });
    }
    return needs;
  }

  #fileOf(path: string, now: number): FileBuckets | undefined {
    const { fileRequestsPerSecond, fileReadMibPerSecond, fileWriteMibPerSecond } = this.limits;
    if (
      path === '' ||
      (fileRequestsPerSecond ?? fileReadMibPerSecond ?? fileWriteMibPerSecond) === undefined
    ) {
      return undefined;
    }
    const key = path.toUpperCase();
    let buckets = this.#files.get(key);
    if (buckets === undefined) {
      if (this.#files.size >= this.#sweepAt) this.#forgetRecovered(now);
      buckets = {
        requests: bucket(fileRequestsPerSecond, now),
        read: byteBucket(fileReadMibPerSecond, now),
        write: byteBucket(fileWriteMibPerSecond, now),
      };
      this.#files.set(key, buckets);
    }
    return buckets;
  }

  #forgetRecovered(now: number): void {
    for (const [key, { requests, read, write }] of this.#files) {
      if ([requests, read, write].every((one) => one === undefined || one.isFull(now)))
        this.#files.delete(key);
    }
    this.#sweepAt = Math.max(REMEMBERED_FILES, 2 * this.#files.size);
  }
}

/** One second's worth, and what was saved up besides. */
function bucket(perSecond: number | undefined, now: number, saved = 0): TokenBucket | undefined {
  return perSecond === undefined
    ? undefined
    : new TokenBucket(perSecond, Math.max(1, perSecond) + saved, now);
}

function byteBucket(mibPerSecond: number | undefined, now: number): TokenBucket | undefined {
  return bucket(mibPerSecond === undefined ? undefined : mibPerSecond * MIB, now);
}
