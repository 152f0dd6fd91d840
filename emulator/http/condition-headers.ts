import type { IncomingHttpHeaders } from 'node:http';
import { conditionHeadersNotSupported } from './request-errors.ts';

const CONDITION_HEADERS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'] as const;

/**
 * Refuses the conditional headers of HTTP, which no operation of the file service takes: 400
 * `ConditionHeadersNotSupported`, as browsers get to see that revalidate a file in their cache (learn.microsoft.com
 * troubleshooting of Azure Files, "ConditionHeadersNotSupported from a web application").
 */
export function refuseConditionHeaders(headers: IncomingHttpHeaders): void {
  for (const name of CONDITION_HEADERS) {
    if (headers[name] !== undefined) throw conditionHeadersNotSupported();
  }
}
