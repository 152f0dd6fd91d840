import type { Entry } from '../files/entry.ts';
import { foldName } from '../files/paths.ts';
import type { EntryPair } from './pair-entries.ts';

/** Entries of both sides of a directory, by their names. */
export class UnpairedEntries {
  readonly source = new Map<string, Entry>();
  readonly target = new Map<string, Entry>();

  get count(): number {
    return this.source.size + this.target.size;
  }

  /** Every entry in one pair: equal names first, then what is left by folded name, then those without a source. */
  *pairs(): Generator<EntryPair> {
    yield* this.#equalNames();
    const targets = byFoldedName(this.target.values());
    const respelled = new Map<string, Entry[]>();
    for (const source of this.source.values()) {
      const folded = foldName(source.name);
      if (targets.has(folded)) addTo(respelled, folded, source);
      else yield { source, target: undefined };
    }
    // Which of several spellings becomes which must not depend on how the pages came.
    for (const [folded, sources] of respelled) {
      const spellings = targets.get(folded)?.sort(byName) ?? [];
      for (const source of sources.sort(byName)) yield { source, target: spellings.shift() };
    }
    for (const spare of targets.values()) for (const target of spare) yield { source: undefined, target };
  }

  *#equalNames(): Generator<EntryPair> {
    for (const [name, source] of this.source) {
      const target = this.target.get(name);
      if (target === undefined) continue;
      this.source.delete(name);
      this.target.delete(name);
      yield { source, target };
    }
  }
}

function byFoldedName(entries: Iterable<Entry>): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) addTo(groups, foldName(entry.name), entry);
  return groups;
}

function addTo(groups: Map<string, Entry[]>, key: string, entry: Entry): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [entry]);
  else group.push(entry);
}

function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : 1;
}
