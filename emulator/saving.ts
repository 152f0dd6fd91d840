import type { EmulatorState } from './state/index.ts';

/**
 * Writes a state to its folder: when told, and from time to time. Saves come one after the other, for each makes
 * the next generation of the folder. A process that is killed loses what came after its last save, and nothing
 * else: a save that was not finished does not count.
 */
export class Saving {
  readonly #state: EmulatorState;
  readonly #folder: string | undefined;
  #last: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #requests = 0;
  /** What `#mark` was when the state was last saved. */
  #savedMark = '';

  /** Without a folder nothing is saved. */
  constructor(state: EmulatorState, folder: string | undefined) {
    this.#state = state;
    this.#folder = folder;
    this.#savedMark = this.#mark();
  }

  get hasFolder(): boolean {
    return this.#folder !== undefined;
  }

  /** Notes that a request came in, which may have changed something. */
  noteRequest(): void {
    this.#requests++;
  }

  /** Saves the state as it is when the saves before have ended. */
  save(): Promise<void> {
    const saving = this.#last.then(() => this.#save());
    this.#last = saving.catch(() => {});
    return saving;
  }

  /** Saves whenever so many milliseconds have passed and requests came in since the last save. */
  saveEvery(milliseconds: number, onFailure: (error: unknown) => void): void {
    let isSaving = false;
    this.#timer = setInterval(() => {
      if (isSaving || this.#mark() === this.#savedMark) return;
      isSaving = true;
      this.save()
        .catch(onFailure)
        .finally(() => {
          isSaving = false;
        });
    }, milliseconds).unref();
  }

  /** Ends saving from time to time, and saves a last time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.save();
  }

  async #save(): Promise<void> {
    if (this.#folder === undefined) return;
    const mark = this.#mark();
    await this.#state.save(this.#folder);
    this.#savedMark = mark;
  }

  #mark(): string {
    return `${this.#requests} ${this.#state.clock.lastStamp}`;
  }
}
