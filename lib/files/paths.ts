/** A path within a share: parts joined by `/`, none at the ends, the root directory being the empty text. */
export type SharePath = string;

export function childPath(directory: SharePath, name: string): SharePath {
  return directory === '' ? name : `${directory}/${name}`;
}

export function parentPath(path: SharePath): SharePath {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function baseName(path: SharePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A key under which names that may be one name to the service fall together. It is wider than the service's
 * own rule, which is not documented, so it may only ever suggest a rename, never equality.
 */
export function foldName(name: string): string {
  return name.toUpperCase().toLowerCase();
}
