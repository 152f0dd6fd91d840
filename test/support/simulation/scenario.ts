import fc from 'fast-check';
import { ARCHIVE } from '../../../emulator/state/index.ts';
import type { RetentionPolicy } from '../../../lib/jobs/configuration.ts';
import type { Edit } from '../share-edits.ts';

export type Side = 'source' | 'target';

/**
 * Something that happens between two runs, as plain data, so that a failing simulation can say it. `number` counts
 * through what is there at that moment; whatever number is given fits.
 */
export type Happening =
  | { readonly do: 'edit'; readonly edit: Edit }
  /** Somebody makes a snapshot by hand, or deletes one of those. */
  | { readonly do: 'snapshot-by-hand'; readonly side: Side }
  | { readonly do: 'delete-by-hand'; readonly side: Side; readonly number: number }
  /** Azure Backup makes a leased snapshot of the source, or lets go of its oldest. */
  | { readonly do: 'azure-backup' }
  | { readonly do: 'azure-backup-expires' }
  /** Somebody deletes a snapshot of ours, the other half staying. */
  | { readonly do: 'lose-snapshot'; readonly side: Side; readonly number: number }
  /** A snapshot of ours appears twice, as after a request whose answer was lost. */
  | { readonly do: 'make-twin'; readonly side: Side; readonly number: number }
  /** Without `days` it has no end. */
  | { readonly do: 'pin'; readonly number: number; readonly days: number | undefined }
  | { readonly do: 'unpin'; readonly number: number }
  /** Another program leases a snapshot of ours, or lets go of one. */
  | { readonly do: 'lease'; readonly side: Side; readonly number: number }
  | { readonly do: 'release'; readonly number: number }
  | { readonly do: 'lose-system-folder' }
  | { readonly do: 'change-policy'; readonly policy: RetentionPolicy }
  | { readonly do: 'prune' }
  | { readonly do: 'verify'; readonly number: number; readonly content: boolean }
  /** Nothing runs for so long. */
  | { readonly do: 'pause'; readonly days: number };

/**
 * How a run goes. `at` counts its requests: from that one on every request is cut (`outage`), that one is carried
 * out and its answer lost (`answer-lost`), answered with an error, or the run is asked to stop while it is under
 * way. `tampered`: somebody writes to the target between the mirror and the target snapshot.
 */
export type Course =
  | { readonly kind: 'well' }
  | { readonly kind: 'outage'; readonly at: number }
  | { readonly kind: 'answer-lost'; readonly at: number }
  | { readonly kind: 'error'; readonly at: number; readonly status: number; readonly code: string }
  | { readonly kind: 'stop'; readonly at: number }
  | { readonly kind: 'tampered' };

export interface Step {
  readonly happenings: readonly Happening[];
  readonly course: Course;
}

/** What is due in one span of virtual time, and what happens meanwhile. */
export interface Scenario {
  /** ISO 8601. */
  readonly from: string;
  readonly timeZone: string;
  /** NCRONTAB; one step for each of its occurrences. */
  readonly schedule: string;
  /** Of the first job. */
  readonly policy: RetentionPolicy;
  /** Snapshots that a run may bring each share to. */
  readonly budget: number;
  /** A second job of the same source, with a target of its own, that runs after every so manieth run of the first. */
  readonly secondJobEvery: number | undefined;
  /** By how much the clock of the service is ahead of the one of the machine that runs the backups. */
  readonly clockAheadMinutes: number;
  readonly steps: readonly Step[];
}

export interface Horizon {
  readonly name: string;
  readonly schedules: readonly Schedule[];
  readonly runs: number;
}

export interface Schedule {
  /** NCRONTAB. */
  readonly text: string;
  readonly mostPerDay: number;
}

/** Near changes of the clock, ends of years, and a leap day. */
const BEGINNINGS = [
  '2026-03-22T00:10:00Z',
  '2026-10-18T22:00:00Z',
  '2026-12-20T10:00:00Z',
  '2028-02-20T00:00:00Z',
];
const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];

const number = fc.nat(1000);
const side = fc.constantFrom<Side>('source', 'target');
const path = fc.constantFrom('a', 'b', 'folder/one', 'folder/two', 'folder/deep/three', 'other/one');

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    do: fc.constant('write-file'),
    at: path,
    content: fc.string({ maxLength: 12 }),
    attributes: fc.constant(ARCHIVE),
  }),
  fc.record({
    do: fc.constant('overwrite'),
    file: number,
    part: fc.constant(0),
    content: fc.string({ minLength: 1, maxLength: 4 }),
  }),
  fc.record({ do: fc.constant('remove'), entry: number }),
  fc.record({ do: fc.constant('move'), entry: number, to: path }),
  fc.record({ do: fc.constant('set-permission'), entry: number, number: fc.nat(3) }),
);

const few = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined, freq: 3 });

/** Mostly of two to four rules. `within` is in whole hours, as in the model that judges. */
const policy: fc.Arbitrary<RetentionPolicy> = fc
  .record({
    last: few(8),
    hourly: few(12),
    daily: few(10),
    weekly: few(5),
    monthly: few(6),
    yearly: few(3),
    within: fc.option(fc.constantFrom('PT24H', 'PT72H'), { nil: undefined, freq: 3 }),
    minimum: few(5),
  })
  .filter((rules) => Object.values(rules).some((value) => value !== undefined));

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ do: fc.constant('edit'), edit }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('snapshot-by-hand'), side }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete-by-hand'), side, number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('azure-backup') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('azure-backup-expires') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose-snapshot'), side, number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('make-twin'), side, number }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pin'),
      number,
      days: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unpin'), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lease'), side, number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release'), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose-system-folder') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change-policy'), policy }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('prune') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('verify'), number, content: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause'), days: fc.integer({ min: 1, max: 30 }) }) },
);

/** A run sends some sixty to a hundred requests. */
const at = fc.integer({ min: 1, max: 110 });

const course: fc.Arbitrary<Course> = fc.oneof(
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('well') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('outage'), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answer-lost'), at }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        [500, 'InternalError'] as const,
        [503, 'ServerBusy'] as const,
        [403, 'AuthorizationFailure'] as const,
        [404, 'ResourceNotFound'] as const,
        [409, 'ShareSnapshotInProgress'] as const,
      )
      .chain(([status, code]) =>
        fc.record({ kind: fc.constant('error'), at, status: fc.constant(status), code: fc.constant(code) }),
      ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop'), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tampered') }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  happenings: fc.array(happening, { maxLength: 3 }),
  course,
});

/** Any course of things over a span of time. */
export function scenarios({ schedules, runs }: Horizon): fc.Arbitrary<Scenario> {
  return fc
    .record({
      from: fc.constantFrom(...BEGINNINGS),
      timeZone: fc.constantFrom(...TIME_ZONES),
      schedule: fc.constantFrom(...schedules),
      policy,
      /** For what others make, for pins, and for what failed runs leave behind. */
      room: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(50)),
      secondJobEvery: fc.option(fc.constantFrom(1, 3), { nil: undefined }),
      clockAheadMinutes: fc.constantFrom(0, 0, 7, -7),
      steps: fc.array(step, { minLength: runs, maxLength: runs }),
    })
    .map(({ schedule, room, ...scenario }) => ({
      ...scenario,
      schedule: schedule.text,
      budget: Math.min(
        200,
        // The second job is configured, and its policy has to have room, also where it never runs.
        Math.max(
          room +
            mostKept(scenario, schedule.mostPerDay) +
            (scenario.secondJobEvery === undefined ? 0 : SECOND_LAST + 1),
          SECOND_LAST + 1,
        ),
      ),
    }));
}

/** What the second job keeps: unlike the first one, and for longer than anything is left alone. */
export const SECOND_LAST = 16;

/** At least what the policies of a scenario keep, as a configuration has to leave room for that. */
function mostKept({ policy, steps }: Pick<Scenario, 'policy' | 'steps'>, mostPerDay: number): number {
  const later = steps.flatMap(({ happenings }) =>
    happenings.flatMap((happening) => (happening.do === 'change-policy' ? [happening.policy] : [])),
  );
  return Math.max(...[policy, ...later].map((each) => keptBy(each, mostPerDay)));
}

function keptBy({ within, minimum = 0, ...counts }: RetentionPolicy, mostPerDay: number): number {
  const hours = Number(/^PT(\d+)H$/.exec(within ?? '')?.[1] ?? 0);
  const byRules = Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return Math.max(minimum, byRules + (hours === 0 ? 0 : Math.ceil(((hours + 1) / 24) * mostPerDay) + 1)) + 1;
}
