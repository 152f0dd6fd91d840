import type { ProgressEvent, RunEvent, RunPhase } from '../../lib/report/events.ts';
import { byteCount, count, counted, duration, printable } from './text.ts';

const PHASES: Readonly<Record<RunPhase, string>> = {
  lock: 'looks at the two shares and takes the lock of the target',
  compare: 'compares the two shares',
  'snapshot-source': 'makes the source snapshot',
  mirror: 'mirrors the source snapshot',
  'snapshot-target': 'makes the target snapshot',
  verify: 'compares the two snapshots',
  prune: 'prunes',
};

/** What an event says to people, in one line; nothing for those that say too little or too often. */
export function describeEvent(event: RunEvent): string | undefined {
  if (event.event === 'start') {
    const what = event.dryRun ? 'compares, and changes nothing' : event.resumed ? 'is carried on' : 'begins';
    return `${event.job}: run ${event.run} ${what}`;
  }
  if (event.event === 'phase') return `${event.job}: ${PHASES[event.phase]}`;
  if (event.event === 'note') return `${event.job}: ${printable(event.message)}`;
  return undefined;
}

export function describePhase(phase: RunPhase): string {
  return PHASES[phase];
}

/** How far a run has come, in one line. */
export function describeProgress(event: ProgressEvent): string {
  const { entries, expectedEntries, changed, deleted, bytes, requests, rate, etaSeconds } = event;
  const seen =
    expectedEntries === null
      ? counted(entries, 'entry', 'entries')
      : `${count(entries)} of about ${counted(expectedEntries, 'entry', 'entries')}`;
  const done = `${seen}, ${count(changed)} changed, ${count(deleted)} deleted, ${byteCount(bytes)} copied, ${counted(requests, 'request')}`;
  const pace = rate === null ? '' : `, ${count(Math.round(rate))}/s`;
  const left = etaSeconds === null ? '' : `, about ${duration(etaSeconds)} left`;
  return `${done}${pace}${left}`;
}
