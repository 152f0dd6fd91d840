import type { Actor } from './actor.ts';
import type { GatedRequest } from './gate.ts';

/** Lets actors send one request at a time, in an order that was chosen beforehand. */
export class Turns {
  /** What was carried out, in its order, and by which of the actors. */
  readonly carriedOut: { readonly actor: number; readonly request: GatedRequest }[] = [];
  readonly #order: readonly number[];
  readonly #waiting: (() => void)[][];
  readonly #hasEnded: boolean[];
  #turn = 0;
  #isUnderWay = false;

  /** @param order whose turn it is, again and again; whoever has ended is passed over */
  constructor(actors: readonly Actor[], order: readonly number[]) {
    this.#order = order.length === 0 ? [0] : order;
    this.#waiting = actors.map(() => []);
    this.#hasEnded = actors.map(() => false);
    actors.forEach(({ gate }, actor) => {
      gate.keeper = (request, side) => {
        if (side === 'before') return new Promise<void>((resolve) => this.#wait(actor, resolve));
        this.carriedOut.push({ actor, request });
        this.#isUnderWay = false;
        // The answer is read, and the next request sent, in later turns of the event loop.
        setImmediate(() => this.#next());
        return undefined;
      };
    });
  }

  /** Tells that an actor sends nothing more. */
  end(actor: number): void {
    this.#hasEnded[actor] = true;
    this.#next();
  }

  #wait(actor: number, go: () => void): void {
    this.#waiting[actor]?.push(go);
    this.#next();
  }

  /** Goes on only when everybody who has not ended has something to send, so that chance decides nothing. */
  #next(): void {
    if (this.#isUnderWay) return;
    const isReady = this.#waiting.every((queue, actor) => queue.length > 0 || this.#hasEnded[actor] === true);
    if (!isReady) return;
    const chosen = (this.#order[this.#turn % this.#order.length] ?? 0) % this.#waiting.length;
    this.#turn += 1;
    const queue =
      this.#waiting[chosen]?.length === 0
        ? this.#waiting.find(({ length }) => length > 0)
        : this.#waiting[chosen];
    const go = queue?.shift();
    if (go === undefined) return;
    this.#isUnderWay = true;
    go();
  }
}
