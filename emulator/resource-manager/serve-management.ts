import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultAction } from '../control/faults.ts';
import { internalError } from '../http/error-response.ts';
import { ClientGone, clientGone, readBody } from '../http/request-body.ts';
import { respond } from '../http/respond.ts';
import type { Transport } from '../http/service.ts';
import { header, type ServiceResponse } from '../http/service-request.ts';
import { formatTicks, ServiceError } from '../state/index.ts';
import { authorizeManagement } from './authorize-management.ts';
import {
  ManagementError,
  resourceGroupNotFound,
  resourceNotFound,
  subscriptionNotFound,
} from './management-errors.ts';
import { MANAGEMENT_HANDLERS } from './management-handlers.ts';
import { MANAGEMENT_OPERATIONS } from './management-operations.ts';
import type {
  ManagementAnswer,
  ManagementRequest,
  ManagementTarget,
  ResourceManager,
} from './management-request.ts';
import { type AnswerContext, managementErrorResponse, managementResponse } from './management-response.ts';
import { managementTarget } from './route-management.ts';
import { subscriptionAnswer } from './subscription-answers.ts';

/**
 * Answers one request of Resource Manager: target, `api-version`, token, resource, body, then faults, latency,
 * throttling and hooks, and the operation itself. Never rejects.
 */
export async function serveManagement(
  manager: ResourceManager,
  message: IncomingMessage,
  output: ServerResponse,
  transport: Transport,
): Promise<void> {
  const exchange: Exchange = {
    requestId: randomUUID(),
    correlationId: header(message, 'x-ms-correlation-request-id') ?? randomUUID(),
    request: undefined,
    actions: [],
    errorCode: undefined,
  };
  let response: ServiceResponse | undefined;
  try {
    response = await answer(manager, message, transport, exchange);
  } catch (error) {
    if (!(error instanceof ClientGone)) response = errorAnswer(manager, error, exchange);
  }
  if (response === undefined || output.destroyed) {
    message.socket.destroy();
    return;
  }
  try {
    await send(manager, message, output, response, exchange);
  } catch (error) {
    manager.service.onBug(error);
    message.socket.destroy();
  }
}

/** What becomes known of a request while it is read. */
type Exchange = {
  readonly requestId: string;
  readonly correlationId: string;
  request: ManagementRequest | undefined;
  actions: readonly FaultAction[];
  errorCode: string | undefined;
};

/** The response; undefined when the connection is to be cut instead. */
async function answer(
  manager: ResourceManager,
  message: IncomingMessage,
  transport: Transport,
  exchange: Exchange,
): Promise<ServiceResponse | undefined> {
  const { service } = manager;
  const subscription = subscriptionAnswer(manager, message);
  if (subscription !== undefined) return managementResponse(subscription, contextOf(manager, exchange));
  const request = await readRequest(manager, message, transport, exchange);
  exchange.request = request;
  const { account, share, operation, method } = request;
  service.counters.request(account, operation, request.body.length);
  const snapshot = header(request, 'x-ms-snapshot');
  exchange.actions = service.faults.actionsFor({ account, share, operation, method, path: '', snapshot });
  for (const action of exchange.actions) {
    if (action.kind === 'cut-before') return undefined;
    if (action.kind === 'hang-before') await clientGone(message);
    if (action.kind === 'delay') await sleep(action.ms);
    if (action.kind === 'status') throw faultError(action);
  }
  const delay = service.limits.nextDelay();
  if (delay > 0) await service.limits.pause(delay);
  manager.limits.admit(MANAGEMENT_OPERATIONS[operation].throttle);
  const answered = await execute(manager, request);
  for (const action of exchange.actions) {
    if (action.kind === 'cut-after') return undefined;
    if (action.kind === 'hang-after') await clientGone(message);
  }
  return managementResponse(answered, contextOf(manager, exchange));
}

async function readRequest(
  manager: ResourceManager,
  message: IncomingMessage,
  transport: Transport,
  exchange: Exchange,
): Promise<ManagementRequest> {
  const method = message.method ?? '';
  const { headers } = message;
  const target = managementTarget(method, message.url ?? '', headers, transport.protocol);
  authorizeManagement(manager.service.identity, manager.resources, target, headers);
  requireResource(manager, target);
  const { operation, account, share, isCollection, query, origin } = target;
  const body = await readBody(message);
  return {
    id: exchange.requestId,
    method,
    operation,
    account,
    share,
    isCollection,
    query,
    headers,
    body,
    origin,
  };
}

function requireResource(manager: ResourceManager, target: ManagementTarget): void {
  const { resources, service } = manager;
  const { subscriptionId, resourceGroup, account } = target;
  if (subscriptionId.toLowerCase() !== resources.subscriptionId.toLowerCase()) {
    throw subscriptionNotFound(subscriptionId);
  }
  if (!resources.hasResourceGroup(resourceGroup)) throw resourceGroupNotFound(resourceGroup);
  if (service.state.findAccount(account) === undefined || !resources.isIn(account, resourceGroup)) {
    throw resourceNotFound(account, resourceGroup);
  }
}

async function execute(manager: ResourceManager, request: ManagementRequest): Promise<ManagementAnswer> {
  const { hooks } = manager.service;
  const handler = MANAGEMENT_HANDLERS[request.operation];
  if (!hooks.active) return handler(request, manager);
  const { account, operation, share, method } = request;
  return hooks.around({ account, operation, share, path: '', method }, () => handler(request, manager));
}

async function send(
  manager: ResourceManager,
  message: IncomingMessage,
  output: ServerResponse,
  response: ServiceResponse,
  exchange: Exchange,
): Promise<void> {
  const { request, requestId } = exchange;
  if (request !== undefined) {
    Object.assign(response.headers, manager.limits.countDown(request.method));
    manager.service.counters.answer(request.account, response.body?.length ?? 0, exchange.errorCode);
  }
  const truncate = exchange.actions.find((action) => action.kind === 'truncate-body');
  const clientRequestId = header(message, 'x-ms-client-request-id');
  const envelope = { requestId, version: undefined, clientRequestId, server: SERVER };
  await respond(message, output, response, envelope, truncate?.bytes);
}

const SERVER = 'Microsoft-Azure-Storage-Resource-Provider/1.0,Microsoft-HTTPAPI/2.0';

function errorAnswer(manager: ResourceManager, error: unknown, exchange: Exchange): ServiceResponse {
  if (!(error instanceof ServiceError)) manager.service.onBug(error);
  const told = error instanceof ServiceError ? error : internalError();
  exchange.errorCode = told.code;
  return managementErrorResponse(told, contextOf(manager, exchange));
}

function contextOf(manager: ResourceManager, exchange: Exchange): AnswerContext {
  const { requestId, correlationId } = exchange;
  return { requestId, correlationId, now: formatTicks(manager.service.state.clock.now()) };
}

function faultError(action: FaultAction & { kind: 'status' }): ServiceError {
  const headers = action.retryAfter === undefined ? {} : { 'retry-after': String(action.retryAfter) };
  const text = action.message ?? `Injected fault ${action.code}.`;
  return new ManagementError(action.status, action.code, text, { headers });
}
