/** There is no recovery point of this id. */
export class UnknownPointError extends Error {
  constructor(point: string, job: string, known: readonly string[]) {
    super(`job "${job}" has no recovery point "${point}"; it has ${known.join(', ') || 'none'}`);
    this.name = 'UnknownPointError';
  }
}
