import {
  createDirectory,
  deleteDirectory,
  getDirectory,
  setDirectoryMetadata,
  setDirectoryProperties,
} from '../../state/index.ts';
import { given } from '../given.ts';
import { addMetadata, modifiedHeaders, readHeaders, writtenHeaders } from '../property-headers.ts';
import { metadataHeaders } from '../request-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { createdProperties, propertySemantics, smbProperties } from '../smb-headers.ts';
import { shareOf, viewOf } from './addressed.ts';

/** rest/api/storageservices/create-directory */
export function createDirectoryHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const located = createDirectory(
    shareOf(request, service),
    request.path,
    given({
      ...createdProperties(request),
      metadata: metadataHeaders(request),
      semantics: propertySemantics(request),
    }),
  );
  return { status: 201, headers: writtenHeaders(located, request.version) };
}

/** rest/api/storageservices/get-directory-properties, and with `comp=metadata` get-directory-metadata */
export function getDirectoryProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const located = getDirectory(viewOf(request, service), request.path);
  if (request.query.get('comp') === undefined) {
    return { status: 200, headers: readHeaders(located, request.version) };
  }
  const headers = modifiedHeaders(located.entry.modified);
  addMetadata(headers, located.entry.metadata);
  return { status: 200, headers };
}

/** rest/api/storageservices/set-directory-properties */
export function setDirectoryPropertiesHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const located = setDirectoryProperties(shareOf(request, service), request.path, smbProperties(request));
  return { status: 200, headers: writtenHeaders(located, request.version) };
}

/** rest/api/storageservices/set-directory-metadata */
export function setDirectoryMetadataHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const metadata = metadataHeaders(request) ?? {};
  const { entry } = setDirectoryMetadata(shareOf(request, service), request.path, metadata);
  return {
    status: 200,
    headers: { ...modifiedHeaders(entry.modified), 'x-ms-request-server-encrypted': 'true' },
  };
}

/** rest/api/storageservices/delete-directory */
export function deleteDirectoryHandler(request: ServiceRequest, service: Service): ServiceResponse {
  deleteDirectory(shareOf(request, service), request.path);
  return { status: 202, headers: {} };
}
