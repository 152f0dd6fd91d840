import { createHash } from 'node:crypto';
import { z } from 'zod';
import { globFault } from '../files/path-glob.ts';
import type { ServiceTime } from '../files/times.ts';
import { cutoffTime } from '../jobs/age.ts';
import type { FilterConfiguration } from '../jobs/configuration.ts';

/**
 * The filters of one run: those of its job, with every age turned into a time, so that whoever compares the
 * run's snapshots later judges by the same rules. Serialisable; belongs into the manifest.
 */
export interface FilterRules {
  /** Globs, sorted. None include everything. */
  readonly include: readonly string[];
  /** Globs, sorted. */
  readonly exclude: readonly string[];
  /** Only files with at least one of `include`, where there are any, and none of `exclude`; sorted. */
  readonly attributes: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** Bytes of a file, both ends included; null is no limit. */
  readonly size: { readonly min: number | null; readonly max: number | null };
  /** Last-write time of a file: `from` and later, earlier than `before`; null is no limit. */
  readonly lastWrite: { readonly from: ServiceTime | null; readonly before: ServiceTime | null };
  readonly deleteExcluded: boolean;
}

/** Includes everything. */
export const NO_FILTER: FilterRules = {
  include: [],
  exclude: [],
  attributes: { include: [], exclude: [] },
  size: { min: null, max: null },
  lastWrite: { from: null, before: null },
  deleteExcluded: false,
};

/**
 * The rules of a run.
 * @param startedAt when the run began, ISO 8601; a run that is carried on keeps the time at which it first began
 */
export function filterRules(configured: FilterConfiguration | undefined, startedAt: string): FilterRules {
  if (configured === undefined) return NO_FILTER;
  const { include, exclude, attributes, size, age, deleteExcluded } = configured;
  const cutoff = (written: string | undefined) =>
    written === undefined ? null : cutoffTime(written, startedAt);
  return {
    include: sortedOnce(include),
    exclude: sortedOnce(exclude),
    attributes: { include: sortedOnce(attributes.include), exclude: sortedOnce(attributes.exclude) },
    size: { min: size.min ?? null, max: size.max ?? null },
    lastWrite: { from: cutoff(age.newerThan), before: cutoff(age.olderThan) },
    deleteExcluded,
  };
}

function sortedOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** SHA-256 of rules, in hexadecimal: equal for equal rules, in whatever order they were written. */
export function filterDigest(rules: FilterRules): string {
  const { include, exclude, attributes, size, lastWrite, deleteExcluded } = rules;
  const canonical = [
    sortedOnce(include),
    sortedOnce(exclude),
    sortedOnce(attributes.include),
    sortedOnce(attributes.exclude),
    [size.min, size.max],
    [lastWrite.from, lastWrite.before],
    deleteExcluded,
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

const globs = z.array(z.string().refine((glob) => globFault(glob) === undefined));
const names = z.array(z.string());
const bytes = z.int().min(0).nullable();
const time = z.string().nullable();

const rulesSchema = z.strictObject({
  include: globs,
  exclude: globs,
  attributes: z.strictObject({ include: names, exclude: names }),
  size: z.strictObject({ min: bytes, max: bytes }),
  lastWrite: z.strictObject({ from: time, before: time }),
  deleteExcluded: z.boolean(),
});

/**
 * Reads rules that were written down, as in a manifest. Undefined where they cannot be understood in full:
 * then nothing can be said about what the run left out.
 */
export function parseFilterRules(value: unknown): FilterRules | undefined {
  return rulesSchema.safeParse(value).data;
}
