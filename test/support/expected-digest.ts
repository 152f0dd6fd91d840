import { createHash } from 'node:crypto';
import type { Share } from '../../emulator/state/index.ts';
import { readTree, type TreeEntry } from './tree.ts';

/**
 * The digest of a share by the words of docs/manifest.md, computed the obvious way from the emulator's state.
 * @param isIncluded whether an entry counts, by its path
 */
export function expectedDigest(
  share: Share,
  snapshot?: string,
  isIncluded: (path: string) => boolean = () => true,
): string {
  const tree = readTree(share, snapshot, { withoutContent: true });
  const lines = [...tree]
    .filter(([path, { kind }]) => kind === 'directory' && (path === '' || isIncluded(path)))
    .map(([directory]) => directoryLine(tree, directory, isIncluded));
  return sha256OfSorted(lines);
}

function directoryLine(
  tree: ReadonlyMap<string, TreeEntry>,
  directory: string,
  isIncluded: (path: string) => boolean,
): string {
  const entries = [...tree].filter(
    ([path]) => path !== '' && parentOf(path) === directory && isIncluded(path),
  );
  const ofKind = (kind: string) => entries.filter(([, entry]) => entry.kind === kind);
  return JSON.stringify({
    directory,
    files: ofKind('file').length,
    directories: ofKind('directory').length,
    bytes: entries.reduce((sum, [, { size }]) => sum + size, 0),
    sha256: sha256OfSorted(entries.map(([path, entry]) => entryLine(path, entry))),
  });
}

function entryLine(path: string, entry: TreeEntry): string {
  const attributes = entry.attributes
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== 'Directory' && name !== 'None')
    .sort()
    .join('|');
  return [
    path.slice(path.lastIndexOf('/') + 1),
    entry.kind,
    entry.size,
    entry.creationTime,
    entry.lastWriteTime,
    entry.changeTime,
    attributes,
    createHash('sha256').update(entry.permission).digest('hex'),
  ].join('\t');
}

function sha256OfSorted(lines: readonly string[]): string {
  const sorted = lines.map((line) => Buffer.from(`${line}\n`)).sort(Buffer.compare);
  return createHash('sha256').update(Buffer.concat(sorted)).digest('hex');
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
