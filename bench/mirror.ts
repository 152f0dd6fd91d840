import { parseArguments } from './mirror/arguments.ts';
import { bench } from './mirror/bench.ts';
import { resultsPage } from './mirror/results.ts';

/**
 * Measures Sharepair and AzCopy on the same work: `npm run bench -- [NAME...] [--scale NUMBER] [--output FILE]`.
 * Results go to bench/results.md unless given.
 */
const given = process.argv.slice(2);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}
const report = await bench(parseArguments(given), {
  command: ['npm run bench', ...(given.length > 0 ? ['--', ...given] : [])].join(' '),
  say: (text) => {
    process.stderr.write(`${text}\n`);
  },
  stop: stop.signal,
});
process.stdout.write(resultsPage(report));
if (report.broken.length > 0 || stop.signal.aborted) process.exitCode = 1;
