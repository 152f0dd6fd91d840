/** Milliseconds that an action takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** The median of so many runs, in milliseconds. */
export async function medianOf(runs: number, action: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(action));
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}
