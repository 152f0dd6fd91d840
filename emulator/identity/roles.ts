/** Management actions reach shares and accounts, data actions what is in a share. */
export type ActionPlane = 'management' | 'data';

/** A role: what it lets a principal do, as patterns in which `*` stands for any text. */
export type RoleDefinition = {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
};

const STORAGE = 'Microsoft.Storage/storageAccounts';
const FILE = `${STORAGE}/fileServices`;

/** The action that a user delegation key needs. */
export const GENERATE_USER_DELEGATION_KEY = `${FILE}/generateUserDelegationKey/action`;

/** The actions of file data; Privileged roles bypass the permissions of files by the two backup semantics. */
export const DATA_ACTIONS = {
  read: `${FILE}/fileshares/files/read`,
  write: `${FILE}/fileshares/files/write`,
  delete: `${FILE}/fileshares/files/delete`,
  modifyPermissions: `${FILE}/fileshares/files/modifypermissions/action`,
  readBackupSemantics: `${FILE}/readFileBackupSemantics/action`,
  writeBackupSemantics: `${FILE}/writeFileBackupSemantics/action`,
} as const;

/** The actions of the file service and its shares, on the data plane and in Resource Manager alike. */
export const SHARE_ACTIONS = {
  readService: `${FILE}/read`,
  writeService: `${FILE}/write`,
  read: `${FILE}/shares/read`,
  write: `${FILE}/shares/write`,
  delete: `${FILE}/shares/delete`,
  lease: `${FILE}/shares/lease/action`,
  restore: `${FILE}/shares/restore/action`,
} as const;

/** Actions on the storage account as a resource. */
export const ACCOUNT_ACTIONS = {
  read: `${STORAGE}/read`,
  listKeys: `${STORAGE}/listKeys/action`,
} as const;

/** The built-in roles that concern file shares (learn.microsoft.com azure/role-based-access-control/built-in-roles/storage). */
export const BUILT_IN_ROLES: readonly RoleDefinition[] = [
  {
    id: 'b8eda974-7b85-4f76-af95-65846b26df6d',
    name: 'Storage File Data Privileged Reader',
    actions: [],
    dataActions: [DATA_ACTIONS.read, DATA_ACTIONS.readBackupSemantics],
  },
  {
    id: '69566ab7-960f-475b-8e7c-b3118f30c6bd',
    name: 'Storage File Data Privileged Contributor',
    actions: [],
    dataActions: Object.values(DATA_ACTIONS),
  },
  {
    id: '765a04e0-5de8-4bb2-9bf6-b2a30bc03e91',
    name: 'Storage File Delegator',
    actions: [GENERATE_USER_DELEGATION_KEY],
    dataActions: [],
  },
  {
    id: '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    name: 'Storage Account Contributor',
    actions: [`${STORAGE}/*`],
    dataActions: [],
  },
  {
    id: 'e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1',
    name: 'Storage Account Backup Contributor',
    actions: [ACCOUNT_ACTIONS.read, ...Object.values(SHARE_ACTIONS)],
    dataActions: [],
  },
  {
    id: '81a9662b-bebf-436f-a333-f67b29880f12',
    name: 'Storage Account Key Operator Service Role',
    actions: [ACCOUNT_ACTIONS.listKeys],
    dataActions: [],
  },
  { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader', actions: ['*/read'], dataActions: [] },
  { id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', name: 'Contributor', actions: ['*'], dataActions: [] },
  { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner', actions: ['*'], dataActions: [] },
];

/** A role that does not exist, in words for the person who asked for it. */
export class UnknownRoleError extends Error {
  constructor(role: string) {
    const names = BUILT_IN_ROLES.map(({ name }) => `"${name}"`).join(', ');
    super(
      `"${role}" is no role: it must be one of ${names}, the id of one, or an action like "${SHARE_ACTIONS.read}".`,
    );
    this.name = 'UnknownRoleError';
  }
}

/**
 * The role of that name or id; an action (anything with a slash, perhaps with `*`) is a custom role of that one
 * action on either plane. Throws `UnknownRoleError`.
 */
export function roleNamed(role: string): RoleDefinition {
  const wanted = role.trim().toLowerCase();
  const found = BUILT_IN_ROLES.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  if (!/^[a-z.*]+(\/[a-z*]+)+$/i.test(role.trim())) throw new UnknownRoleError(role);
  return { id: wanted, name: role.trim(), actions: [role.trim()], dataActions: [role.trim()] };
}

/** Whether a role holds an action. Names of actions are compared without case. */
export function roleAllows(role: RoleDefinition, plane: ActionPlane, action: string): boolean {
  const patterns = plane === 'management' ? role.actions : role.dataActions;
  return patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
}

function matches(pattern: string, action: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return pattern === action;
  if (!action.startsWith(first) || !action.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts) {
    const at = action.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= action.length - last.length;
}
