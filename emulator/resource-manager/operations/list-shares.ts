import { given } from '../../http/given.ts';
import { invalidPropertyValue } from '../management-errors.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { expands } from '../route-management.ts';
import { shareIdentity, shareListEntry } from '../share-resource.ts';
import { accountOf } from './addressed-resource.ts';

const MAX_PAGE = 5000;

/** rest/api/storagerp/file-shares/list */
export function listShares(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const { query } = request;
  const account = accountOf(request, manager);
  const expand = expands(query);
  const tokenPrefix = `/${account.name}/`;
  const token = query.get('$skiptoken');
  const page = account.listShares(
    given({
      prefix: filterOf(query.get('$filter')),
      marker: token?.startsWith(tokenPrefix) ? token.slice(tokenPrefix.length) : token,
      maxResults: pageSizeOf(query.get('$maxpagesize')),
      snapshots: expand.has('snapshots'),
      deleted: expand.has('deleted'),
    }),
  );
  const value = page.items.map((item) =>
    shareListEntry(shareIdentity(manager.resources, account.name, item.name), item),
  );
  if (page.nextMarker === undefined) return { status: 200, body: { value } };
  return {
    status: 200,
    body: { value, nextLink: nextLink(request, manager, tokenPrefix + page.nextMarker) },
  };
}

/** `$filter` is the beginning of names; the form of other lists, `startswith(name, 'a')`, means the same. */
function filterOf(text: string | undefined): string | undefined {
  return /^startswith\(\s*name\s*,\s*'([^']*)'\s*\)$/i.exec(text ?? '')?.[1] ?? text;
}

function pageSizeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidPropertyValue('$maxpagesize', text);
  return Math.min(Number(text), MAX_PAGE);
}

/** The whole URL of the next page, with all that this one was asked for. */
function nextLink(request: ManagementRequest, manager: ResourceManager, token: string): string {
  const kept = request.query.pairs.filter(([name]) => name !== '$skiptoken');
  const parameters = [...kept, ['$skipToken', token] as const].map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  const path = `${manager.resources.idOf(request.account)}/fileServices/default/shares`;
  return `${request.origin}${path}?${parameters.join('&')}`;
}
