import { DateTime } from 'luxon';
import type { PointList } from '../../lib/target/list-points.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted } from './text.ts';

const FORMAT = 'yyyy-MM-dd HH:mm:ss';

/** Recovery points as a table for people, and a word on snapshots that belong to none. */
export function describePoints(
  job: string,
  { points, unpaired, foreign }: PointList,
  timeZone: string,
): string {
  const sentences: string[] = [];
  if (points.length === 0) sentences.push(`Job ${job} has no recovery point.`);
  const lone = unpaired.filter(({ role }) => role === 'source');
  const copies = unpaired.filter(({ role }) => role === 'target');
  if (copies.length > 0) {
    sentences.push(
      `${counted(copies.length, 'target snapshot')} without the source snapshot of the same run. Each was made when its mirror was complete, and can be restored from:`,
      ...copies.map(({ run, snapshot }) => `  run ${run}: target snapshot ${snapshot}`),
    );
  }
  if (lone.length > 0) {
    sentences.push(
      `${counted(lone.length, 'source snapshot')} without a target snapshot of the same run: of a run under way, of one that failed, or of one whose target snapshot was deleted:`,
      ...lone.map(({ run, snapshot }) => `  run ${run}: source snapshot ${snapshot}`),
    );
  }
  if (foreign.length > 0) {
    sentences.push(
      `${counted(foreign.length, 'snapshot')} that another job or program made; Sharepair leaves them alone, and they count towards the 200 that a share may have.`,
    );
  }
  const table = points.length === 0 ? '' : pointTable(points, timeZone);
  return `${table}${sentences.map((sentence) => `${sentence}\n`).join('')}`;
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
      { title: 'pinned' },
    ],
    points.map(({ id, time, level, entries, bytes, pinned }) => {
      const utc = DateTime.fromISO(time, { zone: 'utc' });
      const here = timeZone === 'UTC' ? [] : [utc.setZone(timeZone).toFormat(`${FORMAT} ZZ`)];
      return [
        id,
        ...here,
        utc.toFormat(FORMAT),
        level,
        count(entries),
        byteCount(bytes),
        pinned ? 'yes' : '',
      ];
    }),
  );
}
