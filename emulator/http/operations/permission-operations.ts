import { z } from 'zod';
import type { PermissionFormat } from '../../state/index.ts';
import { invalidInput } from '../request-errors.ts';
import { requiredHeader } from '../request-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { parsePermissionFormat, permissionFormat } from '../smb-headers.ts';
import { shareOf } from './addressed.ts';

const bodySchema = z.object({ permission: z.string(), format: z.string().optional() });

/** rest/api/storageservices/create-permission */
export function createFilePermission(request: ServiceRequest, service: Service): ServiceResponse {
  const share = shareOf(request, service);
  const body = bodySchema.safeParse(jsonOrThrow(request.body));
  if (!body.success) throw invalidInput();
  const { permission, format } = body.data;
  const key = share.createPermission(permission, formatOf(format));
  return { status: 201, headers: { 'x-ms-file-permission-key': key } };
}

/** rest/api/storageservices/get-permission; the answer is JSON without a content type */
export function getFilePermission(request: ServiceRequest, service: Service): ServiceResponse {
  const share = shareOf(request, service);
  const format = permissionFormat(request);
  const permission = share.getPermission(requiredHeader(request, 'x-ms-file-permission-key'), format);
  // The format is told by the versions that know more than one.
  const body = request.version >= '2024-11-04' ? { permission, format } : { permission };
  return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

function formatOf(format: string | undefined): PermissionFormat {
  return format === undefined ? 'Sddl' : parsePermissionFormat(format);
}

function jsonOrThrow(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    throw invalidInput();
  }
}
