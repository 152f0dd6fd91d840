import type { ActionPlane } from '../identity/roles.ts';

/**
 * Who a request comes from, once its credential has been verified. What the principal may do is decided
 * by `authorize`, so that a further kind of credential adds one case here, one in `authenticate` and one
 * in `authorize`.
 */
export type Principal =
  | SharedKeyPrincipal
  | AccountSasPrincipal
  | ServiceSasPrincipal
  | TokenPrincipal
  | DelegatedSasPrincipal;

/** The owner of an account key, who may do everything in the account. */
export type SharedKeyPrincipal = { readonly kind: 'shared-key'; readonly account: string };

/** The bearer of an account SAS: services, resource types and permissions as the letters of `ss`, `srt`, `sp`. */
export type AccountSasPrincipal = {
  readonly kind: 'account-sas';
  readonly account: string;
  readonly services: string;
  readonly resourceTypes: string;
  readonly permissions: string;
};

/** The bearer of a service SAS for one share (`resource` is `s`) or one file (`f`). */
export type ServiceSasPrincipal = {
  readonly kind: 'service-sas';
  readonly account: string;
  readonly share: string;
  readonly resource: 's' | 'f';
  readonly permissions: string;
};

/** The bearer of an access token, who may do what the roles of its principal allow. */
export type TokenPrincipal = {
  readonly kind: 'token';
  readonly account: string;
  readonly objectId: string;
  readonly tenantId: string;
  readonly allows: RoleCheck;
};

/** The bearer of a user delegation SAS: its letters, within what the delegating principal's roles allow. */
export type DelegatedSasPrincipal = Omit<ServiceSasPrincipal, 'kind'> & {
  readonly kind: 'user-delegation-sas';
  readonly allows: RoleCheck;
};

/** Whether roles allow an action in the account. */
export type RoleCheck = (plane: ActionPlane, action: string) => boolean;
