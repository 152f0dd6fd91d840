import { z } from 'zod';
import type { EmulatorState, Share } from '../state/index.ts';
import { ControlError } from './json-exchange.ts';

export const shareSchema = z.strictObject({ account: z.string(), share: z.string() });
/** `path` is below the share, names joined by slashes. */
export const pathSchema = shareSchema.extend({ path: z.string() });

/** The share that a request of the control endpoint names. 404 `ControlError`, or the service's `ShareNotFound`. */
export function shareOf(
  { state }: { readonly state: EmulatorState },
  where: { readonly account: string; readonly share: string },
): Share {
  const account = state.findAccount(where.account);
  if (account === undefined) throw new ControlError(404, `There is no account ${where.account}.`);
  return account.getShare(where.share);
}

/** The names of a path. */
export function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}
