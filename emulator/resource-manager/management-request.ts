import type { IncomingHttpHeaders } from 'node:http';
import type { Query } from '../http/request-target.ts';
import type { Service } from '../http/service.ts';
import type { AccountResources } from './account-resources.ts';
import type { ManagementLimits } from './management-limits.ts';
import type { ManagementOperation } from './management-operations.ts';

/** The parts of an emulator that answer requests of Resource Manager. */
export type ResourceManager = {
  /** Shared with the file service: the same state, principals, counters, faults, latency and hooks. */
  readonly service: Service;
  readonly resources: AccountResources;
  readonly limits: ManagementLimits;
  /** When every account was made, as a timestamp with seven fractional digits. */
  readonly startedAt: string;
  /** The URL of an account's file service, with a slash at the end. */
  readonly fileEndpoint: (account: string) => string;
};

/** A request of Resource Manager after it has been read, routed and authorized. */
export type ManagementRequest = {
  readonly id: string;
  readonly method: string;
  readonly operation: ManagementOperation;
  readonly account: string;
  /** Empty when the request concerns the account or its file service. */
  readonly share: string;
  /** Whether a list with one member is asked for rather than the member itself. */
  readonly isCollection: boolean;
  readonly query: Query;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Scheme and authority that the client used: `https://127.0.0.1:10004`. */
  readonly origin: string;
};

/** What a request addresses, before it is known who sends it. */
export type ManagementTarget = {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly account: string;
  readonly share: string;
  readonly isCollection: boolean;
  readonly operation: ManagementOperation;
  readonly query: Query;
  readonly origin: string;
};

/** The answer of an operation: JSON, or nothing. */
export type ManagementAnswer = {
  readonly status: number;
  readonly body?: unknown;
  /** Of the resource, quotes included. */
  readonly etag?: string;
};
