import { DateTime } from 'luxon';
import type { PointList } from '../../lib/target/list-points.ts';
import { describePin } from './describe-pin.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted, duration, printable } from './text.ts';

const FORMAT = 'yyyy-MM-dd HH:mm:ss';

/** Recovery points as a table for people, and a word on snapshots that belong to none. */
export function describePoints(
  job: string,
  { points, guard, unpaired, foreign, warnings }: PointList,
  timeZone: string,
  now: Date = new Date(),
): string {
  const sentences: string[] = [];
  if (points.length === 0) {
    sentences.push(
      warnings.length === 0
        ? `Job ${job} has no recovery point.`
        : `No recovery point of job ${job} can be seen with both of its snapshots.`,
    );
  }
  if (guard !== undefined) {
    sentences.push(`A backup would leave this prune to you: ${guard}. sharepair prune ${job} does it.`);
  }
  const held = points.flatMap(({ id, pin }) =>
    pin === undefined ? [] : [describePin(id, pin, timeZone, now)],
  );
  if (held.length > 0) sentences.push('Pinned or leased:', ...held);
  const twins = unpaired.filter(({ twin }) => twin);
  const copies = unpaired.filter(({ role, twin }) => role === 'target' && !twin);
  const lone = unpaired.filter(({ role, twin }) => role === 'source' && !twin);
  if (copies.length > 0) {
    sentences.push(
      `${counted(copies.length, 'target snapshot')} without the source snapshot of the same run. Each was made when its mirror was complete, and can be restored from:`,
      ...copies.map(describeOrphan),
    );
  }
  if (lone.length > 0) {
    sentences.push(
      `${counted(lone.length, 'source snapshot')} without a target snapshot of the same run: of a run under way, of one that failed, or of one whose target snapshot was deleted:`,
      ...lone.map(describeOrphan),
    );
  }
  if (twins.length > 0) {
    sentences.push(
      `${counted(twins.length, 'snapshot')} for which another of the same run stands, made when the answer to a request was lost:`,
      ...twins.map(describeOrphan),
    );
  }
  if (foreign.length > 0) {
    sentences.push(
      `${counted(foreign.length, 'snapshot')} that another job or program made; Sharepair leaves them alone, and they count towards the 200 that a share may have:`,
      ...describeForeign(foreign),
    );
  }
  const table = points.length === 0 ? '' : pointTable(points, timeZone);
  return `${table}${sentences.map((sentence) => `${sentence}\n`).join('')}`;
}

function describeOrphan({ role, run, snapshot, kept, reasons }: PointList['unpaired'][number]): string {
  const why = reasons.map(({ text }) => text).join('; ');
  const fate = why === '' ? '' : kept ? ` (kept: ${why})` : ` (the next prune deletes it: ${why})`;
  return `  run ${run}: ${role} snapshot ${snapshot}${fate}`;
}

/** One line for each share and holder. */
function describeForeign(foreign: PointList['foreign']): string[] {
  const groups = Map.groupBy(foreign, ({ side, holder }) => `${side}: ${printable(holder)}`);
  return [...groups].map(([name, snapshots]) => {
    const leased = snapshots.filter((snapshot) => snapshot.leased).length;
    return `  ${name}, ${count(snapshots.length)}${leased === 0 ? '' : ` (${count(leased)} leased)`}`;
  });
}

function pointTable(points: PointList['points'], timeZone: string): string {
  const local = timeZone === 'UTC' ? [] : [{ title: `time (${timeZone})` }];
  return formatTable(
    [
      { title: 'recovery point' },
      ...local,
      { title: 'time (UTC)' },
      { title: 'level' },
      { title: 'entries', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'changed', align: 'right' },
      { title: 'took', align: 'right' },
      { title: 'kept by' },
    ],
    points.map(({ id, time, level, entries, bytes, changed, seconds, tolerated = 0, kept, reasons }) => {
      const utc = DateTime.fromISO(time, { zone: 'utc' });
      const here = timeZone === 'UTC' ? [] : [utc.setZone(timeZone).toFormat(`${FORMAT} ZZ`)];
      return [
        id,
        ...here,
        utc.toFormat(FORMAT),
        tolerated === 0 ? level : `${level}, ${count(tolerated)} tolerated`,
        count(entries),
        byteCount(bytes),
        count(changed),
        duration(seconds),
        kept ? reasons.map(({ rule }) => rule).join(', ') : 'nothing: the next prune deletes it',
      ];
    }),
  );
}
