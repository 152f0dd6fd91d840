import { isUtf8 } from 'node:buffer';

const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const QUESTION_MARK = 0x3f;

/**
 * Reads an XML document forward, element by element, as the service writes it: elements, attributes, text with
 * character references, white space between elements, one declaration at the top. Everything else that XML
 * knows (comments, CDATA, processing instructions, document types) is refused, as is an element that is not
 * closed by its own name: what is not understood to the letter may be damaged.
 *
 * Works on bytes, so that no text of the size of the document comes to be: slices of one would keep all of it
 * in memory, and a byte order mark or one name beyond Latin-1 would double it.
 *
 * `next` steps to the next child of the element that is open, or closes it. The child is then open, and is
 * read by `text` or `recurringText`, passed over by `skip`, or gone through by `next` until that is undefined.
 * `Name` are the elements that the reader knows; any other is named by the empty text.
 */
export class XmlScanner<Name extends string> {
  readonly #bytes: Buffer;
  readonly #names: readonly Name[];
  /** By a hash, element names that were met before. */
  readonly #met: (Span & { name: Name | '' })[] = Array.from({ length: 64 }, () => ({
    from: 0,
    to: 0,
    name: '',
  }));
  /** Where the names of the open elements begin and end, the root's first. */
  readonly #open: number[] = [];
  #at = 0;
  #attributes: Span = { from: 0, to: 0 };
  /** Whether the element that was opened last is closed by its own opening tag, as in `<Entries />`. */
  #isEmpty = false;
  readonly #text: Span = { from: 0, to: 0 };
  #textIsAscii = true;
  #textHasReferences = false;

  /** @throws {Error} when `bytes` are no UTF-8 */
  constructor(bytes: Uint8Array, names: readonly Name[]) {
    if (!isUtf8(bytes)) throw new Error('it is no UTF-8');
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#names = names;
  }

  enterRoot(name: Name): void {
    if (this.#bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) this.#at = 3;
    this.#space();
    if (this.#byte(this.#at + 1) === QUESTION_MARK) {
      this.#at = this.#find(GREATER_THAN, this.#at) + 1;
      this.#space();
    }
    if (this.#byte(this.#at) !== LESS_THAN) throw this.#unexpected();
    if (this.#openTag() !== name) throw new Error(`<${name}> was expected`);
  }

  /** Opens the next child; undefined once the element that was open is closed in its place. */
  next(): Name | '' | undefined {
    if (this.#isEmpty) {
      this.#closeEmpty();
      return undefined;
    }
    this.#space();
    if (this.#byte(this.#at) !== LESS_THAN) throw this.#unexpected();
    if (this.#byte(this.#at + 1) !== SLASH) return this.#openTag();
    this.#closeTag();
    return undefined;
  }

  /** The text of the element that was opened last, which holds nothing else, and closes it. */
  text(): string {
    this.#readText();
    return this.#decodedText();
  }

  /** As `text`, for a kind of text that often recurs: what is the same again is read, and kept, only once. */
  recurringText<T>(recurring: RecurringText<T>): T {
    this.#readText();
    const { known } = recurring;
    if (known !== undefined && this.#equals(known, this.#text.from, this.#text.to)) return known.value;
    const value = recurring.read(this.#decodedText());
    recurring.known = { from: this.#text.from, to: this.#text.to, value };
    return value;
  }

  /** Passes over the element that was opened last, whatever it holds, and closes it. */
  skip(): void {
    const depth = this.#open.length;
    while (this.#open.length >= depth) {
      if (!this.#isEmpty) this.#at = this.#find(LESS_THAN, this.#at);
      this.next();
    }
  }

  /** An attribute of the element that was opened last. */
  attribute(name: string): string | undefined {
    const { from, to } = this.#attributes;
    if (from === to) return undefined;
    for (const [, key, , value] of this.#bytes.toString('utf8', from, to).matchAll(ATTRIBUTE)) {
      if (key === name) return decode(value ?? '');
    }
    return undefined;
  }

  /** Checks that nothing comes after the root. */
  end(): void {
    this.#space();
    if (this.#at !== this.#bytes.length) throw this.#unexpected();
  }

  #openTag(): Name | '' {
    const from = this.#at + 1;
    let at = from;
    let hash = 0;
    for (let byte = this.#byte(at); isNameByte(byte); byte = this.#byte(at)) {
      hash = (hash * 31 + byte) & 63;
      at += 1;
    }
    if (at === from) throw this.#unexpected();
    this.#open.push(from, at);
    this.#at = at;
    this.#endOpenTag();
    return this.#nameOf(from, at, hash);
  }

  #endOpenTag(): void {
    const from = this.#at;
    let at = from;
    for (let byte = this.#byte(at); byte !== GREATER_THAN; byte = this.#byte(at)) {
      if (byte === QUOTE || byte === APOSTROPHE) at = this.#endOfValue(byte, at + 1);
      else if (byte === LESS_THAN || at >= this.#bytes.length) throw this.#unexpected();
      at += 1;
    }
    this.#isEmpty = at > from && this.#byte(at - 1) === SLASH;
    this.#attributes.from = from;
    this.#attributes.to = at;
    this.#at = at + 1;
  }

  /** XML allows no `<` in a value: where one is met, the quotation mark that ended the value is lost. */
  #endOfValue(quotationMark: number, from: number): number {
    const end = this.#find(quotationMark, from);
    const lessThan = this.#bytes.subarray(from, end).indexOf(LESS_THAN);
    if (lessThan === -1) return end;
    this.#at = from + lessThan;
    throw this.#unexpected();
  }

  #nameOf(from: number, to: number, hash: number): Name | '' {
    const met = this.#met[hash];
    if (met !== undefined && this.#equals(met, from, to)) return met.name;
    const text = this.#bytes.toString('utf8', from, to);
    const name = this.#names.find((known) => known === text) ?? '';
    this.#met[hash] = { from, to, name };
    return name;
  }

  #closeTag(): void {
    const to = this.#open.pop() ?? 0;
    const from = this.#open.pop() ?? 0;
    const start = this.#at + 2;
    const end = start + to - from;
    if (
      this.#byte(this.#at + 1) !== SLASH ||
      !this.#equals({ from, to }, start, end) ||
      this.#byte(end) !== GREATER_THAN
    ) {
      throw new Error(`<${this.#bytes.toString('utf8', from, to)}> is not closed`);
    }
    this.#at = end + 1;
  }

  #closeEmpty(): void {
    this.#isEmpty = false;
    this.#open.length -= 2;
  }

  #readText(): void {
    let at = this.#at;
    this.#text.from = at;
    this.#textHasReferences = false;
    let seen = 0;
    if (this.#isEmpty) this.#closeEmpty();
    else {
      for (let byte = this.#byte(at); byte !== LESS_THAN; byte = this.#byte(at)) {
        if (at >= this.#bytes.length) throw brokenOff();
        if (byte === AMPERSAND) this.#textHasReferences = true;
        seen |= byte;
        at += 1;
      }
      this.#at = at;
      this.#closeTag();
    }
    this.#text.to = at;
    this.#textIsAscii = seen < 0x80;
  }

  #decodedText(): string {
    const { from, to } = this.#text;
    // Latin-1 is several times as fast.
    const text = this.#bytes.toString(this.#textIsAscii ? 'latin1' : 'utf8', from, to);
    return this.#textHasReferences ? decode(text) : text;
  }

  #equals(known: Span, from: number, to: number): boolean {
    const bytes = this.#bytes;
    if (known.to - known.from !== to - from) return false;
    for (let at = to - 1, other = known.to - 1; at >= from; at -= 1, other -= 1) {
      if (bytes[at] !== bytes[other]) return false;
    }
    return true;
  }

  #space(): void {
    let byte = this.#byte(this.#at);
    while (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) {
      this.#at += 1;
      byte = this.#byte(this.#at);
    }
  }

  #find(byte: number, from: number): number {
    const at = this.#bytes.indexOf(byte, from);
    if (at === -1) throw brokenOff();
    return at;
  }

  /** 0, which is no character of XML, beyond the end. */
  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #unexpected(): Error {
    if (this.#at >= this.#bytes.length) return brokenOff();
    return new Error(`"${this.#bytes.toString('utf8', this.#at, this.#at + 30)}" was not expected`);
  }
}

/** Where something begins and ends, the end excluded. */
interface Span {
  from: number;
  to: number;
}

/** A kind of text that often recurs within one document. */
export class RecurringText<T> {
  readonly read: (text: string) => T;
  known: (Span & { readonly value: T }) | undefined = undefined;

  constructor(read: (text: string) => T) {
    this.read = read;
  }
}

function brokenOff(): Error {
  return new Error('it broke off before its end');
}

/** Letters, digits, `-`, `.`, `:`, `_`, which is what names of the service are made of, and all beyond ASCII. */
function isNameByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x3a) ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x5f ||
    byte >= 0x80
  );
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const ATTRIBUTE = /([^\s=]+)\s*=\s*(["'])(.*?)\2/gs;
const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));|&/g;
const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (whole, hexadecimal?: string, decimal?: string, named?: string) => {
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    const character = NAMED.get(named ?? '');
    if (character === undefined) throw new Error(`${whole} stands for nothing`);
    return character;
  });
}
