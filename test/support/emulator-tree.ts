import { createHash } from 'node:crypto';
import type { Emulator } from '../../emulator/main.ts';
import {
  formatAttributes,
  formatTicks,
  getDirectory,
  getFile,
  listEntries,
  readContent,
  type Share,
  type ShareView,
} from '../../emulator/state/index.ts';

/** What a test compares of a file: content by digest, permission by SDDL. */
export type FileFacts = {
  readonly size: number;
  readonly md5: string;
  readonly lastWriteTime: string;
  readonly creationTime: string;
  readonly attributes: string;
  readonly permission: string;
};

/** The files of a share, or of one of its snapshots, by path, read from the state without HTTP. */
export function filesBelow(
  emulator: Emulator,
  account: string,
  shareName: string,
  snapshot?: string,
): Map<string, FileFacts> {
  const share = emulator.state.findAccount(account)?.getShare(shareName);
  if (share === undefined) throw new Error(`The emulator has no account ${account}.`);
  const files = new Map<string, FileFacts>();
  const view = share.view(snapshot);
  for (const path of pathsBelow(view, [])) {
    if (path.kind === 'file') files.set(path.names.join('/'), factsOf(share, view, path.names));
  }
  return files;
}

/** The paths of all directories below the root. */
export function directoriesBelow(
  emulator: Emulator,
  account: string,
  shareName: string,
  snapshot?: string,
): string[] {
  const share = emulator.state.findAccount(account)?.getShare(shareName);
  if (share === undefined) throw new Error(`The emulator has no account ${account}.`);
  return pathsBelow(share.view(snapshot), [])
    .filter((path) => path.kind === 'directory')
    .map((path) => path.names.join('/'));
}

type FoundPath = { readonly kind: 'file' | 'directory'; readonly names: readonly string[] };

function pathsBelow(view: ShareView, names: readonly string[]): FoundPath[] {
  getDirectory(view, names);
  const found: FoundPath[] = [];
  let marker: string | undefined;
  do {
    const page = listEntries(view, names, marker === undefined ? {} : { marker });
    for (const { kind, name } of page.entries) {
      found.push({ kind, names: [...names, name] });
      if (kind === 'directory') found.push(...pathsBelow(view, [...names, name]));
    }
    marker = page.nextMarker;
  } while (marker !== undefined);
  return found;
}

function factsOf(share: Share, view: ShareView, names: readonly string[]): FileFacts {
  const { entry } = getFile(view, names);
  const hash = createHash('md5');
  for (const chunk of readContent(entry, 0, entry.size)) hash.update(chunk);
  return {
    size: entry.size,
    md5: hash.digest('hex'),
    lastWriteTime: formatTicks(entry.lastWriteTime),
    creationTime: formatTicks(entry.creationTime),
    attributes: formatAttributes(entry.attributes),
    permission: share.getPermission(entry.permissionKey, 'Sddl'),
  };
}
