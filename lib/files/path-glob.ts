import { InvalidGlobError, nameGlob } from './name-glob.ts';

/** A part of a path glob: one name, or `**` for any number of directories. */
type Segment = RegExp | 'any-directories';

/**
 * A glob on paths within a share, of the well-known kind of `.gitignore`: without a slash, or with one only
 * at its end, it names entries in any directory; otherwise it is the whole path from the root. A slash at
 * the end leaves only directories, and `**` as a whole name stands for any number of directories.
 */
export interface PathGlob {
  readonly segments: readonly Segment[];
  readonly directoriesOnly: boolean;
}

/** @throws {InvalidGlobError} */
export function parsePathGlob(text: string): PathGlob {
  const directoriesOnly = text.endsWith('/');
  const body = directoriesOnly ? text.slice(0, -1) : text;
  if (body.startsWith('!')) {
    throw new InvalidGlobError(
      'a "!" at its beginning, which negates nothing here; write "\\!" for the character',
    );
  }
  if (body === '') throw new InvalidGlobError(text === '' ? 'an empty string' : 'the root directory');
  const isAnchored = body.includes('/');
  const names = (body.startsWith('/') ? body.slice(1) : body).split('/');
  const segments = names.map((name) => (name === '**' ? 'any-directories' : nameGlob(name)));
  // What is below a directory is not the directory itself.
  if (segments.at(-1) === 'any-directories') segments.push(nameGlob('*'));
  return { segments: isAnchored ? segments : ['any-directories', ...segments], directoriesOnly };
}

/** Why a text is no glob, as the end of "found …"; undefined where it is one. */
export function globFault(text: string): string | undefined {
  try {
    parsePathGlob(text);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidGlobError) return error.message;
    throw error;
  }
}

/**
 * How far into a glob the names from the root down to a directory have come: the segments that may be next.
 * Empty where nothing below the directory can match; equal for two directories below which the same matches.
 */
export type GlobPosition = readonly number[];

export function startOf(glob: PathGlob): GlobPosition {
  return withSkipped(glob, new Set([0]));
}

/** The position below a child of that name. */
export function advance(glob: PathGlob, position: GlobPosition, name: string): GlobPosition {
  const next = new Set<number>();
  for (const index of position) {
    const segment = glob.segments[index];
    if (segment === 'any-directories') next.add(index);
    else if (segment?.test(name)) next.add(index + 1);
  }
  next.delete(glob.segments.length);
  return withSkipped(glob, next);
}

/** Whether a child of that name is what the glob names, whatever its kind. */
export function completes(glob: PathGlob, position: GlobPosition, name: string): boolean {
  const last = glob.segments.length - 1;
  const segment = glob.segments[last];
  return position.includes(last) && segment instanceof RegExp && segment.test(name);
}

/** `**` may stand for no directory at all. */
function withSkipped(glob: PathGlob, indexes: Set<number>): GlobPosition {
  for (const index of indexes) {
    if (glob.segments[index] === 'any-directories') indexes.add(index + 1);
  }
  return [...indexes].sort((one, other) => one - other);
}
