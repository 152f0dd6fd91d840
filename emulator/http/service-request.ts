import type { IncomingHttpHeaders } from 'node:http';
import type { OperationName } from '../auth/operations.ts';
import type { Principal } from '../auth/principal.ts';
import type { Query } from './request-target.ts';

/** A request of the service after it has been read, routed and authorized. */
export type ServiceRequest = {
  readonly id: string;
  readonly method: string;
  readonly operation: OperationName;
  readonly account: string;
  readonly share: string;
  /** Names below the share, stripped of trailing dots unless the request allows them. */
  readonly path: readonly string[];
  readonly query: Query;
  readonly headers: IncomingHttpHeaders;
  /** Header names and values by turns, names as written. */
  readonly rawHeaders: readonly string[];
  /** `x-ms-version`, compared as text. */
  readonly version: string;
  readonly principal: Principal;
  readonly body: Buffer;
  /** What the client called the account's root: `http://127.0.0.1:10004/account/`, with the slash. */
  readonly serviceEndpoint: string;
  readonly protocol: 'http' | 'https';
  readonly clientAddress: string;
};

/** The answer of an operation, before the headers that every answer has. Header names are in lower case. */
export type ServiceResponse = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: Buffer | ByteStream;
};

/** A body that is produced while it is sent. */
export type ByteStream = { readonly length: number; readonly chunks: Iterable<Buffer> };

/** A single header, or undefined; repeated ones joined by a comma. */
export function header(request: { readonly headers: IncomingHttpHeaders }, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(',');
}
