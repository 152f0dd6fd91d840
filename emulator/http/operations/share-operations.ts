import { formatHttpDate, type ShareProperties } from '../../state/index.ts';
import { given } from '../given.ts';
import { addLease, addMetadata, modifiedHeaders } from '../property-headers.ts';
import { invalidHeaderValue } from '../request-errors.ts';
import { integerHeader, metadataHeaders, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { buildXml } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { accountOf, leaseCondition, shareOf, snapshotOf } from './addressed.ts';

type AccessTier = ShareProperties['accessTier'];
type ShareProtocol = ShareProperties['protocol'];

/** rest/api/storageservices/create-share */
export function createShare(request: ServiceRequest, service: Service): ServiceResponse {
  const share = accountOf(request, service).createShare(
    request.share,
    given({
      quotaGiB: integerHeader(request, 'x-ms-share-quota'),
      metadata: metadataHeaders(request),
      accessTier: accessTier(request),
      protocol: protocol(request),
    }),
  );
  return { status: 201, headers: modifiedHeaders(share.properties().modified) };
}

/** rest/api/storageservices/get-share-properties, and with `comp=metadata` get-share-metadata */
export function getShareProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const snapshot = snapshotOf(request);
  const properties = shareOf(request, service).properties(given({ ...leaseCondition(request), snapshot }));
  const headers = modifiedHeaders(properties.modified);
  addMetadata(headers, properties.metadata);
  if (request.query.get('comp') === undefined) addShareHeaders(headers, properties, request.version);
  return { status: 200, headers };
}

/** rest/api/storageservices/set-share-properties */
export function setShareProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const properties = shareOf(request, service).setProperties(
    given({
      ...leaseCondition(request),
      quotaGiB: integerHeader(request, 'x-ms-share-quota'),
      accessTier: accessTier(request),
      rootSquash: header(request, 'x-ms-root-squash'),
    }),
  );
  return { status: 200, headers: modifiedHeaders(properties.modified) };
}

/** rest/api/storageservices/set-share-metadata */
export function setShareMetadata(request: ServiceRequest, service: Service): ServiceResponse {
  const properties = shareOf(request, service).setMetadata(
    metadataHeaders(request) ?? {},
    leaseCondition(request),
  );
  return { status: 200, headers: modifiedHeaders(properties.modified) };
}

/** rest/api/storageservices/get-share-stats */
export function getShareStats(request: ServiceRequest, service: Service): ServiceResponse {
  const bytes = shareOf(request, service).usageBytes(leaseCondition(request));
  return xmlResponse(buildXml('ShareStats', { ShareUsageBytes: String(bytes) }));
}

/** rest/api/storageservices/delete-share: the share, or with `sharesnapshot` one of its snapshots */
export function deleteShare(request: ServiceRequest, service: Service): ServiceResponse {
  const snapshot = snapshotOf(request);
  const snapshots = deleteSnapshots(request);
  if (snapshot === undefined) {
    accountOf(request, service).deleteShare(request.share, given({ ...leaseCondition(request), snapshots }));
  } else {
    if (snapshots !== undefined) throw invalidHeaderValue('x-ms-delete-snapshots', snapshots);
    shareOf(request, service).deleteSnapshot(snapshot, leaseCondition(request));
  }
  return { status: 202, headers: {} };
}

/** rest/api/storageservices/snapshot-share */
export function snapshotShare(request: ServiceRequest, service: Service): ServiceResponse {
  const made = shareOf(request, service).createSnapshot(metadataHeaders(request));
  return { status: 201, headers: { ...modifiedHeaders(made.modified), 'x-ms-snapshot': made.id } };
}

/** rest/api/storageservices/restore-share */
export function restoreShare(request: ServiceRequest, service: Service): ServiceResponse {
  const share = accountOf(request, service).restoreShare(
    request.share,
    requiredHeader(request, 'x-ms-deleted-share-name'),
    requiredHeader(request, 'x-ms-deleted-share-version'),
  );
  return { status: 201, headers: modifiedHeaders(share.properties().modified) };
}

function addShareHeaders(
  headers: Record<string, string>,
  properties: ShareProperties,
  version: string,
): void {
  headers['x-ms-share-quota'] = String(properties.quotaGiB);
  headers['x-ms-has-immutability-policy'] = 'false';
  headers['x-ms-has-legal-hold'] = 'false';
  if (version < '2020-02-10') return;
  addLease(headers, properties.lease);
  headers['x-ms-access-tier'] = properties.accessTier;
  headers['x-ms-access-tier-change-time'] = formatHttpDate(properties.accessTierChangeTime);
  // The service tells the protocol of SMB shares from this version on; before, only of NFS shares.
  if (version >= '2021-10-04' || properties.protocol === 'NFS') {
    headers['x-ms-enabled-protocols'] = properties.protocol;
  }
  if (properties.rootSquash !== undefined) headers['x-ms-root-squash'] = properties.rootSquash;
}

const TIERS: Readonly<Record<string, AccessTier>> = {
  transactionoptimized: 'TransactionOptimized',
  hot: 'Hot',
  cool: 'Cool',
  premium: 'Premium',
};

function accessTier(request: ServiceRequest): AccessTier | undefined {
  const text = header(request, 'x-ms-access-tier');
  if (text === undefined) return undefined;
  const tier = TIERS[text.toLowerCase()];
  if (tier === undefined) throw invalidHeaderValue('x-ms-access-tier', text);
  return tier;
}

function protocol(request: ServiceRequest): ShareProtocol | undefined {
  const text = header(request, 'x-ms-enabled-protocols');
  if (text === undefined) return undefined;
  const upper = text.toUpperCase();
  if (upper !== 'SMB' && upper !== 'NFS') throw invalidHeaderValue('x-ms-enabled-protocols', text);
  return upper;
}

function deleteSnapshots(request: ServiceRequest): 'include' | 'include-leased' | undefined {
  const text = header(request, 'x-ms-delete-snapshots');
  if (text === undefined || text === 'include' || text === 'include-leased') return text;
  throw invalidHeaderValue('x-ms-delete-snapshots', text);
}
