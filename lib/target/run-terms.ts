import { z } from 'zod';
import type { JobShare } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import { entryFilter } from '../mirror/entry-filter.ts';
import { type FilterRules, filterDigest, parseFilterRules } from '../mirror/filter-rules.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import type { FailedEntry } from '../report/events.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import { readSystemFolder } from './system-folder.ts';

/** What a run has taken part in, as the manifest of its recovery point says. */
export interface RunTerms {
  readonly rules: FilterRules;
  /** What failed and did not keep the run from making the recovery point: there its snapshots may differ. */
  readonly tolerated: readonly FailedEntry[];
  /** Which files had their bytes compared; undefined where none had. */
  readonly sample: ContentSample | undefined;
}

/** The part of a manifest that says it. */
export function describeTerms({ rules, tolerated, sample }: RunTerms) {
  return { filter: { sha256: filterDigest(rules), rules }, tolerated, sample };
}

const schema = z.object({
  filter: z
    .object({ sha256: z.string(), rules: z.unknown() })
    .transform(({ sha256, rules }) => ({ sha256, rules: parseFilterRules(rules) })),
  tolerated: z.array(
    z.object({ path: z.string(), code: z.string(), requestId: z.string().nullable(), message: z.string() }),
  ),
  sample: z.object({ rounds: z.int().min(1), round: z.int().min(0) }).optional(),
});

/** Undefined where a manifest cannot be understood in full: then nobody can tell what its run had left out. */
export function parseTerms(manifest: unknown): RunTerms | undefined {
  const { data } = schema.safeParse(manifest);
  const rules = data?.filter.rules;
  if (data === undefined || rules === undefined || filterDigest(rules) !== data.filter.sha256)
    return undefined;
  return { rules, tolerated: data.tolerated, sample: data.sample };
}

const ownSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  source: z.object({ snapshot: z.string() }),
});

/**
 * Reads them from the manifest that is frozen in the target snapshot of a recovery point. Undefined, too, where that
 * is of another run or snapshot, or of a newer format, which may have reasons of its own to leave something out.
 */
export async function readTerms(
  target: JobShare,
  { id, sourceSnapshot, targetSnapshot }: Pick<RecoveryPoint, 'id' | 'sourceSnapshot' | 'targetSnapshot'>,
): Promise<RunTerms | undefined> {
  const manifest = await readSystemFolder(target, targetSnapshot).read(`manifests/${id}.json`);
  const { data } = ownSchema.safeParse(manifest);
  return data?.run === id && data.source.snapshot === sourceSnapshot ? parseTerms(manifest) : undefined;
}

/** The same for whoever compares. */
export function pointTerms({ rules, tolerated }: RunTerms, sourceSnapshot: string): PointTerms {
  return { sourceSnapshot, filter: entryFilter(rules), tolerated: tolerated.map(({ path }) => path) };
}

/** What a verification says of entries whose failure was tolerated: the end of a sentence, empty where there are none. */
export function describeTolerated(tolerated: RunTerms['tolerated']): string {
  if (tolerated.length === 0) return '';
  const named = tolerated.slice(0, 3).map(({ path, code }) => `"${path}" (${code})`);
  const more = tolerated.length > named.length ? ' and others' : '';
  return `, but for ${tolerated.length} whose failure the run has tolerated: ${named.join(', ')}${more}`;
}
