import type { AuthContext } from '../auth/authenticate.ts';
import type { StoredPolicy } from '../auth/sas.ts';
import type { EmulatorState } from '../state/index.ts';

/** What a credential of a request, or the SAS of a copy source, is verified against. */
export function authContextFor(
  state: EmulatorState,
  target: { readonly account: string; readonly share: string; readonly path: readonly string[] },
  protocol: 'http' | 'https',
  clientAddress: string,
): AuthContext {
  return {
    account: target.account,
    keys: state.findAccount(target.account)?.keys ?? [],
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
