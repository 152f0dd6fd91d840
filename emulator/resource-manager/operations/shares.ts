import { z } from 'zod';
import { given } from '../../http/given.ts';
import { formatEtag, ServiceError, type ShareProperties } from '../../state/index.ts';
import { invalidPropertyValue, missingProperty } from '../management-errors.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { optional, requestJson } from '../request-json.ts';
import { expands } from '../route-management.ts';
import { shareIdentity, shareResource } from '../share-resource.ts';
import { accountOf, shareOf, snapshotOf } from './addressed-resource.ts';
import { accessTierOf, applyTo, protocolOf, type RequestedShare, requestedShare } from './requested-share.ts';

/** rest/api/storagerp/file-shares/get: the share, or with `x-ms-snapshot` one of its snapshots */
export function getShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const share = shareOf(request, manager);
  const snapshot = snapshotOf(request);
  const properties = share.properties(given({ snapshot }));
  const acl = snapshot === undefined ? share.settings.acl : share.snapshot(snapshot).settings.acl;
  const usageBytes =
    snapshot === undefined && expands(request.query).has('stats') ? share.usageBytes() : undefined;
  return {
    status: 200,
    etag: formatEtag(properties.modified),
    body: shareResource(identityOf(request, manager), properties, { acl, snapshot, usageBytes }),
  };
}

/** rest/api/storagerp/file-shares/create; a share that is there already is updated */
export function createShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const account = accountOf(request, manager);
  const requested = requestedShare(request);
  const known = account.findShare(request.share);
  if (known === undefined) {
    const share = account.createShare(
      request.share,
      given({
        quotaGiB: requested.shareQuota,
        metadata: requested.metadata,
        accessTier: accessTierOf(requested),
        protocol: protocolOf(requested),
      }),
    );
    applyTo(
      share,
      given({ signedIdentifiers: requested.signedIdentifiers, rootSquash: requested.rootSquash }),
    );
    return { status: 201, ...writtenShare(request, manager, requested, share.modified) };
  }
  if (requested.enabledProtocols !== undefined && protocolOf(requested) !== known.settings.protocol) {
    throw invalidPropertyValue('enabledProtocols', requested.enabledProtocols);
  }
  applyTo(known, requested);
  return { status: 200, ...writtenShare(request, manager, requested, known.modified) };
}

/**
 * rest/api/storagerp/file-shares/create with `$expand=snapshots`. The id of the snapshot is told with all its
 * seven fractional digits.
 */
export function snapshotShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const requested = requestedShare(request);
  const { id, modified } = shareOf(request, manager).createSnapshot(requested.metadata);
  return { status: 201, ...writtenShare(request, manager, { ...requested, snapshotTime: id }, modified) };
}

/** rest/api/storagerp/file-shares/update; what the body leaves out stays */
export function updateShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const share = shareOf(request, manager);
  const requested = requestedShare(request);
  applyTo(share, requested);
  return { status: 200, ...writtenShare(request, manager, requested, share.modified) };
}

/**
 * rest/api/storagerp/file-shares/delete. Without `x-ms-snapshot` this deletes the share and, unless `$include`
 * is `none`, its snapshots. A lease that is in the way gets 409: the interface has no way to give its id.
 */
export function deleteShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const account = accountOf(request, manager);
  const share = account.findShare(request.share);
  const snapshot = snapshotOf(request);
  const snapshots = snapshotsToDelete(request);
  if (share === undefined) return { status: 204 };
  try {
    if (snapshot === undefined) account.deleteShare(share.name, given({ snapshots }));
    else share.deleteSnapshot(snapshot);
  } catch (error) {
    throw error instanceof ServiceError && error.status === 412 ? conflictOf(error) : error;
  }
  return { status: 200 };
}

const restoreSchema = z.object({
  deletedShareName: optional(z.string()),
  deletedShareVersion: optional(z.string()),
});

/** rest/api/storagerp/file-shares/restore */
export function restoreShare(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const { deletedShareName, deletedShareVersion } = requestJson(request, restoreSchema);
  if (deletedShareName === undefined) throw missingProperty('deletedShareName');
  if (deletedShareVersion === undefined) throw missingProperty('deletedShareVersion');
  accountOf(request, manager).restoreShare(request.share, deletedShareName, deletedShareVersion);
  return { status: 200 };
}

function identityOf(request: ManagementRequest, manager: ResourceManager) {
  return shareIdentity(manager.resources, request.account, request.share);
}

/** Answers to writes repeat the properties that were given; all others are told by reading the share. */
function writtenShare(
  request: ManagementRequest,
  manager: ResourceManager,
  properties: RequestedShare & { readonly snapshotTime?: string },
  modified: ShareProperties['modified'],
) {
  const body = { ...identityOf(request, manager), properties: given(properties) };
  return { etag: formatEtag(modified), body };
}

function conflictOf({ code, message }: ServiceError): ServiceError {
  return new ServiceError(409, code, message);
}

function snapshotsToDelete(request: ManagementRequest): 'include' | 'include-leased' | undefined {
  const include = request.query.get('$include');
  switch (include?.toLowerCase()) {
    case undefined:
    case '':
    case 'snapshots':
      return 'include';
    case 'leased-snapshots':
      return 'include-leased';
    case 'none':
      return undefined;
    default:
      throw invalidPropertyValue('$include', include);
  }
}
