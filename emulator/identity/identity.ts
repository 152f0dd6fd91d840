import { randomBytes } from 'node:crypto';
import { type IssuedToken, TokenIssuer, type TokenVerdict } from './access-tokens.ts';
import { type PrincipalOption, Principals, type SecurityPrincipal } from './principals.ts';

export type IdentityOptions = {
  /** The tenant of accounts and principals. */
  readonly tenantId?: string;
  /** What clients must send as `X-IDENTITY-HEADER`; made up unless given. */
  readonly header?: string;
  readonly principals?: readonly PrincipalOption[];
  /** How long tokens are valid, by the emulator's clock; 24 hours unless given. */
  readonly tokenLifetimeMs?: number;
  /** Takes bearer tokens over plain HTTP, too, from clients on this machine. Azure takes them over HTTPS alone. */
  readonly bearerOverHttp?: boolean;
};

const DEFAULT_TENANT = '7e5a3f10-6c1d-4b5e-9a57-0d4e2c8b1f36';
const DAY_MS = 24 * 60 * 60 * 1000;

const STORAGE_AUDIENCE = 'https://storage.azure.com';
/** What tokens for Resource Manager may name as their audience. */
export const MANAGEMENT_AUDIENCES = [
  'https://management.azure.com',
  'https://management.core.windows.net',
] as const;

/** What Microsoft Entra ID is to Azure: a tenant with principals, their roles, and tokens for them. */
export class Identity {
  readonly tenantId: string;
  readonly header: string;
  readonly principals: Principals;
  bearerOverHttp: boolean;
  tokenLifetimeMs: number;
  readonly #issuer = new TokenIssuer();
  readonly #now: () => number;

  /** `now` is the emulator's clock in milliseconds since 1970. */
  constructor(options: IdentityOptions, now: () => number) {
    this.tenantId = (options.tenantId ?? DEFAULT_TENANT).toLowerCase();
    this.header = options.header ?? randomBytes(16).toString('hex');
    this.bearerOverHttp = options.bearerOverHttp ?? false;
    this.tokenLifetimeMs = options.tokenLifetimeMs ?? DAY_MS;
    this.#now = now;
    this.principals = new Principals(this.tenantId);
    for (const principal of options.principals ?? []) this.principals.add(principal);
  }

  /** Whether there is anybody to give a token to. */
  get isOn(): boolean {
    return this.principals.all().length > 0;
  }

  /** A token for a resource such as `https://storage.azure.com/`, whatever roles the principal has. */
  issueToken(principal: SecurityPrincipal, resource: string): IssuedToken {
    return this.#issuer.issue(principal, resource, this.tokenLifetimeMs, this.#now());
  }

  /** Checks a token for the file service of an account in the tenant. */
  verifyStorageToken(token: string, account: string, tenantId: string): TokenVerdict {
    const audiences = [STORAGE_AUDIENCE, `https://${account}.file.core.windows.net`];
    return this.#issuer.verify(token, { audiences, tenantId, now: this.#now() });
  }

  /** Checks a token for Resource Manager. */
  verifyManagementToken(token: string): TokenVerdict {
    const { tenantId } = this;
    return this.#issuer.verify(token, { audiences: MANAGEMENT_AUDIENCES, tenantId, now: this.#now() });
  }

  /** The keys that tokens are signed with, as clients look them up. */
  keySet(): unknown {
    return this.#issuer.keySet();
  }
}

/** Whether tokens are given out for a resource: storage, one account of it, or Resource Manager. */
export function isKnownResource(resource: string, hasAccount: (name: string) => boolean): boolean {
  const text = resource.toLowerCase().replace(/\/$/, '');
  if (text === STORAGE_AUDIENCE || MANAGEMENT_AUDIENCES.some((audience) => audience === text)) return true;
  const account = /^https:\/\/([a-z0-9]{3,24})\.file\.core\.windows\.net$/.exec(text)?.[1];
  return account !== undefined && hasAccount(account);
}
