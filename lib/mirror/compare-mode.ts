import type { SampledContent } from './sampled-content.ts';
import type { UnchangedSince } from './unchanged-since.ts';

/** What a comparison takes on trust beyond what both listings say. */
export interface CompareMode {
  /**
   * In the strict mode: which source entries the service has not changed in any way since the previous
   * recovery point. Undefined in the others, which believe times, sizes, attributes and descriptors.
   */
  readonly unchanged?: UnchangedSince | undefined;
  /** In the content mode: the files that are read although everything else tells that their bytes are equal. */
  readonly sampled?: SampledContent | undefined;
}

/** Names, sizes, times, attributes and descriptors, with the ranges asked for where a change time is in doubt. */
export const TIMES: CompareMode = {};
