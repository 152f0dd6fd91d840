import type { Entry } from '../files/entry.ts';
import { childPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { type Limiter, TaskGroup } from '../limiter.ts';
import type { ChangeHandler } from './change.ts';
import { type Decision, decide } from './decide.ts';
import type { Failures } from './failures.ts';
import { ListingFailure, noPages, pagesOf } from './listing.ts';
import { type EntryPair, pairEntries } from './pair-entries.ts';
import type { PermissionMap } from './permission-map.ts';
import type { Progress } from './progress.ts';
import type { Removals } from './removals.ts';
import { TransferStopped } from './transfer-file.ts';

/** Tells whether the bytes of a file whose listing leaves it in doubt have really changed. */
export type ContentMoved = (path: SharePath, source: Entry, target: Entry) => Promise<boolean>;

/** Tells whether metadata or content headers, which no listing shows, differ though the listings are equal. */
export type MetadataDiffers = (path: SharePath, source: Entry) => Promise<boolean>;

/** Tells whether a target file that looks equal was really written to its end. */
export type IsFinished = (path: SharePath, target: Entry) => Promise<boolean>;

export interface WalkContext {
  readonly source: ShareReader;
  readonly target: ShareReader;
  readonly permissions: PermissionMap;
  readonly changes: ChangeHandler;
  readonly contentMoved: ContentMoved;
  readonly metadataDiffers: MetadataDiffers;
  readonly isFinished: IsFinished;
  readonly removals: Removals;
  readonly failures: Failures;
  readonly progress: Progress;
  /** Files worked on at once. */
  readonly files: Limiter;
  /** Directories walked at once, besides the one that every walk has. */
  readonly branches: Limiter;
  /** Asks the walk to stop soon and say where it is. */
  readonly stop: AbortSignal;
}

/**
 * Where a walk stopped: the directory names from the root down to the first directory that is not
 * finished, in the order in which a walk takes them. Undefined once everything is.
 */
export type Cursor = readonly string[];

/**
 * Walks both trees at once, directory by directory, and hands on every change but removals, which it
 * only takes down: nothing may be deleted before the whole source has been listed without an error.
 * Properties of a directory come after its children, the root directory's last of all.
 */
export async function walk(context: WalkContext, resumeAt: Cursor = []): Promise<Cursor | undefined> {
  const [source, target] = await Promise.all([context.source.directory(''), context.target.directory('')]);
  // An error that no entry accounts for ends the walk, on all of its branches.
  const broken = new AbortController();
  const stop = AbortSignal.any([context.stop, broken.signal]);
  return walkDirectory(
    { ...context, stop, broken },
    '',
    { source: source.entry, target: target.entry },
    resumeAt,
  );
}

export interface BranchContext extends WalkContext {
  /** Stops all branches when one of them breaks. */
  readonly broken: AbortController;
}

/** Walks one directory that the target has (`pair.target`) or is to get. */
export async function walkDirectory(
  context: BranchContext,
  path: SharePath,
  pair: { readonly source: Entry; readonly target: Entry | undefined },
  resumeAt: Cursor = [],
): Promise<Cursor | undefined> {
  // Where a walk that was carried on is stopped before it is back where it was, its place is kept.
  if (context.stop.aborted) return resumeAt;
  context.progress.directory = path;
  if (path !== '') countEntry(context, pair.source);
  if (
    pair.target === undefined &&
    !(await attempt(context, path, () => create(context, path, pair.source)))
  ) {
    return undefined;
  }
  const directory = new DirectoryWalk(context, path);
  const listed = await directory.compareFiles(pair.target !== undefined);
  if (listed === 'stopped') return resumeAt;
  if (listed === 'failed') return undefined;
  const unfinished = await directory.walkSubdirectories(resumeAt);
  if (unfinished !== undefined) return unfinished;
  await stampDirectory(context, path, pair, directory.touched);
  return undefined;
}

class DirectoryWalk {
  /** Whether something was created, copied or renamed right here, which moves the directory's own times. */
  touched = false;
  readonly #subdirectories: { readonly source: Entry; readonly target: Entry | undefined }[] = [];
  readonly #context: BranchContext;
  readonly #path: SharePath;

  constructor(context: BranchContext, path: SharePath) {
    this.#context = context;
    this.#path = path;
  }

  async compareFiles(targetExists: boolean): Promise<'listed' | 'stopped' | 'failed'> {
    const { source, target, stop, files, removals } = this.#context;
    removals.begin(this.#path);
    const group = new TaskGroup(files);
    try {
      const targetPages = targetExists ? pagesOf(target, this.#path, 'target') : noPages();
      for await (const pair of pairEntries(pagesOf(source, this.#path, 'source'), targetPages)) {
        if (stop.aborted) return 'stopped';
        await this.#take(pair, group);
      }
      await group.settled();
      return stop.aborted ? 'stopped' : 'listed';
    } catch (error) {
      if (!(error instanceof ListingFailure)) throw error;
      if (error.side === 'source') this.#context.failures.sourceListingFailed = true;
      this.#context.failures.add(this.#path, error.cause);
      return 'failed';
    } finally {
      await group.settled();
    }
  }

  /** Walks the children in the order of their names, as many at once as there are free branches. */
  async walkSubdirectories(resumeAt: Cursor): Promise<Cursor | undefined> {
    const { branches } = this.#context;
    const ordered = this.#subdirectories.sort((a, b) => (a.source.name < b.source.name ? -1 : 1));
    const [resumeName, ...resumeBelow] = resumeAt;
    const running: Promise<void>[] = [];
    let first: { readonly index: number; readonly cursor: Cursor } | undefined;
    const walkChild = async (index: number, pair: (typeof ordered)[number]): Promise<void> => {
      const { name } = pair.source;
      const below = name === resumeName ? resumeBelow : [];
      const cursor = await walkDirectory(this.#context, childPath(this.#path, name), pair, below);
      if (cursor !== undefined && (first === undefined || index < first.index)) {
        first = { index, cursor: [name, ...cursor] };
      }
    };
    for (const [index, pair] of ordered.entries()) {
      if (resumeName !== undefined && pair.source.name < resumeName) continue;
      if (first !== undefined) break;
      if (pair.target === undefined) this.touched = true;
      const isBranch = branches.tryEnter();
      const walked = walkChild(index, pair)
        .catch((error: unknown) => {
          this.#context.broken.abort();
          throw error;
        })
        .finally(() => isBranch && branches.leave());
      running.push(walked);
      if (!isBranch) await Promise.allSettled([walked]);
    }
    // Every branch has ended before an error leaves, so that none goes on writing after the lock is given back.
    await Promise.allSettled(running);
    await Promise.all(running);
    return first?.cursor;
  }

  async #take(pair: EntryPair, group: TaskGroup): Promise<void> {
    const { source, target } = pair;
    if (source === undefined || (target !== undefined && source.kind !== target.kind)) {
      if (target !== undefined) await this.#takeDown(target, source);
      return;
    }
    if (source.kind === 'directory') {
      const renamed = target === undefined || (await this.#respell(source, target));
      if (renamed) this.#subdirectories.push({ source, target });
      return;
    }
    countEntry(this.#context, source);
    const path = childPath(this.#path, source.name);
    await group.start(async () => {
      await attempt(this.#context, path, () => this.#compareFile(path, source, target));
    });
  }

  async #compareFile(path: SharePath, source: Entry, target: Entry | undefined): Promise<void> {
    const { changes } = this.#context;
    if (target !== undefined && !(await this.#respell(source, target))) return;
    const decision = target === undefined ? 'content' : await decideFile(this.#context, path, source, target);
    if (decision === 'equal') return;
    if (decision === 'properties') return changes.handle({ kind: 'set-properties', path, source, target });
    this.touched = true;
    await changes.handle({ kind: 'copy-file', path, source, target });
  }

  /** Notes what has to go; where it cannot be counted, it is a failure of that entry and stays. */
  async #takeDown(target: Entry, source: Entry | undefined): Promise<void> {
    // A directory in its place is counted when it is walked.
    if (source?.kind === 'file') countEntry(this.#context, source);
    const path = childPath(this.#path, target.name);
    await attempt(this.#context, path, () => this.#context.removals.add(this.#path, target, source));
  }

  /** Gives a target entry the source's spelling of its name. False where that failed. */
  async #respell(source: Entry, target: Entry): Promise<boolean> {
    if (source.name === target.name) return true;
    this.touched = true;
    const path = childPath(this.#path, source.name);
    const from = childPath(this.#path, target.name);
    return attempt(this.#context, path, () =>
      this.#context.changes.handle({ kind: 'rename', path, from, source, target }),
    );
  }
}

async function decideFile(
  context: WalkContext,
  path: SharePath,
  source: Entry,
  target: Entry,
): Promise<Exclude<Decision, 'content-in-doubt'>> {
  const decision = await compare(context, source, target);
  if (decision === 'content') return 'content';
  if (!(await context.isFinished(path, target))) return 'content';
  if (decision === 'content-in-doubt') {
    return (await context.contentMoved(path, source, target)) ? 'content' : 'properties';
  }
  if (decision === 'properties') return 'properties';
  return (await context.metadataDiffers(path, source)) ? 'properties' : 'equal';
}

async function compare(context: WalkContext, source: Entry, target: Entry): Promise<Decision> {
  return decide(source, target, await context.permissions.equal(source.permissionKey, target.permissionKey));
}

function create(context: WalkContext, path: SharePath, source: Entry): Promise<void> {
  return context.changes.handle({ kind: 'create-directory', path, source });
}

/** Brings a directory's own properties into line, after everything below it is done. */
export async function stampDirectory(
  context: WalkContext,
  path: SharePath,
  pair: { readonly source: Entry; readonly target: Entry | undefined },
  touched: boolean,
): Promise<void> {
  const { source, target } = pair;
  await attempt(context, path, async () => {
    const differs =
      target === undefined ||
      (await compare(context, source, target)) !== 'equal' ||
      (await context.metadataDiffers(path, source));
    if (differs) await context.changes.handle({ kind: 'set-properties', path, source, target });
    // What the listing said of it was true before its children changed.
    else if (touched)
      await context.changes.handle({ kind: 'set-properties', path, source, target: undefined });
  });
}

/** Runs one piece of work on an entry; a failure is written down and the rest of the walk goes on. */
export async function attempt(
  context: WalkContext,
  path: SharePath,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof TransferStopped)) context.failures.add(path, error);
    return false;
  }
}

function countEntry(context: WalkContext, entry: Entry): void {
  context.progress.entries += 1;
  context.progress.bytes += entry.size;
}
