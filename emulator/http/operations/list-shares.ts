import { formatEtag, formatHttpDate, type ShareListItem } from '../../state/index.ts';
import { given } from '../given.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { buildXml, type XmlNode } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { accountOf, includes, maxResultsOf } from './addressed.ts';

/** rest/api/storageservices/list-shares */
export function listShares(request: ServiceRequest, service: Service): ServiceResponse {
  const { query } = request;
  const include = includes(request);
  const maxResults = maxResultsOf(request);
  const markerPrefix = `/${request.account}/`;
  const marker = query.get('marker');
  const page = accountOf(request, service).listShares(
    given({
      prefix: query.get('prefix'),
      marker: marker?.startsWith(markerPrefix) ? marker.slice(markerPrefix.length) : marker,
      maxResults,
      metadata: include.has('metadata'),
      snapshots: include.has('snapshots'),
      deleted: include.has('deleted'),
    }),
  );
  const body = buildXml('EnumerationResults', {
    '@ServiceEndpoint': request.serviceEndpoint,
    Prefix: query.get('prefix'),
    Marker: marker,
    MaxResults: query.get('maxresults'),
    Shares:
      page.items.length === 0
        ? ''
        : { Share: page.items.map((item) => shareNode(item, include.has('metadata'), request.version)) },
    NextMarker: page.nextMarker === undefined ? '' : markerPrefix + page.nextMarker,
  });
  return xmlResponse(body);
}

function shareNode(item: ShareListItem, withMetadata: boolean, version: string): XmlNode {
  const { properties, deleted } = item;
  const isNew = version >= '2020-02-10';
  const isSnapshot = item.snapshot !== undefined;
  return {
    Name: item.name,
    Snapshot: item.snapshot,
    Deleted: deleted === undefined ? undefined : 'true',
    Version: deleted?.version,
    Properties: {
      'Last-Modified': formatHttpDate(properties.modified),
      Etag: formatEtag(properties.modified),
      LeaseStatus: isNew ? properties.lease.status : undefined,
      LeaseState: isNew ? properties.lease.state : undefined,
      LeaseDuration: isNew ? properties.lease.duration : undefined,
      Quota: String(properties.quotaGiB),
      AccessTier: isNew && !isSnapshot ? properties.accessTier : undefined,
      AccessTierChangeTime:
        isNew && !isSnapshot ? formatHttpDate(properties.accessTierChangeTime) : undefined,
      EnabledProtocols: version >= '2021-10-04' ? properties.protocol : undefined,
      RootSquash: properties.rootSquash,
      DefaultEncryptionScope: isNew ? '$account-encryption-key' : undefined,
      DenyEncryptionScopeOverride: isNew ? 'false' : undefined,
      DeletedTime: deleted === undefined ? undefined : formatHttpDate(deleted.deletedTime),
      RemainingRetentionDays: deleted === undefined ? undefined : String(deleted.remainingRetentionDays),
    },
    Metadata: withMetadata ? metadataNode(properties.metadata) : undefined,
  };
}

function metadataNode(metadata: Readonly<Record<string, string>>): XmlNode {
  return Object.keys(metadata).length === 0 ? '' : metadata;
}
