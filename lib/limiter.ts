/** Lets at most `limit` pieces of work run at once, in the order in which they asked. */
export class Limiter {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Waits for a place; the caller gives it back with {@link leave}. */
  async enter(): Promise<void> {
    if (this.tryEnter()) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Takes a place if one is free right now. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Pieces of work that belong together, run within a {@link Limiter}. */
export class TaskGroup {
  readonly #limiter: Limiter;
  readonly #running = new Set<Promise<void>>();

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /** Starts `task` once there is a place. Waits for the place, not for the task; `task` must not reject. */
  async start(task: () => Promise<void>): Promise<void> {
    await this.#limiter.enter();
    const running = task().finally(() => {
      this.#limiter.leave();
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  /** Resolves when everything started so far has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
