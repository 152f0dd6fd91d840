import { createHmac } from 'node:crypto';

/** What a user delegation key is made for; times as `2026-11-21T05:30:00Z`. */
export type UserDelegationKeyFields = {
  readonly objectId: string;
  readonly tenantId: string;
  readonly start: string;
  readonly expiry: string;
  readonly service: string;
  readonly version: string;
  /** Tenant of the user that a SAS may be bound to; empty when there is none. */
  readonly delegatedUserTenantId: string;
};

/**
 * The base64 value of a user delegation key. It follows from its fields and a secret of the account, so that a
 * SAS names all that is needed to verify it, and a key outlives a restart with the account.
 */
export function userDelegationKeyValue(accountKey: string, fields: UserDelegationKeyFields): string {
  const text = [
    'user delegation key',
    fields.objectId,
    fields.tenantId,
    fields.start,
    fields.expiry,
    fields.service,
    fields.version,
    fields.delegatedUserTenantId,
  ].join('\n');
  return createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64');
}

/** The base64 signature of a text under a user delegation key. */
export function signWithUserDelegationKey(value: string, text: string): string {
  return createHmac('sha256', Buffer.from(value, 'base64')).update(text).digest('base64');
}
