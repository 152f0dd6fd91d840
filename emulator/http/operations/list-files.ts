import { type EntryPage, listEntries } from '../../state/index.ts';
import { given } from '../given.ts';
import { writeListing } from '../listing-xml.ts';
import { invalidQueryParameterValue } from '../request-errors.ts';
import { booleanHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { includes, maxResultsOf, viewOf } from './addressed.ts';

/** rest/api/storageservices/list-directories-and-files */
export function listFiles(request: ServiceRequest, service: Service): ServiceResponse {
  const view = viewOf(request, service);
  const include = request.version >= '2020-04-08' ? includes(request) : new Set<string>();
  const prefix = request.query.get('prefix');
  const marker = request.query.get('marker');
  const page: EntryPage = listEntries(
    view,
    request.path,
    given({
      prefix,
      marker: marker === undefined || marker === '' ? undefined : nameOfMarker(marker),
      maxResults: maxResultsOf(request),
    }),
  );
  const hasIds = request.version >= '2020-10-02';
  const body = writeListing(page, {
    serviceEndpoint: request.serviceEndpoint,
    share: request.share,
    snapshot: view.snapshot,
    directoryPath: request.path.join('/'),
    prefix,
    marker,
    maxResults: request.query.get('maxresults'),
    nextMarker: page.nextMarker === undefined ? undefined : markerOfName(page.nextMarker),
    ids: hasIds || include.size > 0 || booleanHeader(request, 'x-ms-file-extended-info') === true,
    directoryId: hasIds,
    timestamps: include.has('timestamps'),
    etag: include.has('etag'),
    attributes: include.has('attributes'),
    permissionKey: include.has('permissionkey'),
  });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/** Markers look as the service's do: a length, and base64 of the next name with hyphens for padding. */
function markerOfName(name: string): string {
  const base64 = Buffer.from(name, 'utf8').toString('base64').replaceAll('=', '-');
  return `1!${base64.length}!${base64}`;
}

function nameOfMarker(marker: string): string {
  const match = /^1!(\d+)!([A-Za-z0-9+/]*-{0,2})$/.exec(marker);
  const base64 = match?.[2];
  if (base64 === undefined || base64.length !== Number(match?.[1]))
    throw invalidQueryParameterValue('marker', marker);
  return Buffer.from(base64.replaceAll('-', '='), 'base64').toString('utf8');
}
