import type { PipelineResponse } from '@azure/core-rest-pipeline';

/** Retry-After of an answer, in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now. */
export function requestedWaitMs({ headers }: Pick<PipelineResponse, 'headers'>): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
