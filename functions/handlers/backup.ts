import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { runBackup } from '../../lib/backup/run-backup.ts';
import { ConfigurationError } from '../../lib/jobs/configuration-error.ts';
import { UnknownJobError } from '../../lib/jobs/open-job.ts';
import type { EndEvent, Outcome } from '../../lib/report/events.ts';
import { logRun } from './log-run.ts';
import { readSettings } from './settings.ts';

/** An answer must come within 230 s (learn.microsoft.com: azure-functions/functions-bindings-http-webhook). */
const BUDGET_MS = 200_000;
/** A lock that nobody renews is free after this time. */
const RETRY_AFTER_SECONDS = '60';

const STATUS: Readonly<Record<Outcome, number>> = {
  complete: 200,
  incomplete: 202,
  locked: 409,
  guard: 422,
  failed: 500,
  differs: 500,
};

/** Backs up the job of the route now, due or not, and answers with the report of the run (docs/functions.md). */
export async function backup(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  try {
    const { configuration, budgetMs = BUDGET_MS } = await readSettings(process.env);
    const end = await runBackup({
      configuration,
      job: request.params.job ?? '',
      observe: logRun(context),
      stop: new AbortController().signal,
      budgetMs: Math.min(budgetMs, BUDGET_MS),
      lockWaitMs: 0,
    });
    return answer(end);
  } catch (error) {
    return refusal(error, context);
  }
}

function answer(end: EndEvent): HttpResponseInit {
  const again = end.outcome === 'incomplete' || end.outcome === 'locked';
  return {
    status: STATUS[end.outcome],
    headers: again ? { 'Retry-After': RETRY_AFTER_SECONDS } : {},
    jsonBody: end,
  };
}

function refusal(error: unknown, context: InvocationContext): HttpResponseInit {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnknownJobError) return { status: 404, jsonBody: { error: message } };
  context.error(message);
  if (!(error instanceof ConfigurationError)) return { status: 500, jsonBody: { error: message } };
  return { status: 500, jsonBody: { error: message, problems: error.problems } };
}
