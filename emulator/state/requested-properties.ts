import type { Attributes } from './attributes.ts';
import type { DirectoryNode, EntryNode } from './entry-node.ts';
import { fileInvalidPermissionKey } from './errors.ts';
import type { PermissionInput, SmbProperties, TimeInput } from './options.ts';
import type { Share } from './share.ts';
import type { Ticks } from './ticks.ts';

/** What the properties of a request come to. Nothing is changed until all of it is known to be right. */
export type ResolvedProperties = {
  readonly attributes: Attributes;
  readonly permissionKey: string;
  readonly creationTime: Ticks;
  readonly lastWriteTime: Ticks;
  readonly changeTime: Ticks;
};

/** What holds where a request says nothing, and the times that `preserve` keeps. */
export type PropertyDefaults = ResolvedProperties & {
  readonly preserved: Pick<ResolvedProperties, 'creationTime' | 'lastWriteTime' | 'changeTime'>;
};

/**
 * Resolves the properties of a request. 400 `FileInvalidPermissionKey` for a key that the share does not have,
 * 400 `FileInvalidPermission`.
 */
export function resolveProperties(
  share: Share,
  kind: 'file' | 'directory',
  parent: DirectoryNode,
  given: SmbProperties,
  defaults: PropertyDefaults,
  now: Ticks,
): ResolvedProperties {
  return {
    attributes: given.attributes ?? defaults.attributes,
    permissionKey: resolvePermission(share, kind, parent, given.permission, defaults.permissionKey),
    creationTime: resolveTime(given.creationTime, defaults, 'creationTime', now),
    lastWriteTime: resolveTime(given.lastWriteTime, defaults, 'lastWriteTime', now),
    changeTime: resolveTime(given.changeTime, defaults, 'changeTime', now),
  };
}

export function resolvePermission(
  share: Share,
  kind: 'file' | 'directory',
  parent: DirectoryNode,
  given: PermissionInput | undefined,
  fallback: string,
): string {
  if (given === undefined || given === 'preserve') return fallback;
  if (given === 'inherit') return share.permissions.inherited(parent.permissionKey, kind);
  if ('text' in given) return share.permissions.create(given.text, given.format);
  const key = share.permissions.find(given.key);
  if (key === undefined) throw fileInvalidPermissionKey();
  return key;
}

function resolveTime(
  given: TimeInput | undefined,
  defaults: PropertyDefaults,
  name: keyof PropertyDefaults['preserved'],
  now: Ticks,
): Ticks {
  if (given === undefined) return defaults[name];
  if (given === 'preserve') return defaults.preserved[name];
  return given === 'now' ? now : given;
}

export function applyProperties(entry: EntryNode, properties: ResolvedProperties): void {
  entry.attributes = properties.attributes;
  entry.permissionKey = properties.permissionKey;
  entry.creationTime = properties.creationTime;
  entry.lastWriteTime = properties.lastWriteTime;
  entry.changeTime = properties.changeTime;
}

/** The times of an entry that is made now, and what it inherits. */
export function freshDefaults(
  share: Share,
  kind: 'file' | 'directory',
  parent: DirectoryNode,
  now: Ticks,
): PropertyDefaults {
  const times = { creationTime: now, lastWriteTime: now, changeTime: now };
  const permissionKey = share.permissions.inherited(parent.permissionKey, kind);
  return { ...times, attributes: 0, permissionKey, preserved: times };
}

/** The properties that an entry has, with now for the change time, as every change of properties sets it. */
export function currentDefaults(entry: EntryNode, now: Ticks): PropertyDefaults {
  const { attributes, permissionKey, creationTime, lastWriteTime, changeTime } = entry;
  return {
    attributes,
    permissionKey,
    creationTime,
    lastWriteTime,
    changeTime: now,
    preserved: { creationTime, lastWriteTime, changeTime },
  };
}
