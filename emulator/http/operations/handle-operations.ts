import { closeHandles, formatHttpDate, type Handle, listHandles } from '../../state/index.ts';
import { given } from '../given.ts';
import { booleanHeader, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { buildXml, type XmlNode } from '../xml.ts';
import { encodedName } from '../xml-names.ts';
import { xmlResponse } from '../xml-response.ts';
import { maxResultsOf, viewOf } from './addressed.ts';

/** rest/api/storageservices/list-handles */
export function listHandlesHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const page = listHandles(
    viewOf(request, service),
    request.path,
    given({
      recursive: booleanHeader(request, 'x-ms-recursive'),
      marker: request.query.get('marker') || undefined,
      maxResults: maxResultsOf(request),
    }),
  );
  const body = buildXml('EnumerationResults', {
    Entries: page.handles.length === 0 ? '' : { Handle: page.handles.map(handleNode) },
    NextMarker: page.nextMarker ?? '',
  });
  return xmlResponse(body);
}

/** rest/api/storageservices/force-close-handles */
export function forceCloseHandles(request: ServiceRequest, service: Service): ServiceResponse {
  const recursive = booleanHeader(request, 'x-ms-recursive');
  const handleId = requiredHeader(request, 'x-ms-handle-id');
  const closed = closeHandles(viewOf(request, service), request.path, handleId, given({ recursive }));
  return {
    status: 200,
    headers: {
      'x-ms-number-of-handles-closed': String(closed),
      'x-ms-number-of-handles-failed': '0',
    },
  };
}

function handleNode(handle: Handle): XmlNode {
  const path = encodedName(handle.path);
  return {
    HandleId: handle.handleId,
    Path: path === undefined ? handle.path : { '@Encoded': 'true', '#text': path },
    FileId: handle.fileId,
    ParentId: handle.parentId,
    SessionId: handle.sessionId,
    ClientIp: handle.clientIp,
    OpenTime: formatHttpDate(handle.openTime),
  };
}
