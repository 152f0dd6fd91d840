import { z } from 'zod';
import { RestShareReader } from '../files/rest-share-reader.ts';
import { RestShareWriter } from '../files/rest-share-writer.ts';
import type { JobShare } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import { entryFilter } from '../mirror/entry-filter.ts';
import { type FilterRules, filterDigest, parseFilterRules } from '../mirror/filter-rules.ts';
import type { PointTerms } from '../mirror/point-terms.ts';
import type { FailedEntry } from '../report/events.ts';
import { SystemFolder } from './system-folder.ts';

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

/** Reads them from the manifest that is frozen in the target snapshot of a recovery point. */
export async function readTerms(
  { account, share }: JobShare,
  { id, targetSnapshot }: { readonly id: string; readonly targetSnapshot: string },
): Promise<RunTerms | undefined> {
  const reader = new RestShareReader(account, share, targetSnapshot);
  const folder = new SystemFolder(reader, new RestShareWriter(account, share));
  return parseTerms(await folder.read(`manifests/${id}.json`));
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
