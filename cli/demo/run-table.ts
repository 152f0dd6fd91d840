import type { EndEvent } from '../../lib/report/events.ts';
import { formatTable } from '../output/table.ts';
import { byteCount, count, duration } from '../output/text.ts';

/** What each run of the demo saw and moved, and what that took. */
export function demoTable(runs: readonly (readonly [string, EndEvent])[]): string {
  return formatTable(
    [
      { title: 'run' },
      { title: 'entries seen', align: 'right' },
      { title: 'changed', align: 'right' },
      { title: 'deleted', align: 'right' },
      { title: 'moved on the server', align: 'right' },
      { title: 'through the client', align: 'right' },
      { title: 'requests', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    runs.map(([name, end]) => [
      name,
      count(end.entries),
      count(end.changed),
      count(end.deleted),
      byteCount(end.bytes),
      byteCount(end.bytesThroughClient),
      count(Object.values(end.requests).reduce((sum, sent) => sum + sent, 0)),
      duration(end.seconds),
    ]),
  );
}
