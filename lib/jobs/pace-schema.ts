import { z } from 'zod';
import { isKnownTimeZone } from './schedule.ts';
import { settings, text, wholeNumber } from './schema-parts.ts';

const caps = {
  requestsPerSecond: wholeNumber(1, 100_000, 'Requests in a second.').optional(),
  mebibytesPerSecond: wholeNumber(
    1,
    100_000,
    'MiB of content in a second that requests have the service move.',
  ).optional(),
  concurrency: wholeNumber(1, 256, 'Requests under way at once.').optional(),
};

/** Weekdays as they are written, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const DAYS = 'a list of at least one of "mon", "tue", "wed", "thu", "fri", "sat" and "sun"';
const FROM = 'a time from "00:00" to "23:59"';
const TO = 'a time from "00:00" to "24:00"';
const OTHER_TIME = 'another time than "from"; a whole day is from "00:00" to "24:00"';

const time = (what: string, pattern: RegExp, description: string) =>
  z.string({ error: what }).regex(pattern, { error: what }).describe(description);

const times = {
  from: time(FROM, /^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'When it begins, as "08:00".'),
  to: time(
    TO,
    /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/,
    'When it ends, as "18:00"; before "from" it is of the day after.',
  ),
};

const windowSchema = settings(
  {
    days: z
      .array(z.enum(WEEKDAYS, { error: 'one of "mon" to "sun"' }), { error: DAYS })
      .min(1, { error: DAYS })
      .optional()
      .describe('Weekdays on which it begins; every day unless given.'),
    ...times,
    ...caps,
  },
  'Caps for some hours of the week. Each replaces the one outside; where windows overlap, the lowest holds.',
)
  .refine((window) => Object.keys(caps).some((name) => Object.hasOwn(window, name)), {
    error: `at least one of ${Object.keys(caps).join(', ')}`,
  })
  .refine((window) => window.from !== window.to, {
    path: ['to'],
    error: OTHER_TIME,
    // Told even where something else is wrong with the window.
    when: ({ value }) => z.object(times).safeParse(value).success,
  });

export const paceSchema = settings(
  {
    timeZone: text(
      'the name of a time zone such as "Europe/Berlin"',
      (name) => !isKnownTimeZone(name),
      'IANA name of the time zone on whose clock the windows are read.',
    ).default('UTC'),
    ...caps,
    windows: z
      .array(windowSchema, { error: 'a list of windows' })
      .default([])
      .describe('Other caps for some hours of the week.'),
  },
  'Caps on the requests to each storage account, besides what the answers of the service tell.',
);

export type WrittenPace = z.output<typeof paceSchema>;
