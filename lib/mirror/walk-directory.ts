import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import { TaskGroup } from '../limiter.ts';
import { compareFile } from './compare-file.ts';
import { type Cursor, type WalkPart, WHOLE_WALK } from './cursor.ts';
import { type DirectoryPair, directoryPairs, isSurplus } from './directory-pairs.ts';
import { pagesOf } from './listing.ts';
import { NameWindow } from './name-window.ts';
import type { EntryPair, Pages } from './pair-entries.ts';
import { stampDirectory } from './stamp-directory.ts';
import { attempt, type BranchContext, countEntry, inBranches, noteListingFailure } from './walk-context.ts';

/** Subdirectories of one directory that are held at once. */
const WINDOW = 10_000;

/** Walks one directory that the target has (`pair.target`) or is to get. */
export async function walkDirectory(
  context: BranchContext,
  path: SharePath,
  pair: DirectoryPair,
  part: WalkPart = WHOLE_WALK,
): Promise<Cursor | undefined> {
  // Where a walk that was carried on is stopped before it is back where it was, its place is kept.
  if (context.stop.aborted) return part.from;
  context.progress.directory = path;
  const isResumed = part.from.length > 0;
  if (path !== '' && !isResumed) countEntry(context, pair.source);
  const target = pair.target ?? (await bringDirectory(context, path, pair.source));
  if (target === 'failed') return undefined;
  const directory = new DirectoryWalk(context, path, target !== 'new');
  const unfinished = await directory.walk(part);
  if (unfinished === 'failed') return undefined;
  if (unfinished !== undefined) return unfinished;
  if (context.spine.has(path)) return undefined;
  const stamped = { source: pair.source, target: target === 'new' ? undefined : target };
  await stampDirectory(context, path, stamped, directory.touched);
  return undefined;
}

/** Moves a directory here that stood elsewhere, or creates it. */
async function bringDirectory(
  context: BranchContext,
  path: SharePath,
  source: Entry,
): Promise<Entry | 'new' | 'failed'> {
  let brought: Entry | undefined;
  const bring = async (): Promise<void> => {
    brought = await context.moves.claim(path, source);
    if (brought === undefined) await context.changes.handle({ kind: 'create-directory', path, source });
  };
  const done = await attempt(context, path, bring, 'unknown');
  return done ? (brought ?? 'new') : 'failed';
}

type SubdirectoryWindow = NameWindow<DirectoryPair>;

class DirectoryWalk {
  /** Whether something was created, copied or renamed right here, which moves the directory's own times. */
  touched = false;
  readonly #context: BranchContext;
  readonly #path: SharePath;
  readonly #targetExists: boolean;

  constructor(context: BranchContext, path: SharePath, targetExists: boolean) {
    this.#context = context;
    this.#path = path;
    this.#targetExists = targetExists;
  }

  /** First the files, then the subdirectories in the order of their names, window by window. */
  async walk(part: WalkPart): Promise<Cursor | 'failed' | undefined> {
    const [resumeName] = part.from;
    const [endName] = part.until ?? [];
    const isWanted = (name: string): boolean =>
      (resumeName === undefined || name >= resumeName) && (endName === undefined || name <= endName);
    // A walk that is to go on below has done with the files that are right here.
    let window: SubdirectoryWindow = new NameWindow(WINDOW, isWanted);
    let listed = await this.#list(window, resumeName === undefined);
    for (;;) {
      if (listed === 'stopped') return part.from;
      if (listed === 'failed') return 'failed';
      const { items: pairs, last } = window.take();
      const unfinished = await this.#walkSubdirectories(pairs, part);
      if (unfinished !== undefined || last === undefined) return unfinished;
      window = new NameWindow(WINDOW, (name) => isWanted(name) && name > last);
      listed = await this.#list(window, false);
      if (listed === 'stopped') return [last];
    }
  }

  async #list(window: SubdirectoryWindow, isFirst: boolean): Promise<'listed' | 'stopped' | 'failed'> {
    const { stop, files, removals } = this.#context;
    if (isFirst) removals.begin(this.#path);
    const group = new TaskGroup(files);
    try {
      const targetExists = this.#targetExists || !isFirst;
      const sourcePages = isFirst ? this.#watchedPages() : undefined;
      for await (const pair of directoryPairs(this.#context, this.#path, { targetExists, sourcePages })) {
        if (stop.aborted) return 'stopped';
        if (isFirst) await this.#take(pair, group, window);
        else this.#takeDirectory(pair, window);
      }
      await group.settled();
      return stop.aborted ? 'stopped' : 'listed';
    } catch (error) {
      noteListingFailure(this.#context, this.#path, error);
      return 'failed';
    } finally {
      await group.settled();
    }
  }

  #watchedPages(): Pages | undefined {
    const { mode, source, moves } = this.#context;
    const pages = pagesOf(source, this.#path, 'source');
    return mode.unchanged?.watch(pages, moves.pastPath(this.#path));
  }

  async #walkSubdirectories(pairs: readonly DirectoryPair[], part: WalkPart): Promise<Cursor | undefined> {
    const [resumeName, ...resumeBelow] = part.from;
    const [endName, ...endBelow] = part.until ?? [];
    let first: { readonly index: number; readonly cursor: Cursor } | undefined;
    const walkChild = async ([index, pair]: [number, DirectoryPair]): Promise<void> => {
      const { name } = pair.source;
      // The directory at which another part begins is that part's.
      if (name === endName && endBelow.length === 0) return;
      if (pair.target === undefined) this.touched = true;
      const cursor = await walkDirectory(this.#context, childPath(this.#path, name), pair, {
        from: name === resumeName ? resumeBelow : [],
        until: name === endName ? endBelow : undefined,
      });
      if (cursor !== undefined && (first === undefined || index < first.index)) {
        first = { index, cursor: [name, ...cursor] };
      }
    };
    await inBranches(this.#context, pairs.entries(), walkChild, () => first === undefined);
    return first?.cursor;
  }

  async #take(pair: EntryPair, group: TaskGroup, window: SubdirectoryWindow): Promise<void> {
    const { source, target } = pair;
    if (isSurplus(pair)) return this.#takeDown(pair.target, source);
    if (source === undefined) return;
    if (target !== undefined && !(await this.#respell(source, target))) return;
    const path = childPath(this.#path, source.name);
    if (await this.#isPutOff(path, source, target)) return;
    if (source.kind === 'directory') return window.add(source.name, { source, target });
    countEntry(this.#context, source);
    await group.start(async () => {
      await attempt(this.#context, path, () =>
        compareFile(this.#context, path, { source, target }, () => {
          this.touched = true;
        }),
      );
    });
  }

  /** In a listing after the first, in which everything but the subdirectories has been dealt with. */
  #takeDirectory({ source, target }: EntryPair, window: SubdirectoryWindow): void {
    if (source?.kind !== 'directory' || (target !== undefined && target.kind !== 'directory')) return;
    // A name that differs still is one that could not be changed, which is noted.
    if (target !== undefined && target.name !== source.name) return;
    if (target === undefined && this.#context.moves.defer(childPath(this.#path, source.name), source)) return;
    window.add(source.name, { source, target });
  }

  async #isPutOff(path: SharePath, source: Entry, target: Entry | undefined): Promise<boolean> {
    const { moves } = this.#context;
    if (target === undefined) return moves.defer(path, source);
    let replaced = false;
    const ask = async (): Promise<void> => {
      replaced = await moves.replaced(path, source, target);
    };
    const known = await attempt(this.#context, path, ask, source.kind === 'directory' ? 'unknown' : 'entry');
    return replaced || !known;
  }

  /** Notes what has to go; where it cannot be counted, it is a failure of that entry and stays. */
  async #takeDown(target: Entry, source: Entry | undefined): Promise<void> {
    // A directory in its place is counted when it is walked.
    if (source?.kind === 'file') countEntry(this.#context, source);
    const path = childPath(this.#path, target.name);
    const note = async (): Promise<void> => {
      await this.#context.moves.depart(path, target);
      await this.#context.removals.add(this.#path, target, source);
    };
    await attempt(this.#context, path, note, 'unknown');
  }

  /** Gives a target entry the source's spelling of its name. False where that failed. */
  async #respell(source: Entry, target: Entry): Promise<boolean> {
    if (source.name === target.name) return true;
    this.touched = true;
    const path = childPath(this.#path, source.name);
    const from = childPath(this.#path, target.name);
    return attempt(
      this.#context,
      path,
      () => this.#context.changes.handle({ kind: 'rename', path, from, source, target }),
      source.kind === 'directory' ? 'unknown' : 'entry',
    );
  }
}
