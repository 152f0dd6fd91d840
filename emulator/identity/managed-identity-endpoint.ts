import { timingSafeEqual } from 'node:crypto';
import { isKnownResource } from './identity.ts';
import type { IdentityAnswer, IdentityRequest, IdentityTarget } from './serve-identity.ts';

/**
 * The managed-identity endpoint of App Service and Functions
 * (learn.microsoft.com azure/app-service/overview-managed-identity, REST endpoint reference): a GET with
 * `X-IDENTITY-HEADER`, `api-version=2019-08-01`, `resource`, and perhaps the id of a user-assigned identity.
 */
export function answerManagedIdentity(target: IdentityTarget, request: IdentityRequest): IdentityAnswer {
  const { identity, hasAccount } = target;
  if (request.method !== 'GET') return refusal(405, 'The method is not allowed.');
  if (!sameText(request.header('x-identity-header') ?? '', identity.header)) {
    return refusal(401, 'X-IDENTITY-HEADER is missing or is not the value of IDENTITY_HEADER.');
  }
  const version = request.parameter('api-version');
  if (version !== '2019-08-01') return refusal(400, `The api-version '${version ?? ''}' is not supported.`);
  const resource = request.parameter('resource');
  if (resource === undefined || resource === '') return refusal(400, 'The parameter resource is missing.');
  if (!isKnownResource(resource, hasAccount)) {
    return refusal(
      400,
      `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
    );
  }
  const principal = identity.principals.managedIdentity(idOf(request));
  if (principal === undefined) {
    return refusal(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    );
  }
  const { token, notBefore, expiresOn } = identity.issueToken(principal, resource);
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: principal.clientId,
      expires_on: String(expiresOn),
      not_before: String(notBefore),
      resource,
      token_type: 'Bearer',
    },
  };
}

/** The documentation names `client_id`, `principal_id` and `mi_res_id`; clients send the others, too. */
const ID_PARAMETERS = ['client_id', 'clientid', 'principal_id', 'object_id', 'mi_res_id', 'msi_res_id'];

function idOf(request: IdentityRequest): string | undefined {
  for (const name of ID_PARAMETERS) {
    const value = request.parameter(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function refusal(statusCode: number, message: string): IdentityAnswer {
  return { status: statusCode, body: { statusCode, message } };
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
