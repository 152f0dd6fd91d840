import picomatch from 'picomatch';

/** A glob that cannot be read. The message is the end of "found …". */
export class InvalidGlobError extends Error {
  constructor(fault: string) {
    super(fault);
    this.name = 'InvalidGlobError';
  }
}

/** Characters that no name in a share has. Source: naming-and-referencing-shares--directories--files--and-metadata. */
const IN_NO_NAME = /["<>:|\p{Cc}]/u;
/** What a backslash takes the meaning from. */
const ESCAPABLE = '![]{},';
/** Without meaning here, but with one to the library. */
const LITERAL = '()+@!|^$~';

const OPTIONS: picomatch.PicomatchOptions = {
  dot: true,
  flags: 'i',
  literalBrackets: false,
  noextglob: true,
  noglobstar: true,
  nonegate: true,
  strictBrackets: true,
  debug: true,
};

/**
 * The regular expression of a glob for one name: `*`, `?`, `[a-z]`, `[!a]` and `{one,other}`, without regard
 * to case. Everything else stands for itself, and so does what follows a backslash.
 *
 * Case is folded by simple upper-case mappings of UTF-16 units, as Windows does; which table the service
 * uses is not documented (rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata).
 * @throws {InvalidGlobError}
 */
export function nameGlob(glob: string): RegExp {
  if (glob === '') throw new InvalidGlobError('an empty name in it');
  if (glob === '.' || glob === '..') throw new InvalidGlobError(`"${glob}", which names no entry`);
  const forbidden = IN_NO_NAME.exec(glob)?.[0];
  if (forbidden !== undefined)
    throw new InvalidGlobError(`${describeCharacter(forbidden)}, which no name has`);
  const translated = translate(glob);
  try {
    return picomatch.makeRe(translated, OPTIONS);
  } catch {
    throw new InvalidGlobError('brackets that are no set of characters');
  }
}

function describeCharacter(character: string): string {
  return character < ' ' || character === '\x7f' ? 'a control character' : `the character ${character}`;
}

/** The glob in the notation of the library, with what it would read otherwise taken out of its reach. */
function translate(glob: string): string {
  let translated = '';
  let braces = 0;
  for (let index = 0; index < glob.length; index++) {
    const character = glob.charAt(index);
    if (character === '\\') {
      translated += escaped(glob.charAt(++index));
    } else if (character === '[') {
      const end = endOfSet(glob, index);
      translated += translateSet(glob.slice(index + 1, end));
      index = end;
    } else if (LITERAL.includes(character)) {
      translated += `\\${character}`;
    } else {
      if (character === ']') throw new InvalidGlobError('a "]" without a "["');
      if (character === '{') braces += 1;
      if (character === '}' && --braces < 0) throw new InvalidGlobError('a "}" without a "{"');
      if (braces > 0 && glob.startsWith('..', index)) throw new InvalidGlobError('".." within braces');
      translated += character;
    }
  }
  if (braces > 0) throw new InvalidGlobError('a "{" without a "}" in the same name');
  return translated;
}

function escaped(character: string): string {
  if (character !== '' && ESCAPABLE.includes(character)) return `\\${character}`;
  throw new InvalidGlobError(
    `a backslash, which may only stand before one of ${[...ESCAPABLE].join(' ')}; folders are parted by /`,
  );
}

function endOfSet(glob: string, start: number): number {
  for (let index = start + 1; index < glob.length; index++) {
    if (glob[index] === '\\') index += 1;
    else if (glob[index] === ']') return index;
  }
  throw new InvalidGlobError('a "[" without a "]" in the same name');
}

function translateSet(content: string): string {
  const isNegated = /^[!^]/.test(content);
  const characters = isNegated ? content.slice(1) : content;
  if (characters === '') throw new InvalidGlobError('an empty pair of brackets');
  return `[${isNegated ? '^' : ''}${characters.replace(/[[^]/g, '\\$&')}]`;
}
