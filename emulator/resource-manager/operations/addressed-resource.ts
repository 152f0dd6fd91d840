import { header } from '../../http/service-request.ts';
import { type Account, formatTicks, parseTicks, type Share } from '../../state/index.ts';
import { invalidPropertyValue, resourceNotFound } from '../management-errors.ts';
import type { ManagementRequest, ResourceManager } from '../management-request.ts';

/** The account of a request. */
export function accountOf(request: ManagementRequest, manager: ResourceManager): Account {
  const account = manager.service.state.findAccount(request.account);
  if (account === undefined) {
    throw resourceNotFound(request.account, manager.resources.resourceGroupOf(request.account));
  }
  return account;
}

/** The share of a request; 404 `ShareNotFound`. */
export function shareOf(request: ManagementRequest, manager: ResourceManager): Share {
  return accountOf(request, manager).getShare(request.share);
}

/**
 * The snapshot that the header `x-ms-snapshot` names, in the form that ids have; 400 when it is no time.
 * An empty header is none, so that a client which lost the id addresses the share itself, as on Azure.
 */
export function snapshotOf(request: ManagementRequest): string | undefined {
  const text = header(request, 'x-ms-snapshot');
  if (text === undefined || text === '') return undefined;
  const time = parseTicks(text);
  if (time === undefined) throw invalidPropertyValue('x-ms-snapshot', text);
  return formatTicks(time);
}
