import type {
  CompareConfiguration,
  FilterConfiguration,
  GuardConfiguration,
  GuardLimit,
  JobConfiguration,
} from './configuration.ts';
import type { WrittenJob } from './schema.ts';
import type { Environment } from './secrets.ts';
import { resolveSigningKey } from './signing-key.ts';
import { parseSize } from './size.ts';

/** A job as it was written, checked by the schema, in the form in which the rest of the product reads it. Its secrets are right. */
export function resolveJob(name: string, written: WrittenJob, environment: Environment): JobConfiguration {
  const {
    source,
    target,
    schedule,
    timeZone,
    retention,
    budget,
    filters,
    compare,
    guards,
    tolerate,
    manifest,
    rpo,
  } = written;
  return {
    name,
    source,
    target,
    ...(schedule === undefined ? {} : { schedule }),
    timeZone,
    retention,
    budget,
    ...(filters === undefined ? {} : { filters: resolveFilters(filters) }),
    compare: resolveCompare(compare),
    guards: resolveGuards(guards ?? {}),
    ...(tolerate === undefined
      ? {}
      : { tolerate: { entries: tolerate.entries, codes: tolerate.codes ?? [] } }),
    ...(manifest === undefined
      ? {}
      : { manifest: { signingKey: resolveSigningKey(manifest.signingKey, environment) } }),
    ...(rpo === undefined ? {} : { rpo }),
  };
}

function resolveFilters(written: NonNullable<WrittenJob['filters']>): FilterConfiguration {
  const { include = [], exclude = [], attributes, size, age, deleteExcluded } = written;
  return {
    include,
    exclude,
    attributes: { include: attributes?.include ?? [], exclude: attributes?.exclude ?? [] },
    size: { min: sizeIfWritten(size?.min), max: sizeIfWritten(size?.max) },
    age: { olderThan: age?.olderThan, newerThan: age?.newerThan },
    deleteExcluded,
  };
}

function sizeIfWritten(written: number | string | undefined): number | undefined {
  return written === undefined ? undefined : parseSize(written);
}

function resolveCompare(written: WrittenJob['compare']): CompareConfiguration {
  return typeof written === 'string'
    ? { mode: written }
    : { mode: written.mode, percent: Number.parseInt(written.share, 10) };
}

function resolveGuards(written: NonNullable<WrittenJob['guards']>): GuardConfiguration {
  const { maxDeletes, maxChanges, maxPruned } = written;
  return {
    ...(maxDeletes === undefined ? {} : { maxDeletes: guardLimit(maxDeletes) }),
    ...(maxChanges === undefined ? {} : { maxChanges: guardLimit(maxChanges) }),
    ...(maxPruned === undefined ? {} : { maxPruned: guardLimit(maxPruned) }),
  };
}

function guardLimit(written: number | string): GuardLimit {
  return typeof written === 'number'
    ? { kind: 'count', count: written }
    : { kind: 'percent', percent: Number.parseInt(written, 10) };
}
