/** Aliases of SDDL that mean the same SID on every machine; learn.microsoft.com/windows/win32/secauthz/sid-strings */
const ALIASES: readonly (readonly [string, string])[] = [
  ['WD', 'S-1-1-0'],
  ['CO', 'S-1-3-0'],
  ['CG', 'S-1-3-1'],
  ['OW', 'S-1-3-4'],
  ['NU', 'S-1-5-2'],
  ['IU', 'S-1-5-4'],
  ['SU', 'S-1-5-6'],
  ['AN', 'S-1-5-7'],
  ['ED', 'S-1-5-9'],
  ['PS', 'S-1-5-10'],
  ['AU', 'S-1-5-11'],
  ['RC', 'S-1-5-12'],
  ['SY', 'S-1-5-18'],
  ['LS', 'S-1-5-19'],
  ['NS', 'S-1-5-20'],
  ['BA', 'S-1-5-32-544'],
  ['BU', 'S-1-5-32-545'],
  ['BG', 'S-1-5-32-546'],
  ['PU', 'S-1-5-32-547'],
  ['AO', 'S-1-5-32-548'],
  ['SO', 'S-1-5-32-549'],
  ['PO', 'S-1-5-32-550'],
  ['BO', 'S-1-5-32-551'],
  ['RE', 'S-1-5-32-552'],
  ['RU', 'S-1-5-32-554'],
  ['RD', 'S-1-5-32-555'],
  ['NO', 'S-1-5-32-556'],
  ['LW', 'S-1-16-4096'],
  ['ME', 'S-1-16-8192'],
  ['HI', 'S-1-16-12288'],
  ['SI', 'S-1-16-16384'],
];
const SID_OF_ALIAS = new Map(ALIASES);
const ALIAS_OF_SID = new Map(ALIASES.map(([alias, sid]) => [sid, alias]));

const RIGHTS: readonly (readonly [string, number])[] = [
  ['FA', 0x1f01ff],
  ['FR', 0x120089],
  ['FW', 0x120116],
  ['FX', 0x1200a0],
  ['GA', 0x10000000],
  ['GX', 0x20000000],
  ['GW', 0x40000000],
  ['GR', 0x80000000],
  ['CC', 0x1],
  ['DC', 0x2],
  ['LC', 0x4],
  ['SW', 0x8],
  ['RP', 0x10],
  ['WP', 0x20],
  ['DT', 0x40],
  ['LO', 0x80],
  ['CR', 0x100],
  ['SD', 0x10000],
  ['RC', 0x20000],
  ['WD', 0x40000],
  ['WO', 0x80000],
];
const MASK_OF_RIGHT = new Map(RIGHTS);
const GENERIC_RIGHTS = RIGHTS.slice(4, 8);

/** The binary form of a SID or of its alias; undefined for an unknown alias or numbers out of range. */
export function sidBytes(text: string): Buffer | undefined {
  const sid = text.startsWith('S-') ? text : SID_OF_ALIAS.get(text);
  if (sid === undefined) return undefined;
  const [authority = Number.NaN, ...parts] = sid.split('-').slice(2).map(Number);
  if (!(authority < 2 ** 48) || parts.some((part) => !(part < 2 ** 32))) return undefined;
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index);
  return bytes;
}

/** The SID at an offset, by its alias where it has one. RangeError beyond the bytes. */
export function sidText(bytes: Buffer, offset: number): string {
  const count = bytes.readUInt8(offset + 1);
  if (offset < 20 || bytes.readUInt8(offset) !== 1 || count > 15) throw new RangeError('Not a SID');
  let sid = `S-1-${bytes.readUIntBE(offset + 2, 6)}`;
  for (let index = 0; index < count; index++) sid += `-${bytes.readUInt32LE(offset + 8 + 4 * index)}`;
  return ALIAS_OF_SID.get(sid) ?? sid;
}

/** The access mask of `FA`, `GXGR`, `0x1200a9` or a decimal number. */
export function maskOfRights(text: string): number | undefined {
  if (/^(0x|\d)/.test(text)) {
    const mask = Number(text);
    return mask <= 0xffffffff ? mask : undefined;
  }
  let mask = 0;
  for (const right of text.match(/../g) ?? []) {
    const bits = MASK_OF_RIGHT.get(right);
    if (bits === undefined) return undefined;
    mask |= bits;
  }
  return mask >>> 0;
}

/** How Windows writes an access mask: by a name where one fits exactly, by generic rights, or in hexadecimal. */
export function rightsOfMask(mask: number): string {
  const name = RIGHTS.find(([, bits]) => bits === mask)?.[0];
  if (name !== undefined) return name;
  const generic = GENERIC_RIGHTS.filter(([, bits]) => (mask & bits) !== 0);
  const sum = generic.reduce((total, [, bits]) => total + bits, 0);
  if (mask !== 0 && sum === mask) return generic.map(([right]) => right).join('');
  return `0x${mask.toString(16)}`;
}
