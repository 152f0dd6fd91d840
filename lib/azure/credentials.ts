import { bearerTokenAuthenticationPolicy, type PipelinePolicy } from '@azure/core-rest-pipeline';
import {
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { storageSharedKeyCredentialPolicy } from '@azure/storage-common';

/** How an account is asked, as the configuration says it, with every secret resolved. */
export type CredentialChoice =
  | { readonly kind: 'account-key'; readonly key: string }
  | { readonly kind: 'sas'; readonly sas: string }
  | { readonly kind: 'managed-identity'; readonly clientId?: string | undefined }
  | { readonly kind: 'default' }
  | {
      readonly kind: 'service-principal';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
      /** Where tokens come from in another cloud than the public one, such as `https://login.chinacloudapi.cn`. */
      readonly authority?: string | undefined;
    };

/**
 * What proves to an account who asks. The secret is held in a closure and reaches only signatures,
 * so that no inspection, error or log of this object can show it.
 */
export interface AccountCredential {
  readonly kind: 'account-key' | 'sas' | 'token';
  /** The URL as it is sent: with the account's SAS, where that is the proof. */
  sign(url: string): string;
  /** The policies that put the proof on a request. */
  policies(): PipelinePolicy[];
  /** The shared access signature itself, or the account key for signing one. */
  readonly secret: () => { readonly sas: string } | { readonly accountKey: string } | undefined;
  /** What gets tokens, for Resource Manager too; undefined where a key or a SAS is the proof. */
  readonly identity: () => TokenCredential | undefined;
}

const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/** Makes the credential for the account called `account`. */
export function accountCredential(choice: CredentialChoice, account: string): AccountCredential {
  switch (choice.kind) {
    case 'account-key':
      return keyCredential(account, choice.key);
    case 'sas':
      return sasCredential(choice.sas);
    default:
      return tokenCredential(identityOf(choice));
  }
}

function keyCredential(account: string, key: string): AccountCredential {
  const accountKey = Buffer.from(key, 'base64');
  return {
    kind: 'account-key',
    sign: (url) => url,
    policies: () => [storageSharedKeyCredentialPolicy({ accountName: account, accountKey })],
    secret: () => ({ accountKey: key }),
    identity: () => undefined,
  };
}

function sasCredential(sas: string): AccountCredential {
  const query = sas.replace(/^\?/, '');
  return {
    kind: 'sas',
    sign: (url) => `${url}${url.includes('?') ? '&' : '?'}${query}`,
    policies: () => [],
    secret: () => ({ sas: query }),
    identity: () => undefined,
  };
}

function tokenCredential(identity: TokenCredential): AccountCredential {
  return {
    kind: 'token',
    sign: (url) => url,
    policies: () => [
      bearerTokenAuthenticationPolicy({ credential: identity, scopes: STORAGE_SCOPE }),
      backupIntentPolicy(),
    ],
    secret: () => undefined,
    identity: () => identity,
  };
}

/**
 * Azure Files takes a bearer token only with this header; with it, the Privileged roles read and write
 * whatever a file's own access list says (learn.microsoft.com: authorize-oauth-rest).
 */
function backupIntentPolicy(): PipelinePolicy {
  return {
    name: 'fileRequestIntent',
    sendRequest: (request, next) => {
      request.headers.set('x-ms-file-request-intent', 'backup');
      return next(request);
    },
  };
}

function identityOf(choice: Exclude<CredentialChoice, { kind: 'account-key' | 'sas' }>): TokenCredential {
  switch (choice.kind) {
    case 'managed-identity':
      return choice.clientId === undefined
        ? new ManagedIdentityCredential()
        : new ManagedIdentityCredential({ clientId: choice.clientId });
    case 'service-principal':
      return new ClientSecretCredential(
        choice.tenantId,
        choice.clientId,
        choice.clientSecret,
        // The public cloud is not asked whether an authority that the configuration names can be trusted.
        choice.authority === undefined
          ? {}
          : { authorityHost: choice.authority, disableInstanceDiscovery: true },
      );
    case 'default':
      return new DefaultAzureCredential();
  }
}
