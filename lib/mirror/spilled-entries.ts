import type { Entry } from '../files/entry.ts';
import { foldName } from '../files/paths.ts';
import type { EntryPair } from './pair-entries.ts';
import { type SpilledPart, SpillFile } from './spill-file.ts';
import { UnpairedEntries } from './unpaired-entries.ts';

const BUCKETS = 64;
/** Names that fall together as often as this are the same name in many spellings, which no hash tells apart. */
const DEEPEST = 4;

/** A part of what was spilled in which an entry and its counterpart are sure to be together. */
interface Bucket {
  readonly parts: SpilledPart[];
  count: number;
}

/**
 * Unmatched entries that memory has no place for, in a temporary file, by a hash of their folded names: what is
 * to pair is in one bucket, and only one bucket at a time is in memory (a Grace hash join).
 */
export class SpilledEntries {
  readonly #limit: number;
  #file: SpillFile | undefined;
  #buckets: readonly Bucket[] = emptyBuckets();

  /** `limit` is how many entries may be in memory. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#file === undefined;
  }

  async add(entries: UnpairedEntries): Promise<void> {
    this.#file ??= await SpillFile.create();
    await distribute(this.#file, entries, this.#buckets, 0);
  }

  /** Every spilled entry in one pair. */
  async *pairs(): AsyncGenerator<EntryPair> {
    for (const bucket of this.#buckets) yield* this.#pairsOf(bucket, 0);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async *#pairsOf(bucket: Bucket, depth: number): AsyncGenerator<EntryPair> {
    if (bucket.count <= this.#limit || depth === DEEPEST) {
      const entries = new UnpairedEntries();
      for await (const part of this.#read(bucket)) addAll(entries, part);
      yield* entries.pairs();
      return;
    }
    for (const smaller of await this.#split(bucket, depth + 1)) yield* this.#pairsOf(smaller, depth + 1);
  }

  async #split(bucket: Bucket, depth: number): Promise<readonly Bucket[]> {
    if (this.#file === undefined) return [];
    const buckets = emptyBuckets();
    let entries = new UnpairedEntries();
    for await (const part of this.#read(bucket)) {
      addAll(entries, part);
      if (entries.count < this.#limit) continue;
      await distribute(this.#file, entries, buckets, depth);
      entries = new UnpairedEntries();
    }
    await distribute(this.#file, entries, buckets, depth);
    return buckets;
  }

  async *#read(bucket: Bucket): AsyncGenerator<SpilledSides> {
    for (const part of bucket.parts)
      if (this.#file !== undefined) yield await this.#file.read<SpilledSides>(part);
  }
}

interface SpilledSides {
  readonly source: Entry[];
  readonly target: Entry[];
}

async function distribute(
  file: SpillFile,
  entries: UnpairedEntries,
  buckets: readonly Bucket[],
  depth: number,
): Promise<void> {
  const shares: SpilledSides[] = buckets.map(() => ({ source: [], target: [] }));
  for (const side of ['source', 'target'] as const) {
    for (const entry of entries[side].values()) shares[bucketOf(entry.name, depth)]?.[side].push(entry);
  }
  for (const [index, bucket] of buckets.entries()) {
    const share = shares[index];
    if (share === undefined || share.source.length + share.target.length === 0) continue;
    bucket.parts.push(await file.append(share));
    bucket.count += share.source.length + share.target.length;
  }
}

/** FNV-1a over the folded name, seeded by the depth so that every split is another one. */
function bucketOf(name: string, depth: number): number {
  const folded = foldName(name);
  let hash = 0x811c9dc5 ^ Math.imul(depth, 0x9e3779b1);
  for (let at = 0; at < folded.length; at += 1) hash = Math.imul(hash ^ folded.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % BUCKETS;
}

function addAll(entries: UnpairedEntries, part: SpilledSides): void {
  for (const entry of part.source) entries.source.set(entry.name, entry);
  for (const entry of part.target) entries.target.set(entry.name, entry);
}

function emptyBuckets(): readonly Bucket[] {
  return Array.from({ length: BUCKETS }, () => ({ parts: [], count: 0 }));
}
