import { z } from 'zod';
import { globFault } from '../files/path-glob.ts';
import { cutoffTime, isAge } from './age.ts';
import { describeFound } from './found.ts';
import { settings, text } from './schema-parts.ts';
import { withSuggestion } from './schema-problems.ts';
import { parseSize } from './size.ts';

const GLOB = 'a glob such as "*.tmp", "node_modules/" or "/projects/*/cache/"';

const globs = (description: string) =>
  z
    .array(
      text(
        GLOB,
        (glob) => {
          const fault = globFault(glob);
          return fault === undefined ? undefined : `${describeFound(glob, false)} with ${fault}`;
        },
        'A glob on names, or on paths where it has a slash before its end.',
      ),
      { error: 'a list of globs' },
    )
    .min(1, { error: 'at least one glob' })
    .describe(description);

/** SMB attributes of files; rest/api/storageservices/set-file-properties, header x-ms-file-attributes. */
const ATTRIBUTES = [
  'ReadOnly',
  'Hidden',
  'System',
  'Archive',
  'Temporary',
  'Offline',
  'NotContentIndexed',
  'NoScrubData',
];

const ATTRIBUTE = `one of the attributes ${ATTRIBUTES.join(', ')}`;

const attributes = (description: string) =>
  z
    .array(
      text(
        ATTRIBUTE,
        (name) => (ATTRIBUTES.includes(name) ? undefined : withSuggestion(name, ATTRIBUTES)),
        'An SMB attribute.',
      ).meta({ enum: ATTRIBUTES }),
      { error: 'a list of attributes' },
    )
    .min(1, { error: 'at least one attribute' })
    .describe(description);

const SIZE = 'a size such as 4096 or "10 MiB", in B, KiB, MiB, GiB or TiB';

const size = (description: string) =>
  z
    .union([z.number(), z.string()], { error: SIZE })
    .refine((written) => parseSize(written) !== undefined, { error: SIZE })
    .describe(description);

const sizes = settings(
  {
    min: size('The smallest files to back up.').optional(),
    max: size('The largest files to back up.').optional(),
  },
  'The sizes of files to back up, both ends included.',
).superRefine(({ min = 0, max = Number.MAX_SAFE_INTEGER }, context) => {
  const smallest = parseSize(min);
  const largest = parseSize(max);
  if (smallest === undefined || largest === undefined || smallest <= largest) return;
  context.addIssue({
    code: 'custom',
    message: 'a "min" that is not above "max"',
    params: { found: `${describeSize(min)} and ${describeSize(max)}, between which is no size` },
  });
});

function describeSize(written: number | string): string {
  return describeFound(written, false);
}

const AGE = 'an ISO 8601 duration such as "P30D" or "PT12H", or a time such as "2026-01-01"';

const age = (description: string) => text(AGE, (value) => !isAge(value), description);

const ages = settings(
  {
    olderThan: age('Only files that were last written longer ago than this, or before this time.').optional(),
    newerThan: age('Only files that were last written within this, or at this time or later.').optional(),
  },
  'The last-write times of files to back up, counted back from when the run began.',
).superRefine(({ olderThan, newerThan }, context) => {
  if (olderThan === undefined || newerThan === undefined || !isAge(olderThan) || !isAge(newerThan)) return;
  // A duration and a time come into conflict only later, if at all.
  if (olderThan.startsWith('P') !== newerThan.startsWith('P')) return;
  if (cutoffTime(newerThan, ANY_TIME) < cutoffTime(olderThan, ANY_TIME)) return;
  context.addIssue({
    code: 'custom',
    message: 'ages that some file can have',
    params: { found: `none older than "${olderThan}" and newer than "${newerThan}"` },
  });
});

const ANY_TIME = '2026-01-01T00:00:00Z';

export const filtersSchema = settings(
  {
    include: globs('Only what one of these globs names is backed up. Without it, everything.').optional(),
    exclude: globs('What one of these globs names is not backed up, with everything below it.').optional(),
    attributes: settings(
      {
        include: attributes('Only files with at least one of these attributes.').optional(),
        exclude: attributes('No files with any of these attributes.').optional(),
      },
      'The attributes of files to back up.',
    ).optional(),
    size: sizes.optional(),
    age: ages.optional(),
    deleteExcluded: z
      .boolean({ error: 'true or false' })
      .default(false)
      .describe('Whether the target loses what is excluded. Otherwise it stays there as it is.'),
  },
  'What of the source is backed up. What is not is neither copied nor, unless asked for, deleted.',
);
