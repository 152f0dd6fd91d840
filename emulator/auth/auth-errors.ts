import { ServiceError } from '../state/index.ts';

/** 403 of a credential that does not verify; `detail` is told in `AuthenticationErrorDetail`. */
export function authenticationFailed(detail: string): ServiceError {
  return new ServiceError(
    403,
    'AuthenticationFailed',
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    { fields: { AuthenticationErrorDetail: detail } },
  );
}

/** 401 of a request without any credential, with the challenge that token clients look for. */
export function noAuthenticationInformation(tenantId?: string): ServiceError {
  return new ServiceError(
    401,
    'NoAuthenticationInformation',
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
    { headers: { 'www-authenticate': bearerChallenge(tenantId) } },
  );
}

/** Tells token clients for which tenant and resource to get a token. */
export function bearerChallenge(tenantId = 'common'): string {
  return `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}/oauth2/authorize resource_id=https://storage.azure.com`;
}

/** 403 of whatever an account key signed, in an account that has turned keys off. */
export function keyBasedAuthenticationNotPermitted(): ServiceError {
  return new ServiceError(
    403,
    'KeyBasedAuthenticationNotPermitted',
    'Key based authentication is not permitted on this storage account.',
  );
}

/** 409 of a share-level operation with a token, in versions that leave those to Resource Manager. */
export function managementRestrictedToResourceManager(): ServiceError {
  return new ServiceError(
    409,
    'FileOAuthManagementApiRestrictedToSrp',
    'This API does not support bearer tokens. For OAuth, use the Storage Resource Provider APIs instead. Learn more: https://aka.ms/azurefiles/restapi.',
  );
}

/** 400 of an Authorization header that cannot be read. */
export function invalidAuthenticationInfo(): ServiceError {
  return new ServiceError(
    400,
    'InvalidAuthenticationInfo',
    'Authentication information is not given in the correct format. Check the value of Authorization header.',
  );
}

/** What a verified credential was refused for. */
export type AuthorizationCode = keyof typeof AUTHORIZATION_MESSAGES;

const AUTHORIZATION_MESSAGES = {
  AuthorizationFailure: 'This request is not authorized to perform this operation.',
  AuthorizationPermissionMismatch:
    'This request is not authorized to perform this operation using this permission.',
  AuthorizationProtocolMismatch:
    'This request is not authorized to perform this operation using this protocol.',
  AuthorizationResourceTypeMismatch:
    'This request is not authorized to perform this operation using this resource type.',
  AuthorizationServiceMismatch:
    'This request is not authorized to perform this operation using this service.',
  AuthorizationSourceIPMismatch:
    'This request is not authorized to perform this operation using this source IP {0}.',
} as const;

/** 403 of a credential that verifies but does not allow this request. */
export function notAuthorized(code: AuthorizationCode, subject = ''): ServiceError {
  return new ServiceError(403, code, AUTHORIZATION_MESSAGES[code].replace('{0}', subject));
}
