import { notAuthorized } from '../../auth/auth-errors.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';

/** rest/api/storageservices/get-user-delegation-key: for token credentials only, which no account accepts yet */
export function getUserDelegationKey(_request: ServiceRequest, _service: Service): ServiceResponse {
  throw notAuthorized('AuthorizationFailure');
}
