import { authenticationFailed } from '../../auth/auth-errors.ts';
import { formatSasTime, parseSasTime } from '../../auth/sas-time.ts';
import { userDelegationKeyValue } from '../../identity/user-delegation-keys.ts';
import { invalidXmlNodeValue } from '../request-errors.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { buildXml, childText, parseXml, type XmlNode } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { accountOf } from './addressed.ts';

const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * rest/api/storageservices/get-user-delegation-key, for token credentials only. Start and expiry must be within
 * seven days of now by the emulator's clock.
 */
export function getUserDelegationKey(request: ServiceRequest, service: Service): ServiceResponse {
  const { principal } = request;
  if (principal.kind !== 'token')
    throw authenticationFailed('Only authentication scheme Bearer is supported.');
  const keyInfo = parseXml(request.body, 'KeyInfo');
  const now = service.state.clock.milliseconds();
  const start = timeOf(keyInfo, 'Start') ?? now;
  const expiry = timeOf(keyInfo, 'Expiry');
  if (Math.abs(start - now) > LONGEST_MS) throw invalid(keyInfo, 'Start');
  if (expiry === undefined || expiry <= now || expiry <= start || expiry - now > LONGEST_MS) {
    throw invalid(keyInfo, 'Expiry');
  }
  const fields = {
    objectId: principal.objectId,
    tenantId: principal.tenantId,
    start: formatSasTime(start),
    expiry: formatSasTime(expiry),
    service: 'f',
    version: request.version,
    delegatedUserTenantId: childText(keyInfo, 'DelegatedUserTid') ?? '',
  };
  const [accountKey] = accountOf(request, service).keys;
  return xmlResponse(
    buildXml('UserDelegationKey', {
      SignedOid: fields.objectId,
      SignedTid: fields.tenantId,
      SignedStart: fields.start,
      SignedExpiry: fields.expiry,
      SignedService: fields.service,
      SignedVersion: fields.version,
      SignedDelegatedUserTid: fields.delegatedUserTenantId === '' ? undefined : fields.delegatedUserTenantId,
      Value: userDelegationKeyValue(accountKey, fields),
    }),
  );
}

function timeOf(keyInfo: XmlNode, name: string): number | undefined {
  const text = childText(keyInfo, name);
  if (text === undefined || text === '') return undefined;
  const time = parseSasTime(text);
  if (time === undefined) throw invalid(keyInfo, name);
  return time;
}

function invalid(keyInfo: XmlNode, name: string): Error {
  return invalidXmlNodeValue(name, childText(keyInfo, name) ?? '');
}
