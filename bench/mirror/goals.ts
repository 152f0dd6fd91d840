import type { Measurement, ScenarioResult } from './measurement.ts';
import { shownCount } from './scenario.ts';

/** A goal beside what was measured. */
export type Goal = {
  readonly goal: string;
  readonly figure: string;
  /** Null when it could not be judged. */
  readonly met: boolean | null;
};

/** Entries of listing pages parsed in a second of one core: by this product, and by the SDK. */
export type ListingRates = { readonly own: number; readonly sdk: number };

const MAX_REQUESTS_PER_PAGE = 2;
const UNCHANGED_TIMES_FASTER = 20;
const MAX_REQUESTS_PER_SMALL_FILE = 1.2;
const FIRST_COPY_TIMES_FASTER = 4;
const DELETIONS_TIMES_FASTER = 10;
const MAX_PEAK_MIB = 300;
const MIN_LISTED_PER_SECOND = 200_000;
const MIB = 2 ** 20;

/** The goals that were set for the scenarios that ran. What did not complete is judged by nothing. */
export function goalsOf(results: readonly ScenarioResult[], listing: ListingRates | undefined): Goal[] {
  const goals = results.flatMap((result) => GOALS[result.name]?.(result) ?? []);
  if (listing !== undefined) {
    goals.push({
      goal: `listing pages: at least ${shownCount(MIN_LISTED_PER_SECOND)} entries a second on one core`,
      figure: `${shownCount(listing.own)}; the SDK ${shownCount(listing.sdk)}`,
      met: listing.own >= MIN_LISTED_PER_SECOND,
    });
  }
  return goals;
}

const GOALS: Readonly<Record<string, (result: ScenarioResult) => Goal[]>> = {
  unchanged: (result) => [
    requestsOfMirror(result, {
      goal: `unchanged: at most ${MAX_REQUESTS_PER_PAGE} requests per directory and page`,
      per: result.prepared.listingPages,
      most: MAX_REQUESTS_PER_PAGE,
    }),
    ...timesFaster(result, 'unchanged', UNCHANGED_TIMES_FASTER),
  ],
  'first-copy': (result) => [
    requestsOfMirror(result, {
      goal: `small files: at most ${MAX_REQUESTS_PER_SMALL_FILE} requests each`,
      per: result.prepared.files,
      most: MAX_REQUESTS_PER_SMALL_FILE,
    }),
    ...timesFaster(result, 'small files per second', FIRST_COPY_TIMES_FASTER),
  ],
  deletions: (result) => timesFaster(result, 'deletions', DELETIONS_TIMES_FASTER),
  'million-unchanged': memory,
  'million-first-copy': memory,
};

function requestsOfMirror(
  { sharepair }: ScenarioResult,
  { goal, per, most }: { readonly goal: string; readonly per: number; readonly most: number },
): Goal {
  const { mirror, complete } = sharepair;
  if (mirror === null || !complete) return notMeasured(goal);
  const each = mirror.entryRequests / per;
  const figure = `${each.toFixed(3)}, and ${shownCount(mirror.ownRequests)} of the run's own`;
  return { goal, figure, met: each <= most };
}

/** By the mirror alone, which does what AzCopy does, and by the whole backup with its proof. */
function timesFaster({ azCopy, sharepair }: ScenarioResult, what: string, least: number): Goal[] {
  const goal = `${what}: ${least} times AzCopy, `;
  const seconds = 'unavailable' in azCopy || !azCopy.complete ? undefined : azCopy.seconds;
  return [
    faster(`${goal}by the mirror`, seconds, sharepair, sharepair.mirror?.seconds, least),
    faster(`${goal}by the whole backup`, seconds, sharepair, sharepair.seconds, least),
  ];
}

function faster(
  goal: string,
  azCopySeconds: number | undefined,
  { complete }: Measurement,
  seconds: number | undefined,
  least: number,
): Goal {
  if (azCopySeconds === undefined || seconds === undefined || !complete) return notMeasured(goal);
  const times = azCopySeconds / seconds;
  return { goal, figure: `${times.toFixed(1)} times`, met: times >= least };
}

function memory({ title, sharepair }: ScenarioResult): Goal[] {
  const goal = `${title}: at most ${MAX_PEAK_MIB} MiB`;
  if (sharepair.peakBytes === null || !sharepair.complete) return [notMeasured(goal)];
  const mebibytes = sharepair.peakBytes / MIB;
  return [{ goal, figure: `${shownCount(mebibytes)} MiB`, met: mebibytes <= MAX_PEAK_MIB }];
}

function notMeasured(goal: string): Goal {
  return { goal, figure: 'not measured', met: null };
}
