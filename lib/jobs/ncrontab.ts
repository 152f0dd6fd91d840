import { CronExpressionParser } from 'cron-parser';

/** A schedule taken apart; all its fields are read on the clock of the job's time zone. */
export interface Ncrontab {
  /** Cron expression of six fields for cron-parser, whose day of the week is `*`. */
  readonly daysAndTimes: string;
  /** 0 is Sunday. A day must be among these as well as match `daysAndTimes`. */
  readonly weekdays: ReadonlySet<number>;
  /** True when the hour field holds every hour of the day. */
  readonly everyHour: boolean;
}

/** Its message says what is wrong with a schedule, as the end of a sentence. */
export class InvalidScheduleError extends Error {
  override readonly name = 'InvalidScheduleError';
}

/**
 * Reads an NCRONTAB expression, `{second} {minute} {hour} {day} {month} {weekday}` or the same without the
 * second (azure/azure-functions/functions-bindings-timer, NCRONTAB expressions).
 *
 * It differs from Unix cron, and so from cron-parser: a day must match day *and* weekday, Sunday is 0 alone,
 * and there is no `?`, `L`, `#` or `@daily`. What NCRONTAB takes but reads differently from what its author
 * meant is refused: a range whose end is before its start (it would be read backwards) and a step of 0.
 * @throws {InvalidScheduleError}
 */
export function parseNcrontab(expression: string): Ncrontab {
  const written = expression.trim().split(/\s+/);
  const texts = written.length === 5 ? ['0', ...written] : written;
  const [second, minute, hour, day, month, weekday] = texts;
  if (weekday === undefined || texts.length > 6) {
    const count = expression.trim() === '' ? 0 : written.length;
    throw new InvalidScheduleError(
      `it has ${count} ${count === 1 ? 'field' : 'fields'} rather than five or six`,
    );
  }
  const daysAndTimes = [
    readField('second', second),
    readField('minute', minute),
    readField('hour', hour),
    readField('day', day),
    readField('month', month),
  ].join(' ');
  return {
    daysAndTimes: `${daysAndTimes} *`,
    weekdays: new Set(fieldValues(`0 0 0 * * ${readField('weekday', weekday)}`).weekdays),
    everyHour: fieldValues(`${daysAndTimes} *`).hours.length === 24,
  };
}

interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const FIELDS = {
  second: { min: 0, max: 59, names: [] },
  minute: { min: 0, max: 59, names: [] },
  hour: { min: 0, max: 23, names: [] },
  day: { min: 1, max: 31, names: [] },
  month: { min: 1, max: 12, names: MONTHS },
  weekday: { min: 0, max: 6, names: WEEKDAYS },
} satisfies Record<string, FieldRange>;

type FieldName = keyof typeof FIELDS;

/** A field as digits only, so that cron-parser reads it as NCRONTAB does: `MON-FRI/2,6` becomes `1-5/2,6`. */
function readField(name: FieldName, text = ''): string {
  return text
    .split(',')
    .map((item) => readItem(name, item))
    .join(',');
}

function readItem(name: FieldName, item: string): string {
  const { min, max } = FIELDS[name];
  const parts = /^(?:(\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:\/([0-9]+))?$/i.exec(item);
  if (parts === null) throw new InvalidScheduleError(`its ${name} ${JSON.stringify(item)} cannot be read`);
  const [, star, startText, endText, stepText] = parts;
  if (stepText !== undefined && Number(stepText) === 0) {
    throw new InvalidScheduleError(`its ${name} ${JSON.stringify(item)} has a step of 0`);
  }
  const step = stepText === undefined ? '' : `/${Number(stepText)}`;
  if (star !== undefined || startText === undefined) return `${min}-${max}${step}`;
  const start = readValue(name, startText);
  if (endText === undefined) return stepText === undefined ? `${start}` : `${start}-${max}${step}`;
  const end = readValue(name, endText);
  if (end < start) {
    throw new InvalidScheduleError(`its ${name} ${JSON.stringify(item)} ends before it starts`);
  }
  return `${start}-${end}${step}`;
}

function readValue(name: FieldName, text: string): number {
  const { min, max, names }: FieldRange = FIELDS[name];
  const isNumber = /^[0-9]+$/.test(text);
  const index = text.length < 3 ? -1 : names.findIndex((full) => full.startsWith(text.toLowerCase()));
  const value = isNumber ? Number(text) : index === -1 ? Number.NaN : index + min;
  if (value >= min && value <= max) return value;
  throw new InvalidScheduleError(
    isNumber
      ? `its ${name} ${text} is not within ${min} to ${max}`
      : `its ${name} ${JSON.stringify(text)} is no number${names.length === 0 ? '' : ' and no name of one'}`,
  );
}

/** cron-parser refuses days that no month of the expression has, such as 30 February. */
function fieldValues(expression: string): { hours: readonly number[]; weekdays: readonly number[] } {
  try {
    const { hour, dayOfWeek } = CronExpressionParser.parse(expression).fields;
    return { hours: hour.values.map(Number), weekdays: dayOfWeek.values.map(Number) };
  } catch {
    throw new InvalidScheduleError('there is no such day in any of its months');
  }
}
