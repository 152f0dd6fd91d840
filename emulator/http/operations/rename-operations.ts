import { rename } from '../../state/index.ts';
import { authorizeSource, sourceAddress } from '../copy-source.ts';
import { given } from '../given.ts';
import { writtenHeaders } from '../property-headers.ts';
import { invalidHeaderValue } from '../request-errors.ts';
import { booleanHeader, metadataHeaders, requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import { header, type ServiceRequest, type ServiceResponse } from '../service-request.ts';
import { smbProperties } from '../smb-headers.ts';
import { withoutTrailingDots } from '../trailing-dots.ts';
import { shareOf } from './addressed.ts';

/** rest/api/storageservices/rename-file and rename-directory, within one share */
export function renameHandler(request: ServiceRequest, service: Service): ServiceResponse {
  const url = requiredHeader(request, 'x-ms-file-rename-source');
  const source = sourceAddress('x-ms-file-rename-source', url, request, service);
  if (source.account !== request.account || source.share !== request.share) {
    throw invalidHeaderValue('x-ms-file-rename-source', source.base);
  }
  // A source named without a SAS goes by the credential of the request, whatever that is.
  if (source.query.get('sig') !== undefined) authorizeSource(source, request, service, 'DeleteFile');
  const keepsDots = booleanHeader(request, 'x-ms-source-allow-trailing-dot') ?? false;
  const located = rename(
    shareOf(request, service),
    withoutTrailingDots(source.path, keepsDots),
    request.path,
    given({
      ...smbProperties(request),
      kind: request.operation === 'RenameDirectory' ? 'directory' : 'file',
      replaceIfExists: booleanHeader(request, 'x-ms-file-rename-replace-if-exists'),
      ignoreReadOnly: booleanHeader(request, 'x-ms-file-rename-ignore-readonly'),
      sourceLeaseId: header(request, 'x-ms-source-lease-id'),
      destinationLeaseId: header(request, 'x-ms-destination-lease-id'),
      contentType: header(request, 'x-ms-content-type'),
      metadata: metadataHeaders(request),
    } as const),
  );
  return { status: 200, headers: writtenHeaders(located, request.version) };
}
