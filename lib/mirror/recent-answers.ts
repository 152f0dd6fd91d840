/**
 * Answers to questions that cost a request, the most recently used of them in memory. Who asks while the same
 * question is being asked waits for that answer; a failure is asked again the next time.
 */
export class RecentAnswers<T> {
  readonly #asking = new Map<string, Promise<T>>();
  /** The most recently used last. */
  readonly #known = new Map<string, T>();
  readonly #limit: number;
  readonly #sizeOf: (answer: T) => number;
  readonly #sizeLimit: number;
  #size = 0;

  /** At most `limit` answers are kept, and of the size that `sizeOf` tells at most `sizeLimit` in all. */
  constructor(limit: number, sizeOf: (answer: T) => number = () => 0, sizeLimit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
    this.#sizeLimit = sizeLimit;
  }

  async get(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(question);
    if (known !== undefined) {
      this.#known.delete(question);
      this.#known.set(question, known);
      return known;
    }
    const asking = this.#asking.get(question) ?? this.#ask(question, ask);
    return asking;
  }

  #ask(question: string, ask: () => Promise<T>): Promise<T> {
    const asking = ask()
      .then((answer) => {
        this.#keep(question, answer);
        return answer;
      })
      .finally(() => this.#asking.delete(question));
    this.#asking.set(question, asking);
    return asking;
  }

  #keep(question: string, answer: T): void {
    this.#known.set(question, answer);
    this.#size += this.#sizeOf(answer);
    for (const [oldest, forgotten] of this.#known) {
      if (this.#known.size <= this.#limit && this.#size <= this.#sizeLimit) return;
      this.#known.delete(oldest);
      this.#size -= this.#sizeOf(forgotten);
    }
  }
}
