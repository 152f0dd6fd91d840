import type { Entry } from '../files/entry.ts';
import { foldName } from '../files/paths.ts';
import type { Side } from './listing.ts';
import type { EntryPair } from './pair-entries.ts';
import { UnpairedEntries } from './unpaired-entries.ts';

/** The entries of two listings that no entry of the other has matched yet. */
export class UnmatchedEntries {
  #entries = new UnpairedEntries();
  /** The side whose listing has ended, and the folded names of what was unmatched of it then. */
  #ended: { readonly side: Side; readonly foldedNames: ReadonlySet<string> } | undefined;

  get count(): number {
    return this.#entries.count;
  }

  /** Pairs an entry that was listed, or keeps it where its counterpart may still come. */
  take(side: Side, entry: Entry): EntryPair | undefined {
    const others = this.#entries[otherSide(side)];
    const match = others.get(entry.name);
    if (match !== undefined) {
      others.delete(entry.name);
      return pairOf(side, entry, match);
    }
    if (this.#isAlone(side, entry.name)) return pairOf(side, entry, undefined);
    this.#entries[side].set(entry.name, entry);
    return undefined;
  }

  /** Learns that a listing has ended without an error. Gives what the other side has and this one never had. */
  *end(side: Side): Generator<EntryPair> {
    if (this.#ended !== undefined) return;
    const foldedNames = new Set<string>();
    for (const name of this.#entries[side].keys()) foldedNames.add(foldName(name));
    this.#ended = { side, foldedNames };
    const other = otherSide(side);
    for (const entry of this.#entries[other].values()) {
      if (!this.#isAlone(other, entry.name)) continue;
      this.#entries[other].delete(entry.name);
      yield pairOf(other, entry, undefined);
    }
  }

  /** Gives away what is unmatched. */
  release(): UnpairedEntries {
    const entries = this.#entries;
    this.#entries = new UnpairedEntries();
    return entries;
  }

  #isAlone(side: Side, name: string): boolean {
    if (this.#ended === undefined || this.#ended.side === side) return false;
    const { foldedNames } = this.#ended;
    return foldedNames.size === 0 || !foldedNames.has(foldName(name));
  }
}

function otherSide(side: Side): Side {
  return side === 'source' ? 'target' : 'source';
}

function pairOf(side: Side, entry: Entry, other: Entry | undefined): EntryPair {
  return side === 'source' ? { source: entry, target: other } : { source: other, target: entry };
}
