import { type EntryPage, listEntries } from '../../state/index.ts';
import { given } from '../given.ts';
import { listingBytes } from '../listing-xml.ts';
import { markerOf, parseMarker } from '../page-marker.ts';
import { booleanHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { xmlResponse } from '../xml-response.ts';
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
      marker: marker === undefined || marker === '' ? undefined : parseMarker(marker),
      maxResults: maxResultsOf(request),
    }),
  );
  const hasIds = request.version >= '2020-10-02';
  const body = listingBytes(page, {
    serviceEndpoint: request.serviceEndpoint,
    share: request.share,
    snapshot: view.snapshot,
    directoryPath: request.path.join('/'),
    prefix,
    marker,
    maxResults: request.query.get('maxresults'),
    nextMarker: page.nextMarker === undefined ? undefined : markerOf(page.nextMarker),
    ids: hasIds || include.size > 0 || booleanHeader(request, 'x-ms-file-extended-info') === true,
    directoryId: hasIds,
    timestamps: include.has('timestamps'),
    etag: include.has('etag'),
    attributes: include.has('attributes'),
    permissionKey: include.has('permissionkey'),
  });
  return xmlResponse(body);
}
