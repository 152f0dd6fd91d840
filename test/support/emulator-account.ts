import type { Emulator } from '../../emulator/main.ts';
import type { Account } from '../../emulator/state/index.ts';

/** The state of an account, past the service; throws where there is none of that name. */
export function emulatorAccount({ state }: Emulator, name: string): Account {
  const account = state.findAccount(name);
  if (account === undefined) throw new Error(`the emulator has no account ${name}`);
  return account;
}
