import { type ContentSample, nextSample } from '../mirror/content-sample.ts';
import { type EntryFilter, entryFilter } from '../mirror/entry-filter.ts';
import { type FilterRules, filterDigest, filterRules } from '../mirror/filter-rules.ts';
import type { RunBases } from './run-bases.ts';
import type { RunScope } from './run-scope.ts';

/** What of the source a run takes part in. */
export interface RunSelection {
  readonly rules: FilterRules;
  /** SHA-256 of the rules. */
  readonly digest: string;
  readonly filter: EntryFilter;
  /** Which of the files have their bytes compared; undefined for none. */
  readonly sample: ContentSample | undefined;
}

/** By the job as it is configured now, with ages counted from when the run first began. */
export function selectionOf({ job, startedAt }: RunScope, { lastSample }: RunBases): RunSelection {
  const rules = filterRules(job.filters, startedAt);
  const { compare } = job;
  return {
    rules,
    digest: filterDigest(rules),
    filter: entryFilter(rules),
    sample: compare.mode === 'content' ? nextSample(compare.percent, lastSample) : undefined,
  };
}
