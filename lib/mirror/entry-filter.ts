import { hasAttribute } from '../files/attributes.ts';
import type { Entry, EntryKind } from '../files/entry.ts';
import { baseName, parentPath, type SharePath } from '../files/paths.ts';
import { type FilterRules, NO_FILTER } from './filter-rules.ts';
import type { EntryPair } from './pair-entries.ts';
import { PathRules } from './path-rules.ts';

/**
 * What a mirror takes part in. Directories are judged by their path alone, files also by attributes, size and
 * last-write time. Nothing below an excluded directory is included. The root directory always is.
 */
export interface EntryFilter {
  /** Whether nothing at all is excluded. */
  readonly isEverything: boolean;
  /** Whether the target is to lose what is excluded. */
  readonly deletesExcluded: boolean;
  /** The filter as it holds in one directory; make it once for all entries of a listing. */
  within(directory: SharePath): DirectoryFilter;
  includes(path: SharePath, entry: Entry): boolean;
  /** Whether an entry of that path and kind is included whatever its attributes, size and times are. */
  alwaysIncludes(path: SharePath, kind: EntryKind): boolean;
  /** Whether everything below two directories is judged alike, so that one may be renamed to the other. */
  judgesAlike(one: SharePath, other: SharePath): boolean;
}

/** The filter in one directory. Entries are those of its listings, on either side. */
export interface DirectoryFilter {
  includes(entry: Entry): boolean;
  /**
   * What a mirror is to see of two entries of one name; undefined where it leaves both alone.
   *
   * The source entry decides where there is one; else the target entry is judged by itself, as it would be if
   * it came from the source. What is excluded seems to be missing from the source when it is to be deleted.
   */
  judge(pair: EntryPair): EntryPair | undefined;
  /**
   * Whether a target entry may be deleted: one that the source lacks, or one that `source` is to replace. Of a
   * directory it says nothing about what is in it: each entry there is asked about by itself, and a directory
   * in which one stays is not deleted either.
   */
  mayDelete(target: Entry, source: Entry | undefined): boolean;
}

/** @throws {InvalidGlobError} */
export function entryFilter(rules: FilterRules): EntryFilter {
  const root = PathRules.ofRoot(rules.include, rules.exclude);
  const deletesExcluded = rules.deleteExcluded;
  const judgesFiles = hasFileRules(rules);
  // Most questions in a row are about one directory.
  let latest: { readonly directory: SharePath; readonly rules: PathRules | undefined } | undefined;
  const rulesIn = (directory: SharePath): PathRules | undefined => {
    if (directory === '') return root;
    if (latest?.directory === directory) return latest.rules;
    const rules = directory
      .split('/')
      .reduce<PathRules | undefined>((above, name) => above?.within(name), root);
    latest = { directory, rules };
    return rules;
  };
  const within = (directory: SharePath): DirectoryFilter => directoryFilter(rulesIn(directory), rules);
  return {
    isEverything: rules.include.length === 0 && rules.exclude.length === 0 && !judgesFiles,
    deletesExcluded,
    within,
    includes: (path, entry) =>
      path === '' || within(parentPath(path)).includes({ ...entry, name: baseName(path) }),
    alwaysIncludes: (path, kind) =>
      path === '' ||
      ((kind === 'directory' || !judgesFiles) &&
        rulesIn(parentPath(path))?.includes(baseName(path), kind) === true),
    judgesAlike: (one, other) => rulesIn(one)?.key === rulesIn(other)?.key,
  };
}

/** The filter of whoever excludes nothing. */
export const EVERYTHING: EntryFilter = entryFilter(NO_FILTER);

function directoryFilter(paths: PathRules | undefined, rules: FilterRules): DirectoryFilter {
  const { deleteExcluded } = rules;
  const includesPath = ({ name, kind }: Entry) => paths?.includes(name, kind) === true;
  const includes = (entry: Entry) =>
    includesPath(entry) && (entry.kind === 'directory' || takesFile(rules, entry));
  return {
    includes,
    judge(pair) {
      const { source, target } = pair;
      if (source !== undefined && includes(source)) return pair;
      if (deleteExcluded) return target === undefined ? undefined : { source: undefined, target };
      const isSurplus = source === undefined && target !== undefined && includes(target);
      return isSurplus ? pair : undefined;
    },
    mayDelete: (target, source) =>
      deleteExcluded || (source === undefined ? includes(target) : includesPath(target)),
  };
}

function hasFileRules({ attributes, size, lastWrite }: FilterRules): boolean {
  const limits = [size.min, size.max, lastWrite.from, lastWrite.before];
  return (
    attributes.include.length > 0 || attributes.exclude.length > 0 || limits.some((limit) => limit !== null)
  );
}

function takesFile({ attributes, size, lastWrite }: FilterRules, file: Entry): boolean {
  const has = (name: string) => hasAttribute(file.attributes, name);
  if (attributes.exclude.some(has)) return false;
  if (attributes.include.length > 0 && !attributes.include.some(has)) return false;
  if (size.min !== null && file.size < size.min) return false;
  if (size.max !== null && file.size > size.max) return false;
  if (lastWrite.from !== null && file.lastWriteTime < lastWrite.from) return false;
  return lastWrite.before === null || file.lastWriteTime < lastWrite.before;
}
