import { z } from 'zod';
import { FRESH_MIRROR, type MirrorState } from '../mirror/mirror-state.ts';

const cursor = z.array(z.string());
const kind = z.enum(['file', 'directory']);

const schema = z.object({
  phase: z.enum(['update', 'settle', 'remove']),
  part: z
    .object({ from: cursor, until: cursor.optional() })
    .transform(({ from, until }) => ({ from, until })),
  cursor,
  spine: z.array(z.string()),
  moves: z.object({
    arrivals: z.array(
      z
        .object({
          path: z.string(),
          kind,
          fileId: z.string(),
          isReplacing: z.boolean(),
          from: z.string().optional(),
          isDone: z.boolean(),
          cursor,
        })
        .transform(({ from, ...arrival }) => ({ ...arrival, from })),
    ),
    departures: z.array(z.object({ path: z.string(), kind })),
    hasMoved: z.boolean(),
  }),
  removals: z.object({
    directories: z.array(z.tuple([z.string(), z.number()])),
    beyond: z.number().optional(),
    replaces: z.boolean(),
  }),
  overwrites: z.number(),
  hasHeldBack: z.boolean(),
  overwriteAllowed: z.boolean(),
  removalAllowed: z.boolean(),
  partlyRead: z.array(z.object({ path: z.string(), at: z.number() })),
  failures: z.object({
    count: z.number(),
    first: z.array(
      z
        .object({
          path: z.string(),
          code: z.string(),
          requestId: z.string().optional(),
          message: z.string(),
        })
        .transform(({ requestId, ...failure }) => ({ ...failure, requestId })),
    ),
    hasUnknownExtent: z.boolean(),
  }),
  sourceListingFailed: z.boolean(),
});

/** The state of a mirror as it is kept; one that cannot be read begins anew, which costs time and nothing else. */
export const mirrorStateSchema = z.unknown().transform((value): MirrorState => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : FRESH_MIRROR;
});
