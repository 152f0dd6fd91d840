import type { ServiceRequest } from './service-request.ts';

/** Query parameters of a SAS for one resource, and the header that each sets in answers. */
const OVERRIDES = [
  ['rscc', 'cache-control'],
  ['rscd', 'content-disposition'],
  ['rsce', 'content-encoding'],
  ['rscl', 'content-language'],
  ['rsct', 'content-type'],
] as const;

/**
 * Puts the headers that a service SAS names in place of the file's own; rest/api/storageservices/create-service-sas,
 * which has them from version 2015-02-21. An account SAS has no such fields.
 */
export function overrideBySas(
  headers: Record<string, string>,
  { principal, query }: Pick<ServiceRequest, 'principal' | 'query'>,
): void {
  if (principal.kind === 'shared-key' || principal.kind === 'account-sas') return;
  if (query.get('sig') === undefined) return;
  for (const [parameter, name] of OVERRIDES) {
    const value = query.get(parameter);
    if (value !== undefined) headers[name] = value;
  }
}
