import { z } from 'zod';
import { settings, wholeNumber } from './schema-parts.ts';

const guardLimit = (description: string, counts: string, whole: string) => {
  const error = `a whole number of ${counts} from 0 or a part of them such as "10%"`;
  return z
    .union(
      [
        z.int({ error }).min(0, { error }).describe(`How many ${counts}.`),
        z
          .string({ error })
          .regex(/^(100|[1-9]?[0-9])%$/, { error })
          .describe(`Per cent of ${whole}.`),
      ],
      { error },
    )
    .describe(description);
};

const entryLimit = (description: string) =>
  guardLimit(description, 'entries', 'the entries of the previous recovery point');

export const guardsSchema = settings(
  {
    maxDeletes: entryLimit(
      'A run stops before its first deletion when it would delete more entries than this.',
    ).optional(),
    maxChanges: entryLimit(
      'A run stops before its first overwrite when it would give other content to more files of the target than this.',
    ).optional(),
    maxPruned: guardLimit(
      'A run leaves its prune to a person when it would delete more recovery points than this.',
      'recovery points',
      'the recovery points that there are',
    ).optional(),
  },
  'Limits past which a run stops, so that a person looks first.',
);

const SHARE = 'a part of the files such as "5%", from 1 to 100 per cent';

export const compareSchema = z
  .union(
    [
      z
        .literal('times')
        .describe('Sizes, times, attributes and security descriptors, all as the listings tell them.'),
      z
        .literal('strict')
        .describe(
          'The same, and metadata and content headers of every entry that the service has changed since the previous run.',
        ),
      settings(
        {
          mode: z.literal('content', { error: '"content"' }).describe('Reads bytes.'),
          share: z
            .string({ error: SHARE })
            .regex(/^(100|[1-9][0-9]?)%$/, { error: SHARE })
            .describe(
              'The least part of the files to read in each run; runs take turns, so that all are read.',
            ),
        },
        'The same as "strict", and the bytes of a part of the files, on both sides.',
      ),
    ],
    { error: '"times", "strict" or {"mode": "content", "share": "5%"}' },
  )
  .describe('What a run compares to find out what differs.');

const CODE = 'an error code of the service such as "SharingViolation"';

export const tolerateSchema = settings(
  {
    entries: wholeNumber(
      1,
      // As many as a run keeps by name: a recovery point names every entry that was tolerated.
      1000,
      'How many entries may fail.',
    ),
    codes: z
      .array(
        z
          .string({ error: CODE })
          .regex(/^[A-Za-z][A-Za-z0-9]{2,79}$/, { error: CODE })
          .describe('An error code.'),
        { error: 'a list of error codes' },
      )
      .min(1, { error: 'at least one error code' })
      .optional()
      .describe('Error codes with which they may fail. Without it, any.'),
  },
  'Which failures do not keep a run from making a recovery point, which then names them.',
);
