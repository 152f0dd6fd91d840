import { createHash, randomBytes } from 'node:crypto';
import { type ActionPlane, type RoleDefinition, roleAllows, roleNamed } from './roles.ts';

/** A role, or an action, on every account of the emulator or on one. */
export type RoleOption = string | { readonly role: string; readonly account?: string };

export type PrincipalOption = {
  /** Unique in the emulator. */
  readonly name: string;
  /** A managed identity unless given. */
  readonly kind?: 'managed-identity' | 'service-principal';
  /** Ids are made from name and tenant unless given, and so the same at every start. */
  readonly objectId?: string;
  readonly clientId?: string;
  /** Of a service principal; made up unless given. */
  readonly clientSecret?: string;
  /** Resource id of a user-assigned identity. */
  readonly resourceId?: string;
  /** The emulator's own tenant unless given. */
  readonly tenantId?: string;
  readonly roles?: readonly RoleOption[];
};

/** A managed identity or service principal. */
export type SecurityPrincipal = {
  readonly name: string;
  readonly kind: 'managed-identity' | 'service-principal';
  readonly tenantId: string;
  readonly objectId: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly resourceId: string | undefined;
};

/** An assignment of a role; without `account` on every account. */
export type RoleAssignment = { readonly role: RoleDefinition; readonly account: string | undefined };

/** A principal that cannot be had, in words for the person who asked for it. */
export class PrincipalError extends Error {}

/** The principals of an emulator and the roles that they have. */
export class Principals {
  readonly #tenantId: string;
  readonly #byName = new Map<string, SecurityPrincipal>();
  /** By object id, which is unique over all tenants. */
  readonly #assignments = new Map<string, RoleAssignment[]>();

  constructor(tenantId: string) {
    this.#tenantId = tenantId;
  }

  /** Adds a principal with its roles. Throws `PrincipalError` for a name or id that is taken, or `UnknownRoleError`. */
  add(option: PrincipalOption): SecurityPrincipal {
    const { name, kind = 'managed-identity' } = option;
    const tenantId = (option.tenantId ?? this.#tenantId).toLowerCase();
    if (name === '') throw new PrincipalError('A principal must have a name.');
    const principal: SecurityPrincipal = {
      name,
      kind,
      tenantId,
      objectId: (option.objectId ?? idOf(`${tenantId}/${name}/object`)).toLowerCase(),
      clientId: (option.clientId ?? idOf(`${tenantId}/${name}/client`)).toLowerCase(),
      clientSecret:
        kind === 'service-principal'
          ? (option.clientSecret ?? randomBytes(24).toString('base64url'))
          : undefined,
      resourceId: option.resourceId,
    };
    if (this.find(name) ?? this.find(principal.objectId) ?? this.find(principal.clientId)) {
      throw new PrincipalError(`There is a principal "${name}" already, or one with the same ids.`);
    }
    const assignments = (option.roles ?? []).map(assignmentOf);
    this.#byName.set(name, principal);
    this.#assignments.set(principal.objectId, assignments);
    return principal;
  }

  /** Forgets a principal; tokens that it has stay valid and are good for nothing. */
  remove(principal: SecurityPrincipal): void {
    this.#byName.delete(principal.name);
    this.#assignments.delete(principal.objectId);
  }

  /** The principal of that name, object id or client id. */
  find(nameOrId: string): SecurityPrincipal | undefined {
    const named = this.#byName.get(nameOrId);
    if (named !== undefined) return named;
    const id = nameOrId.toLowerCase();
    return this.all().find(({ objectId, clientId }) => objectId === id || clientId === id);
  }

  all(): readonly SecurityPrincipal[] {
    return [...this.#byName.values()];
  }

  /** The managed identity that a request means; the first one when it names none, as if system-assigned. */
  managedIdentity(id: string | undefined): SecurityPrincipal | undefined {
    const identities = this.all().filter(({ kind }) => kind === 'managed-identity');
    if (id === undefined) return identities[0];
    const wanted = id.toLowerCase();
    return identities.find(({ clientId, objectId, resourceId }) =>
      [clientId, objectId, resourceId?.toLowerCase()].includes(wanted),
    );
  }

  /** Gives a principal a role. Throws `UnknownRoleError`. */
  assign(principal: SecurityPrincipal, option: RoleOption): void {
    this.#assignments.get(principal.objectId)?.push(assignmentOf(option));
  }

  /** Takes a role from a principal where it was given so; returns whether it had been. */
  unassign(principal: SecurityPrincipal, option: RoleOption): boolean {
    const { role, account } = assignmentOf(option);
    const before = this.assignmentsOf(principal);
    const after = before.filter((given) => given.role.id !== role.id || given.account !== account);
    this.#assignments.set(principal.objectId, after);
    return after.length < before.length;
  }

  assignmentsOf(principal: SecurityPrincipal): readonly RoleAssignment[] {
    return this.#assignments.get(principal.objectId) ?? [];
  }

  /** Whether the principal of that object id may do something in an account. */
  allows(objectId: string, account: string, plane: ActionPlane, action: string): boolean {
    const assignments = this.#assignments.get(objectId) ?? [];
    return assignments.some(
      (given) =>
        (given.account === undefined || given.account === account) && roleAllows(given.role, plane, action),
    );
  }
}

function assignmentOf(option: RoleOption): RoleAssignment {
  if (typeof option === 'string') return { role: roleNamed(option), account: undefined };
  return { role: roleNamed(option.role), account: option.account };
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
