import type { InvocationContext } from '@azure/functions';
import type { EndEvent, Observe } from '../../lib/report/events.ts';

/** Paths of failed entries beyond these are left to the job's journal: a log entry must stay small. */
const FAILED_ENTRIES_LOGGED = 20;

/** Logs a run's events: a sentence for each step, and its report as JSON for queries. */
export function logRun(context: InvocationContext): Observe {
  return (event) => {
    switch (event.event) {
      case 'start':
        context.log(`${event.job}: run ${event.run} ${event.resumed ? 'is carried on' : 'starts'}`);
        return;
      case 'phase':
        context.debug(`${event.job}: run ${event.run}: ${event.phase}`);
        return;
      case 'note':
        context.log(`${event.job}: ${event.message}`);
        return;
      case 'end':
        logEnd(context, event);
        return;
      case 'progress':
        return;
    }
  };
}

/** Whether a run ended in a way that a person has to know of: it will not come right by itself. */
export function needsAttention({ outcome }: EndEvent): boolean {
  return outcome === 'failed' || outcome === 'differs' || outcome === 'guard';
}

export function describeEnd({ job, run, outcome, message }: EndEvent): string {
  return `${job}: run ${run} ended ${outcome}: ${message}`;
}

function logEnd(context: InvocationContext, end: EndEvent): void {
  const report = JSON.stringify({ ...end, failed: end.failed.slice(0, FAILED_ENTRIES_LOGGED) });
  const text = `${describeEnd(end)}\n${report}`;
  if (needsAttention(end) || end.failures > 0) context.error(text);
  else if (end.outcome === 'complete') context.log(text);
  else context.warn(text);
}
