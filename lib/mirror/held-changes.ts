import { parentPath, type SharePath } from '../files/paths.ts';
import { TaskGroup } from '../limiter.ts';
import type { Change, ChangeHandler } from './change.ts';
import { attempt, type WalkContext } from './walk-context.ts';

/** Overwrites that are held back at the most; with more, the mirror walks once more to carry them out. */
const MOST_HELD = 10_000;

/**
 * Holds back every change that overwrites bytes which the target has, until the guard has seen how many there
 * are. Everything else passes: what is added overwrites nothing. Lives as long as the process that mirrors.
 *
 * A directory that has such a file gets its own properties after it, as its times move with its children.
 */
export class HeldChanges {
  /** By path, as a slice that was stopped amid a directory leaves its files to the next one. */
  readonly #overwrites = new Map<SharePath, Change>();
  readonly #stamps = new Map<SharePath, Change>();
  readonly #directories = new Set<SharePath>();
  /** Overwrites that were met and are not held, so that only another walk can carry them out. */
  #lost = 0;
  readonly #beyond: 'lose' | 'pass';

  /** A plan, in which nothing happens, has what is not held pass at once; anything else loses it. */
  constructor(beyond: 'lose' | 'pass' = 'lose') {
    this.#beyond = beyond;
  }

  /** Overwrites met, those included that are not held. */
  get count(): number {
    return this.#overwrites.size + this.#lost;
  }

  get hasLost(): boolean {
    return this.#lost > 0 && this.#beyond === 'lose';
  }

  /** Passes on to `handler` what need not be held back. */
  before(handler: ChangeHandler): ChangeHandler {
    return {
      handle: async (change) => {
        if (change.kind === 'set-properties' && this.#directories.has(change.path)) this.#holdStamp(change);
        else if (!isOverwrite(change)) await handler.handle(change);
        else if (!this.#hold(change) && this.#beyond === 'pass') await handler.handle(change);
      },
    };
  }

  /** Has what is held carried out. False where it was stopped before the last of it. */
  async release(context: Pick<WalkContext, 'changes' | 'files' | 'stop' | 'failures'>): Promise<boolean> {
    const { changes, files, stop } = context;
    for (const held of [this.#overwrites, this.#stamps]) {
      const group = new TaskGroup(files);
      for (const change of held.values()) {
        if (stop.aborted) break;
        await group.start(async () => {
          await attempt(context, change.path, () => changes.handle(change));
        });
      }
      await group.settled();
    }
    return !stop.aborted;
  }

  #hold(change: Change): boolean {
    if (this.#overwrites.size >= MOST_HELD && !this.#overwrites.has(change.path)) {
      this.#lost += 1;
      return false;
    }
    this.#overwrites.set(change.path, change);
    this.#directories.add(parentPath(change.path));
    return true;
  }

  /** Of several, the one that knows what the target was, which carries metadata over, too. */
  #holdStamp(change: Extract<Change, { kind: 'set-properties' }>): void {
    const isKnown = this.#stamps.has(change.path);
    if (!isKnown || change.target !== undefined) this.#stamps.set(change.path, change);
  }
}

/** Whether a change replaces bytes that the target has. */
function isOverwrite(change: Change): boolean {
  return change.kind === 'patch-file' || (change.kind === 'copy-file' && change.target !== undefined);
}
