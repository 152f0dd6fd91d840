import { abortCopy, type CopyFileOptions, copyFile, type Ticks } from '../../state/index.ts';
import { openCopySource } from '../copy-source.ts';
import { given } from '../given.ts';
import { modifiedHeaders } from '../property-headers.ts';
import { invalidHeaderValue, missingRequiredQueryParameter } from '../request-errors.ts';
import { booleanHeader, metadataHeaders, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { chargeCopy } from '../share-traffic.ts';
import { parseAttributesOrThrow, parseTicksOrThrow, permissionHeader } from '../smb-headers.ts';
import { leaseCondition, shareOf } from './addressed.ts';
import { requireOverwriteRight } from './file-operations.ts';

/** rest/api/storageservices/copy-file */
export function copyFileHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const share = shareOf(request, service);
  requireOverwriteRight(request, share);
  const source = openCopySource(request, service);
  const { entry, copy } = copyFile(share, request.path, source.file, {
    ...copyOptions(request),
    sourceUrl: source.url,
  });
  chargeCopy(request, service, source.address, source.file.entry.size);
  return {
    status: 202,
    headers: { ...modifiedHeaders(entry.modified), 'x-ms-copy-id': copy.id, 'x-ms-copy-status': copy.status },
  };
}

/** rest/api/storageservices/abort-copy-file */
export function abortCopyFile(request: ServiceRequest, service: Service): ServiceResponse {
  const action = requiredHeader(request, 'x-ms-copy-action');
  if (action.toLowerCase() !== 'abort') throw invalidHeaderValue('x-ms-copy-action', action);
  const copyId = request.query.get('copyid');
  if (copyId === undefined) throw missingRequiredQueryParameter('copyid');
  abortCopy(shareOf(request, service), request.path, copyId, leaseCondition(request));
  return { status: 204, headers: {} };
}

function copyOptions(request: ServiceRequest): Omit<CopyFileOptions, 'sourceUrl'> {
  return given({
    ...leaseCondition(request),
    metadata: metadataHeaders(request),
    permission: copyPermission(request),
    attributes: copyAttributes(request),
    creationTime: copyTime(request, 'x-ms-file-creation-time'),
    lastWriteTime: copyTime(request, 'x-ms-file-last-write-time'),
    changeTime: copyTime(request, 'x-ms-file-change-time'),
    ignoreReadOnly: booleanHeader(request, 'x-ms-file-copy-ignore-readonly'),
    setArchive: booleanHeader(request, 'x-ms-file-copy-set-archive'),
  });
}

function copyPermission(request: ServiceRequest): CopyFileOptions['permission'] {
  const mode = header(request, 'x-ms-file-permission-copy-mode')?.toLowerCase();
  if (mode !== undefined && mode !== 'source' && mode !== 'override') {
    throw invalidHeaderValue('x-ms-file-permission-copy-mode', mode);
  }
  const permission = permissionHeader(request);
  if (mode === 'source') {
    if (permission !== undefined) throw invalidHeaderValue('x-ms-file-permission-copy-mode', mode);
    return 'source';
  }
  if (permission === 'preserve') throw invalidHeaderValue('x-ms-file-permission', permission);
  return permission;
}

function copyAttributes(request: ServiceRequest): CopyFileOptions['attributes'] {
  const text = header(request, 'x-ms-file-attributes');
  if (text === undefined) return undefined;
  return text.toLowerCase() === 'source' ? 'source' : parseAttributesOrThrow(text);
}

function copyTime(request: ServiceRequest, name: string): 'source' | 'now' | Ticks | undefined {
  const text = header(request, name);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  return lower === 'source' || lower === 'now' ? lower : parseTicksOrThrow(name, text);
}
