/** An access control entry as SDDL writes it, split at its semicolons. */
export type Ace = {
  readonly type: string;
  readonly flags: readonly string[];
  readonly rights: string;
  readonly objectType: string;
  readonly inheritedObjectType: string;
  readonly trustee: string;
  /** A condition or resource attribute, as written. */
  readonly extra: string | undefined;
};

/** A security descriptor in text form; learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format */
export type Sddl = {
  readonly owner: string;
  readonly group: string;
  readonly daclFlags: string;
  readonly aces: readonly Ace[];
  /** The part from `S:` on, as written. */
  readonly sacl: string;
};

const SID = '(?:S-1-(?:0x[0-9a-fA-F]+|\\d+)(?:-\\d+){1,15}|[A-Z]{2})';
const ACE = '\\((?:[^()]|\\([^()]*\\))*\\)';
const ACL_FLAGS = '(?:NO_ACCESS_CONTROL|(?:P|AR|AI)*)';
const DESCRIPTOR = new RegExp(
  `^O:(${SID})G:(${SID})D:(${ACL_FLAGS})((?:${ACE})*)(S:${ACL_FLAGS}(?:${ACE})*)?$`,
);
const RIGHTS = /^(?:0x[0-9a-fA-F]+|\d+|(?:[A-Z]{2})*)$/;
const FLAGS = /^(?:OI|CI|NP|IO|ID|SA|FA|CR)*$/;
const TRUSTEE = new RegExp(`^${SID}$`);
/** The service knows no domain of its own, so aliases relative to one mean nothing. */
const DOMAIN_ALIASES = new Set(['DU', 'DA', 'DD', 'DC', 'DG', 'EA', 'SA', 'CA', 'PA', 'RS', 'LA', 'LG']);

/** Reads SDDL that has an owner, a group and a DACL; undefined when it is none that a share accepts. */
export function parseSddl(text: string): Sddl | undefined {
  const match = DESCRIPTOR.exec(text);
  if (match === null) return undefined;
  const [, owner = '', group = '', daclFlags = '', aceText = '', sacl = ''] = match;
  if (DOMAIN_ALIASES.has(owner) || DOMAIN_ALIASES.has(group)) return undefined;
  const aces = parseAces(aceText);
  return aces === undefined ? undefined : { owner, group, daclFlags, aces, sacl };
}

/** Reads the part from `S:` on; no flags and no entries when there is none. */
export function parseSacl(
  text: string,
): { readonly flags: string; readonly aces: readonly Ace[] } | undefined {
  const flags = new RegExp(`^S:(${ACL_FLAGS})`).exec(text)?.[1] ?? '';
  const aces = parseAces(text.slice(text.indexOf('(') < 0 ? text.length : text.indexOf('(')));
  return aces === undefined ? undefined : { flags, aces };
}

function parseAces(text: string): readonly Ace[] | undefined {
  const aces: Ace[] = [];
  for (const [written] of text.matchAll(new RegExp(ACE, 'g'))) {
    const ace = parseAce(written.slice(1, -1));
    if (ace === undefined) return undefined;
    aces.push(ace);
  }
  return aces;
}

function parseAce(text: string): Ace | undefined {
  const parts = text.split(';');
  const [type = '', flags = '', rights = '', objectType = '', inheritedObjectType = '', trustee = ''] = parts;
  if (parts.length < 6 || !/^[A-Z]{1,2}$/.test(type)) return undefined;
  if (!FLAGS.test(flags) || !RIGHTS.test(rights) || !TRUSTEE.test(trustee)) return undefined;
  if (DOMAIN_ALIASES.has(trustee)) return undefined;
  const extra = parts.length > 6 ? parts.slice(6).join(';') : undefined;
  return {
    type,
    flags: flags.match(/../g) ?? [],
    rights,
    objectType,
    inheritedObjectType,
    trustee,
    extra,
  };
}

export function formatSddl(descriptor: Sddl): string {
  const aces = descriptor.aces.map(formatAce).join('');
  return `O:${descriptor.owner}G:${descriptor.group}D:${descriptor.daclFlags}${aces}${descriptor.sacl}`;
}

function formatAce(ace: Ace): string {
  const fields = [
    ace.type,
    ace.flags.join(''),
    ace.rights,
    ace.objectType,
    ace.inheritedObjectType,
    ace.trustee,
  ];
  if (ace.extra !== undefined) fields.push(ace.extra);
  return `(${fields.join(';')})`;
}

/** What a new entry gets from the directory it is made in: the entries of the DACL that are inheritable. */
export function inheritedSddl(parent: Sddl, kind: 'file' | 'directory'): Sddl {
  const aces = parent.aces.flatMap((ace) => inheritedAce(ace, kind, parent.owner));
  return { owner: parent.owner, group: parent.group, daclFlags: 'AI', aces, sacl: '' };
}

function inheritedAce(ace: Ace, kind: 'file' | 'directory', owner: string): readonly Ace[] {
  const toFiles = ace.flags.includes('OI');
  const toDirectories = ace.flags.includes('CI');
  const goesOn = !ace.flags.includes('NP');
  if (kind === 'file') return toFiles ? [withTrustee({ ...ace, flags: ['ID'] }, owner)] : [];
  const down = [...(toFiles ? ['OI'] : []), ...(toDirectories ? ['CI'] : [])];
  if (!toDirectories) return toFiles && goesOn ? [{ ...ace, flags: ['OI', 'IO', 'ID'] }] : [];
  if (!goesOn) return [withTrustee({ ...ace, flags: ['ID'] }, owner)];
  if (ace.trustee !== 'CO') return [{ ...ace, flags: [...down, 'ID'] }];
  return [withTrustee({ ...ace, flags: ['ID'] }, owner), { ...ace, flags: [...down, 'IO', 'ID'] }];
}

/** CREATOR OWNER stands for whoever owns the entry that inherits it. */
function withTrustee(ace: Ace, owner: string): Ace {
  return ace.trustee === 'CO' ? { ...ace, trustee: owner } : ace;
}
