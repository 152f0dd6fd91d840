import { childPath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { type Cursor, compareCursors, spineOf, type WalkPart } from './cursor.ts';
import { type EntryFilter, EVERYTHING } from './entry-filter.ts';
import { pagesOf } from './listing.ts';
import { addFailures, FRESH_MIRROR, type MirrorState } from './mirror-state.ts';
import { joinMoves } from './moves.ts';
import { joinRemovals } from './removals.ts';

/** Listings that looking for places to split may cost. */
const MOST_LISTINGS = 200;
/** Directories known for each part before a split is good enough. */
const DIRECTORIES_PER_PART = 16;

/**
 * Cuts a mirror that has not begun into at most `parts` states, for disjoint stretches of the share, which
 * may be carried on at the same time on several machines under one lock. Once each has ended as `part`,
 * {@link joinMirrors} makes one state of theirs.
 */
export async function splitMirror(
  source: ShareReader,
  parts: number,
  filter: EntryFilter = EVERYTHING,
): Promise<readonly MirrorState[]> {
  const known = await firstDirectories(source, parts * DIRECTORIES_PER_PART, filter);
  const ends: Cursor[] = [];
  for (let part = 1; part < parts; part += 1) {
    const end = known[Math.floor((known.length * part) / parts)];
    if (end !== undefined && end.length > 0 && ends.at(-1) !== end) ends.push(end);
  }
  return [[], ...ends].map((from, index) => {
    const part: WalkPart = { from, until: ends[index] };
    return { ...FRESH_MIRROR, part, cursor: from };
  });
}

/** The state from which a mirror goes on after all of its parts are walked. */
export function joinMirrors(states: readonly MirrorState[]): MirrorState {
  const joined: { -readonly [Key in keyof MirrorState]: MirrorState[Key] } = {
    ...FRESH_MIRROR,
    phase: 'settle',
    spine: [...new Set(states.flatMap(({ part }) => [...spineOf(part)]))],
  };
  for (const state of states) {
    joined.moves = joinMoves(joined.moves, state.moves);
    joined.removals = joinRemovals(joined.removals, state.removals);
    joined.overwrites += state.overwrites;
    // What a part held back was held in its own memory.
    joined.hasHeldBack ||= state.hasHeldBack || state.overwrites > 0;
    joined.failures = addFailures(joined.failures, state.failures);
    joined.sourceListingFailed ||= state.sourceListingFailed;
  }
  return joined;
}

/** The directories next to the root that are walked, level by level, in the order of a walk. */
async function firstDirectories(
  source: ShareReader,
  enough: number,
  filter: EntryFilter,
): Promise<readonly Cursor[]> {
  const known: Cursor[] = [[]];
  let level: Cursor[] = [[]];
  let listings = 0;
  while (level.length > 0 && known.length < enough) {
    const next: Cursor[] = [];
    for (const directory of level) {
      const path = directory.reduce(childPath, '');
      const here = filter.within(path);
      for await (const page of pagesOf(source, path, 'source')) {
        listings += 1;
        for (const entry of page.entries) {
          if (entry.kind === 'directory' && here.includes(entry)) next.push([...directory, entry.name]);
        }
        if (listings >= MOST_LISTINGS || next.length >= enough * 10) return sorted([...known, ...next]);
      }
    }
    known.push(...next);
    level = next;
  }
  return sorted(known);
}

function sorted(cursors: Cursor[]): Cursor[] {
  return cursors.sort(compareCursors);
}
