import type { Identity } from './identity.ts';
import type { Principals, SecurityPrincipal } from './principals.ts';
import { IDENTITY_PATH } from './serve-identity.ts';

/** How clients get tokens. */
export type IdentityInfo = {
  /** Value of `IDENTITY_ENDPOINT`. */
  readonly endpoint: string;
  /** Value of `IDENTITY_HEADER`. */
  readonly header: string;
  readonly tenant: string;
  /** Authority host of client credentials; needs HTTPS. */
  readonly authority?: string;
  readonly bearerOverHttp: boolean;
  readonly principals: readonly PrincipalInfo[];
};

export type PrincipalInfo = {
  readonly name: string;
  readonly kind: SecurityPrincipal['kind'];
  readonly tenant: string;
  readonly objectId: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly resourceId?: string;
  readonly roles: readonly { readonly role: string; readonly account?: string }[];
};

/** What a client must know to get tokens from an emulator at these URLs. */
export function identityInfo(identity: Identity, url: string, httpsUrl: string | undefined): IdentityInfo {
  const { principals } = identity;
  return {
    endpoint: `${url}${IDENTITY_PATH}`,
    header: identity.header,
    tenant: identity.tenantId,
    ...(httpsUrl === undefined ? {} : { authority: httpsUrl }),
    bearerOverHttp: identity.bearerOverHttp,
    principals: principals.all().map((principal) => principalInfo(principals, principal)),
  };
}

/** A principal, its ids and its roles. */
export function principalInfo(principals: Principals, principal: SecurityPrincipal): PrincipalInfo {
  const { name, kind, tenantId, objectId, clientId, clientSecret, resourceId } = principal;
  return {
    name,
    kind,
    tenant: tenantId,
    objectId,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(resourceId === undefined ? {} : { resourceId }),
    roles: principals
      .assignmentsOf(principal)
      .map(({ role, account }) => ({ role: role.name, ...(account === undefined ? {} : { account }) })),
  };
}
