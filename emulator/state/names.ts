import { ServiceError } from './service-error.ts';

const MAX_NAME_LENGTH = 255;
const MAX_PATH_LENGTH = 2048;
const MAX_DEPTH = 250;
const SHARE_NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const SYSTEM_SHARE_NAMES = new Set(['$root', '$logs']);
const FORBIDDEN = new Set('"\\/:|<>*?');
const RESERVED = /^(LPT[1-9]|COM[1-9]|PRN|AUX|NUL|CON|CLOCK\$|\.|\.\.)$/i;

/** Throws 400 `InvalidResourceName` or `OutOfRangeInput` unless `name` can name a share. */
export function requireShareName(name: string): void {
  if (SHARE_NAME.test(name) || SYSTEM_SHARE_NAMES.has(name)) return;
  if (name.length < 3 || name.length > 63) {
    throw new ServiceError(
      400,
      'OutOfRangeInput',
      'The specified resource name length is not within the permissible limits.',
    );
  }
  throw new ServiceError(
    400,
    'InvalidResourceName',
    'The specifed resource name contains invalid characters.',
  );
}

/**
 * Throws 400 `InvalidResourceName` or `InvalidFileOrDirectoryPathName` unless every name of the path and the
 * path as a whole are allowed; rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata.
 */
export function requirePath(path: readonly string[]): void {
  let length = path.length - 1;
  for (const name of path) {
    requireEntryName(name);
    length += name.length;
  }
  if (length > MAX_PATH_LENGTH || path.length > MAX_DEPTH) throw invalidPathName();
}

function requireEntryName(name: string): void {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) throw invalidPathName();
  if (RESERVED.test(name)) throw invalidResourceName();
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || (code < 0x80 && FORBIDDEN.has(name.charAt(index)))) throw invalidResourceName();
  }
  if (!name.isWellFormed()) throw invalidResourceName();
}

function invalidResourceName(): ServiceError {
  return new ServiceError(
    400,
    'InvalidResourceName',
    'The specifed resource name contains invalid characters.',
  );
}

function invalidPathName(): ServiceError {
  return new ServiceError(400, 'InvalidFileOrDirectoryPathName', 'File or directory path name is invalid.');
}

/**
 * What names are ordered and compared by: the name in upper case, one code unit for one. Characters whose
 * upper case is longer, or is ASCII though they are not, stand for themselves, so that no two names meet
 * that Windows keeps apart.
 */
export function collationKey(name: string): string {
  if (/^[ -`{-\u007f]*$/.test(name)) return name;
  if (/^[ -\u007f]*$/.test(name)) return name.toUpperCase();
  let key = '';
  for (let index = 0; index < name.length; index++) key += upperUnit(name.charAt(index));
  return key;
}

function upperUnit(unit: string): string {
  const upper = unit.toUpperCase();
  if (upper.length !== 1) return unit;
  return unit.charCodeAt(0) >= 0x80 && upper.charCodeAt(0) < 0x80 ? unit : upper;
}
