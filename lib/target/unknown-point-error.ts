/** Whether there is a recovery point of this id cannot be told. */
export class UnseenPointError extends Error {
  constructor(point: string, job: string, reasons: readonly string[]) {
    super(`recovery point "${point}" of job "${job}" cannot be seen: ${reasons.join('; ')}`);
    this.name = 'UnseenPointError';
  }
}

/** There is no recovery point of this id. */
export class UnknownPointError extends Error {
  constructor(point: string, job: string, known: readonly string[]) {
    super(`job "${job}" has no recovery point "${point}"; it has ${known.join(', ') || 'none'}`);
    this.name = 'UnknownPointError';
  }
}
