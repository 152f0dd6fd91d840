import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from '../auth/authenticate.ts';
import { authorize } from '../auth/authorize.ts';
import type { FaultAction, Faults } from '../control/faults.ts';
import type { RequestCounters } from '../control/request-counters.ts';
import type { RequestHooks } from '../control/request-hooks.ts';
import type { TrafficLimits } from '../control/traffic-limits.ts';
import type { Identity } from '../identity/identity.ts';
import { type EmulatorState, formatTicks, ServiceError } from '../state/index.ts';
import { refuseConditionHeaders } from './condition-headers.ts';
import { errorResponse, internalError } from './error-response.ts';
import { HANDLERS } from './handlers.ts';
import { ClientGone, clientGone, readBody } from './request-body.ts';
import { parseRequestTarget } from './request-target.ts';
import { respond } from './respond.ts';
import { operationOf } from './route.ts';
import { authContextFor } from './sas-context.ts';
import { header, type ServiceRequest, type ServiceResponse } from './service-request.ts';
import { serviceVersion } from './service-version.ts';
import { waitForTurn } from './share-traffic.ts';
import { guardSnapshot } from './snapshot-guard.ts';
import { withoutTrailingDots } from './trailing-dots.ts';

/** The parts of an emulator that answer requests of the service. */
export type Service = {
  readonly state: EmulatorState;
  readonly identity: Identity;
  readonly counters: RequestCounters;
  readonly faults: Faults;
  readonly limits: TrafficLimits;
  readonly hooks: RequestHooks;
  /** Told of exceptions that are no error of the service; the client gets 500. */
  readonly onBug: (error: unknown) => void;
};

/** Where a request came in. */
export type Transport = { readonly protocol: 'http' | 'https' };

/**
 * Answers one request of the service: target, operation, version, credential, permission, body, then
 * hooks, faults and limits, and the operation itself. Never rejects.
 */
export async function serve(
  service: Service,
  message: IncomingMessage,
  output: ServerResponse,
  transport: Transport,
): Promise<void> {
  const exchange: Exchange = {
    requestId: randomUUID(),
    version: undefined,
    request: undefined,
    actions: NO_ACTIONS,
  };
  let response: ServiceResponse | undefined;
  try {
    response = await answer(service, message, transport, exchange);
  } catch (error) {
    if (!(error instanceof ClientGone)) response = errorAnswer(service, error, message, exchange);
  }
  if (response === undefined || output.destroyed) {
    message.socket.destroy();
    return;
  }
  try {
    await send(service, message, output, response, exchange);
  } catch (error) {
    service.onBug(error);
    message.socket.destroy();
  }
}

/** What becomes known of a request while it is read. */
type Exchange = {
  readonly requestId: string;
  version: string | undefined;
  request: ServiceRequest | undefined;
  actions: readonly FaultAction[];
};

const NO_ACTIONS: readonly FaultAction[] = [];

/** The response; undefined when the connection is to be cut instead. */
async function answer(
  service: Service,
  message: IncomingMessage,
  transport: Transport,
  exchange: Exchange,
): Promise<ServiceResponse | undefined> {
  const request = await readRequest(service, message, transport, exchange);
  exchange.request = request;
  service.counters.request(request.account, request.operation, request.body.length);
  const snapshot = request.query.get('sharesnapshot');
  const path = request.path.join('/');
  const actions = service.faults.actionsFor({ ...request, path, snapshot });
  exchange.actions = actions;
  for (const action of actions) {
    if (action.kind === 'cut-before') return undefined;
    if (action.kind === 'hang-before') await clientGone(message);
    if (action.kind === 'delay') await sleep(action.ms);
    if (action.kind === 'status')
      return faultAnswer(action, message.method ?? '', exchange.requestId, service);
  }
  await waitForTurn(request, service);
  const response = await execute(service, request, path);
  for (const action of actions) {
    if (action.kind === 'cut-after') return undefined;
    if (action.kind === 'hang-after') await clientGone(message);
  }
  return response;
}

async function readRequest(
  service: Service,
  message: IncomingMessage,
  transport: Transport,
  exchange: Exchange,
): Promise<ServiceRequest> {
  const method = message.method ?? '';
  const { headers } = message;
  const renameSource = headers['x-ms-file-rename-source'];
  const target = parseRequestTarget(
    message.url ?? '',
    headers.host,
    (name) => service.state.findAccount(name) !== undefined,
    typeof renameSource === 'string' ? renameSource : undefined,
  );
  const { query } = target;
  exchange.version = serviceVersion(headers['x-ms-version'], query.get('api-version'), query.get('sv'));
  const operation = operationOf(method, target, headers, exchange.version);
  const principal = authenticate(
    { method, headers, rawPath: target.rawPath, queryPairs: query.pairs },
    authContextFor(service, target, transport.protocol, message.socket.remoteAddress ?? ''),
  );
  authorize(principal, operation, { version: exchange.version, headers });
  guardSnapshot(operation, query);
  refuseConditionHeaders(headers);
  const keepsDots = String(headers['x-ms-allow-trailing-dot']).toLowerCase() === 'true';
  return {
    id: exchange.requestId,
    method,
    operation,
    account: target.account,
    share: target.share,
    path: withoutTrailingDots(target.path, keepsDots),
    query,
    headers,
    rawHeaders: message.rawHeaders,
    version: exchange.version,
    principal,
    body: await readBody(message),
    serviceEndpoint: `${transport.protocol}://${target.root}`,
    protocol: transport.protocol,
    clientAddress: message.socket.remoteAddress ?? '',
  };
}

async function execute(service: Service, request: ServiceRequest, path: string): Promise<ServiceResponse> {
  if (!service.hooks.active) return HANDLERS[request.operation](request, service);
  const { account, operation, share, method } = request;
  return service.hooks.around({ account, operation, share, path, method }, () =>
    HANDLERS[operation](request, service),
  );
}

async function send(
  service: Service,
  message: IncomingMessage,
  output: ServerResponse,
  response: ServiceResponse,
  exchange: Exchange,
): Promise<void> {
  if (exchange.request !== undefined) {
    const bytes = message.method === 'HEAD' ? 0 : (response.body?.length ?? 0);
    service.counters.answer(exchange.request.account, bytes, response.headers['x-ms-error-code']);
  }
  const truncate = exchange.actions.find((action) => action.kind === 'truncate-body');
  const clientRequestId = header(message, 'x-ms-client-request-id');
  const envelope = {
    requestId: exchange.requestId,
    version: exchange.version,
    clientRequestId:
      clientRequestId === undefined || clientRequestId.length > 1024 ? undefined : clientRequestId,
  };
  await respond(message, output, response, envelope, truncate?.bytes);
}

function errorAnswer(
  service: Service,
  error: unknown,
  message: IncomingMessage,
  exchange: Exchange,
): ServiceResponse {
  if (!(error instanceof ServiceError)) service.onBug(error);
  const told = error instanceof ServiceError ? error : internalError();
  return errorResponse(
    told,
    message.method ?? '',
    exchange.requestId,
    formatTicks(service.state.clock.now()),
  );
}

function faultAnswer(
  action: FaultAction & { kind: 'status' },
  method: string,
  requestId: string,
  service: Service,
): ServiceResponse {
  const error = new ServiceError(
    action.status,
    action.code,
    action.message ?? `Injected fault ${action.code}.`,
  );
  const response = errorResponse(error, method, requestId, formatTicks(service.state.clock.now()));
  if (action.retryAfter !== undefined) response.headers['retry-after'] = String(action.retryAfter);
  return response;
}
