import { fileInvalidPermission } from './errors.ts';
import { type Ace, formatSddl, parseSacl, parseSddl, type Sddl } from './sddl.ts';
import { maskOfRights, rightsOfMask, sidBytes, sidText } from './sids.ts';

const SELF_RELATIVE = 0x8000;
const DACL_PRESENT = 0x4;
const SACL_PRESENT = 0x10;
const DACL_FLAGS: readonly (readonly [string, number])[] = [
  ['P', 0x1000],
  ['AR', 0x100],
  ['AI', 0x400],
];
const SACL_FLAGS: readonly (readonly [string, number])[] = [
  ['P', 0x2000],
  ['AR', 0x200],
  ['AI', 0x800],
];
const ACE_TYPES: readonly (readonly [string, number])[] = [
  ['A', 0],
  ['D', 1],
  ['AU', 2],
  ['ML', 0x11],
];
const ACE_FLAGS: readonly (readonly [string, number])[] = [
  ['OI', 0x1],
  ['CI', 0x2],
  ['NP', 0x4],
  ['IO', 0x8],
  ['ID', 0x10],
  ['SA', 0x40],
  ['FA', 0x80],
];

/**
 * The base64 self-relative security descriptor of SDDL; learn.microsoft.com/openspecs/windows_protocols/ms-dtyp.
 * 400 `FileInvalidPermission` for entries of rarer types (object, callback, resource attribute).
 */
export function binaryOfSddl(text: string): string {
  const bytes = descriptorBytes(text);
  if (bytes === undefined) throw fileInvalidPermission();
  return bytes.toString('base64');
}

/** The same for every way to write one permission; undefined for entries of rarer types. */
export function descriptorBytes(text: string): Buffer | undefined {
  const sddl = parseSddl(text);
  const sacl = sddl === undefined ? undefined : parseSacl(sddl.sacl);
  if (sddl === undefined || sacl === undefined) return undefined;
  const owner = sidBytes(sddl.owner);
  const group = sidBytes(sddl.group);
  const dacl = sddl.daclFlags === 'NO_ACCESS_CONTROL' ? Buffer.alloc(0) : aclBytes(sddl.aces);
  const audit = sacl.aces.length === 0 ? Buffer.alloc(0) : aclBytes(sacl.aces);
  if (owner === undefined || group === undefined || dacl === undefined || audit === undefined)
    return undefined;
  const header = Buffer.alloc(20);
  header.writeUInt8(1, 0);
  const control =
    SELF_RELATIVE | DACL_PRESENT | flagBits(sddl.daclFlags, DACL_FLAGS) | flagBits(sacl.flags, SACL_FLAGS);
  header.writeUInt16LE(audit.length > 0 ? control | SACL_PRESENT : control, 2);
  const parts: Buffer[] = [header];
  let position = header.length;
  for (const [field, part] of [
    [4, owner],
    [8, group],
    [12, audit],
    [16, dacl],
  ] as const) {
    if (part.length > 0) header.writeUInt32LE(position, field);
    parts.push(part);
    position += part.length;
  }
  return Buffer.concat(parts);
}

/** SDDL of a base64 self-relative security descriptor; undefined when it is none. */
export function sddlOfBinary(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  try {
    return formatSddl(readDescriptor(bytes));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws RangeError where the bytes are too short or make no sense. */
function readDescriptor(bytes: Buffer): Sddl {
  const control = bytes.readUInt16LE(2);
  const daclOffset = bytes.readUInt32LE(16);
  const saclOffset = bytes.readUInt32LE(12);
  if (bytes.readUInt8(0) !== 1 || (control & SELF_RELATIVE) === 0 || (control & DACL_PRESENT) === 0) {
    throw new RangeError('Not a self-relative security descriptor with a DACL');
  }
  const sacl =
    saclOffset === 0 ? '' : `S:${flagNames(control, SACL_FLAGS)}${formatAces(readAcl(bytes, saclOffset))}`;
  return {
    owner: sidText(bytes, bytes.readUInt32LE(4)),
    group: sidText(bytes, bytes.readUInt32LE(8)),
    daclFlags: daclOffset === 0 ? 'NO_ACCESS_CONTROL' : flagNames(control, DACL_FLAGS),
    aces: daclOffset === 0 ? [] : readAcl(bytes, daclOffset),
    sacl,
  };
}

function formatAces(aces: readonly Ace[]): string {
  return aces.map((ace) => `(${ace.type};${ace.flags.join('')};${ace.rights};;;${ace.trustee})`).join('');
}

function readAcl(bytes: Buffer, offset: number): Ace[] {
  const count = bytes.readUInt16LE(offset + 4);
  const aces: Ace[] = [];
  let position = offset + 8;
  for (let index = 0; index < count; index++) {
    const typeByte = bytes.readUInt8(position);
    const type = ACE_TYPES.find(([, value]) => value === typeByte)?.[0];
    if (type === undefined) throw new RangeError(`Access control entry of type ${typeByte}`);
    const flagByte = bytes.readUInt8(position + 1);
    aces.push({
      type,
      flags: ACE_FLAGS.filter(([, bit]) => (flagByte & bit) !== 0).map(([name]) => name),
      rights: rightsOfMask(bytes.readUInt32LE(position + 4)),
      objectType: '',
      inheritedObjectType: '',
      trustee: sidText(bytes, position + 8),
      extra: undefined,
    });
    position += bytes.readUInt16LE(position + 2);
  }
  return aces;
}

function aclBytes(aces: readonly Ace[]): Buffer | undefined {
  const parts: Buffer[] = [];
  for (const ace of aces) {
    const bytes = aceBytes(ace);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
  }
  const body = Buffer.concat(parts);
  if (body.length + 8 > 0xffff) return undefined;
  const header = Buffer.alloc(8);
  header.writeUInt8(2, 0);
  header.writeUInt16LE(8 + body.length, 2);
  header.writeUInt16LE(aces.length, 4);
  return Buffer.concat([header, body]);
}

function aceBytes(ace: Ace): Buffer | undefined {
  const type = ACE_TYPES.find(([name]) => name === ace.type)?.[1];
  const sid = sidBytes(ace.trustee);
  const mask = maskOfRights(ace.rights);
  if (type === undefined || sid === undefined || mask === undefined) return undefined;
  if (ace.objectType !== '' || ace.inheritedObjectType !== '' || ace.extra !== undefined) return undefined;
  const header = Buffer.alloc(8);
  header.writeUInt8(type, 0);
  header.writeUInt8(
    ACE_FLAGS.reduce((bits, [name, bit]) => (ace.flags.includes(name) ? bits | bit : bits), 0),
    1,
  );
  header.writeUInt16LE(8 + sid.length, 2);
  header.writeUInt32LE(mask, 4);
  return Buffer.concat([header, sid]);
}

function flagBits(text: string, flags: readonly (readonly [string, number])[]): number {
  const names: readonly string[] = text === 'NO_ACCESS_CONTROL' ? [] : (text.match(/AR|AI|P/g) ?? []);
  return flags.reduce((bits, [name, bit]) => (names.includes(name) ? bits | bit : bits), 0);
}

function flagNames(control: number, flags: readonly (readonly [string, number])[]): string {
  return flags
    .filter(([, bit]) => (control & bit) !== 0)
    .map(([name]) => name)
    .join('');
}
