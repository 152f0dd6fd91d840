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

/** What holds where a request says nothing or `preserve`. */
export type PropertyDefaults = ResolvedProperties;

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
    creationTime: resolveTime(given.creationTime, defaults.creationTime, now),
    lastWriteTime: resolveTime(given.lastWriteTime, defaults.lastWriteTime, now),
    changeTime: resolveTime(given.changeTime, defaults.changeTime, now),
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

function resolveTime(given: TimeInput | undefined, fallback: Ticks, now: Ticks): Ticks {
  if (given === undefined || given === 'preserve') return fallback;
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
  attributes: Attributes,
  now: Ticks,
): PropertyDefaults {
  return {
    attributes,
    permissionKey: share.permissions.inherited(parent.permissionKey, kind),
    creationTime: now,
    lastWriteTime: now,
    changeTime: now,
  };
}
