import type { IncomingMessage } from 'node:http';
import { decodePath, parseQuery } from '../http/request-target.ts';
import { sameName } from './account-resources.ts';
import { authenticateManagement } from './authorize-management.ts';
import { methodNotAllowed, subscriptionNotFound } from './management-errors.ts';
import type { ManagementAnswer, ResourceManager } from './management-request.ts';
import { requireApiVersion, splitUrl } from './route-management.ts';

/**
 * Answers requests for the subscriptions themselves, which clients send to log in
 * (learn.microsoft.com rest/api/resources/subscriptions): a list of one, or that one. Undefined for what is
 * below a subscription.
 */
export function subscriptionAnswer(
  manager: ResourceManager,
  message: IncomingMessage,
): ManagementAnswer | undefined {
  const { path, query } = splitUrl(message.url ?? '', message.headers.host);
  const [, wanted, ...below] = decodePath(path);
  if (below.length > 0) return undefined;
  requireApiVersion(parseQuery(query));
  authenticateManagement(manager.service.identity, message.headers);
  if (message.method !== 'GET') throw methodNotAllowed(message.method ?? '');
  const subscription = describeSubscription(manager);
  if (wanted === undefined) {
    return { status: 200, body: { value: [subscription], count: { type: 'Total', value: 1 } } };
  }
  if (!sameName(wanted, subscription.subscriptionId)) throw subscriptionNotFound(wanted);
  return { status: 200, body: subscription };
}

function describeSubscription({ resources, service }: ResourceManager) {
  const { subscriptionId } = resources;
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId: service.identity.tenantId,
    displayName: 'Emulator',
    state: 'Enabled',
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}
