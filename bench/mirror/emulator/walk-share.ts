import type { DirectoryNode } from '../../../emulator/state/entry-node.ts';
import type { Path, ShareView } from '../../../emulator/state/index.ts';

const LISTING_PAGE = 5000;

/** An entry of a tree with the names that lead to it. */
export type FoundEntry = { readonly kind: 'file' | 'directory'; readonly path: Path };

/** Every entry below the root of a tree, directories before what they hold. Nothing may change meanwhile. */
export function* entryPaths(view: ShareView): Generator<FoundEntry> {
  yield* entriesBelow(view.root, []);
}

/** The files of a tree. Nothing may change meanwhile. */
export function* filePaths(view: ShareView): Generator<Path> {
  for (const { kind, path } of entryPaths(view)) if (kind === 'file') yield path;
}

/** How many listings it takes to see the whole tree: one for each directory, the root's own, and each further page. */
export function listingPages(view: ShareView): number {
  return pagesBelow(view.root);
}

function* entriesBelow(directory: DirectoryNode, path: Path): Generator<FoundEntry> {
  for (const child of directory.children.from()) {
    const at = [...path, child.name];
    yield { kind: child.kind, path: at };
    if (child.kind === 'directory') yield* entriesBelow(child, at);
  }
}

function pagesBelow(directory: DirectoryNode): number {
  let pages = Math.max(1, Math.ceil(directory.childCount / LISTING_PAGE));
  for (const child of directory.children.from()) if (child.kind === 'directory') pages += pagesBelow(child);
  return pages;
}
