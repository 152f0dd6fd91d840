import type { AuthContext } from '../auth/authenticate.ts';
import type { StoredPolicy } from '../auth/sas.ts';
import type { EmulatorState } from '../state/index.ts';
import type { Service } from './service.ts';

/** What a credential of a request, or the SAS of a copy source, is verified against. */
export function authContextFor(
  { state, identity }: Pick<Service, 'state' | 'identity'>,
  target: { readonly account: string; readonly share: string; readonly path: readonly string[] },
  protocol: 'http' | 'https',
  clientAddress: string,
): AuthContext {
  const account = state.findAccount(target.account);
  return {
    account: target.account,
    keys: account?.keys ?? [],
    allowSharedKeyAccess: account?.security.allowSharedKeyAccess ?? true,
    identity,
    tenantId: account?.security.tenantId ?? identity.tenantId,
    share: target.share,
    path: target.path.join('/'),
    now: state.clock.milliseconds(),
    wallClock: Date.now(),
    protocol,
    clientAddress,
    storedPolicy: (share, id) => storedPolicy(state, target.account, share, id),
  };
}

function storedPolicy(
  state: EmulatorState,
  account: string,
  share: string,
  id: string,
): StoredPolicy | undefined {
  return state
    .findAccount(account)
    ?.findShare(share)
    ?.acl()
    .find((policy) => policy.id === id);
}
