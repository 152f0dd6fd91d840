import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { given } from '../http/given.ts';
import type { Identity } from '../identity/identity.ts';
import { type IdentityInfo, principalInfo } from '../identity/identity-info.ts';
import { PrincipalError, type RoleOption, type SecurityPrincipal } from '../identity/principals.ts';
import { UnknownRoleError } from '../identity/roles.ts';
import type { EmulatorState } from '../state/index.ts';
import { ControlError, readJson } from './json-exchange.ts';

/** What the resources `identity` and `accounts` of the control endpoint steer. */
export type IdentityControlTarget = {
  readonly state: EmulatorState;
  readonly identity: Identity;
  readonly identityInfo: () => IdentityInfo;
};

type IdentityHandler = (
  target: IdentityControlTarget,
  message: IncomingMessage,
  id: string | undefined,
) => unknown;

const roleSchema = z.union([
  z.string(),
  z.strictObject({ role: z.string(), account: z.string().optional() }),
]);
const principalSchema = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['managed-identity', 'service-principal']).optional(),
  objectId: z.guid().optional(),
  clientId: z.guid().optional(),
  clientSecret: z.string().min(1).optional(),
  resourceId: z.string().min(1).optional(),
  tenantId: z.guid().optional(),
  roles: z.array(roleSchema).optional(),
});
const assignmentSchema = z.strictObject({
  principal: z.string(),
  role: z.string(),
  account: z.string().optional(),
});
const settingsSchema = z.strictObject({
  bearerOverHttp: z.boolean().optional(),
  tokenLifetimeMs: z.number().positive().optional(),
});
const tokenSchema = z.strictObject({ principal: z.string(), resource: z.string() });
const accountSchema = z.strictObject({
  account: z.string(),
  allowSharedKeyAccess: z.boolean().optional(),
  /** Null lifts what was set. */
  allowedCopyScope: z.enum(['AAD', 'PrivateLink']).nullable().optional(),
  tenantId: z.guid().nullable().optional(),
  virtualNetwork: z.string().nullable().optional(),
});

/** Resources of the control endpoint by method and name. */
export const IDENTITY_RESOURCES: Readonly<Record<string, IdentityHandler>> = {
  'GET identity': (target) => target.identityInfo(),
  'POST identity': async (target, message, id) => {
    if (id === undefined) return addPrincipal(target, message);
    if (id === 'roles') return changeRole(target, message, 'assign');
    if (id === 'revoke') return changeRole(target, message, 'unassign');
    if (id === 'token') return issueToken(target, message);
    if (id === 'settings') return changeSettings(target, message);
    throw new ControlError(404, `There is no identity/${id} here.`);
  },
  'DELETE identity': (target, _message, id) => {
    target.identity.principals.remove(principalNamed(target, decodedName(id ?? '')));
    return {};
  },
  'POST accounts': async (target, message) => {
    const { account: name, ...changes } = await readJson(message, accountSchema);
    const account = target.state.findAccount(name);
    if (account === undefined) throw new ControlError(404, `There is no account ${name}.`);
    const changed = { ...account.security, ...given(changes) };
    account.security = {
      allowSharedKeyAccess: changed.allowSharedKeyAccess,
      ...given({
        allowedCopyScope: changed.allowedCopyScope ?? undefined,
        tenantId: changed.tenantId?.toLowerCase(),
        virtualNetwork: changed.virtualNetwork ?? undefined,
      }),
    };
    return account.security;
  },
};

async function addPrincipal(target: IdentityControlTarget, message: IncomingMessage): Promise<unknown> {
  const { roles, ...option } = await readJson(message, principalSchema);
  const { principals } = target.identity;
  const principal = refusing(() =>
    principals.add({ ...given(option), ...(roles === undefined ? {} : { roles: roles.map(roleOption) }) }),
  );
  return principalInfo(principals, principal);
}

async function changeRole(
  target: IdentityControlTarget,
  message: IncomingMessage,
  change: 'assign' | 'unassign',
): Promise<unknown> {
  const { principal: name, ...assignment } = await readJson(message, assignmentSchema);
  const { principals } = target.identity;
  const principal = principalNamed(target, name);
  refusing(() => principals[change](principal, roleOption(assignment)));
  return principalInfo(principals, principal);
}

async function issueToken(target: IdentityControlTarget, message: IncomingMessage): Promise<unknown> {
  const { principal, resource } = await readJson(message, tokenSchema);
  return target.identity.issueToken(principalNamed(target, principal), resource);
}

async function changeSettings(target: IdentityControlTarget, message: IncomingMessage): Promise<unknown> {
  const { identity } = target;
  const settings = await readJson(message, settingsSchema);
  identity.bearerOverHttp = settings.bearerOverHttp ?? identity.bearerOverHttp;
  identity.tokenLifetimeMs = settings.tokenLifetimeMs ?? identity.tokenLifetimeMs;
  return { bearerOverHttp: identity.bearerOverHttp, tokenLifetimeMs: identity.tokenLifetimeMs };
}

/** A part of a path; one that is not well encoded names nothing but itself. */
function decodedName(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function principalNamed(target: IdentityControlTarget, name: string): SecurityPrincipal {
  const principal = target.identity.principals.find(name);
  if (principal === undefined) throw new ControlError(404, `There is no principal ${name}.`);
  return principal;
}

function roleOption(role: z.output<typeof roleSchema>): RoleOption {
  return typeof role === 'string' ? role : given(role);
}

function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof PrincipalError || error instanceof UnknownRoleError) {
      throw new ControlError(400, error.message);
    }
    throw error;
  }
}
