import { createHash } from 'node:crypto';
import { fileInvalidPermission, filePermissionNotFound } from './errors.ts';
import type { PermissionFormat } from './options.ts';
import { formatSddl, inheritedSddl, parseSddl } from './sddl.ts';
import { binaryOfSddl, descriptorBytes, sddlOfBinary } from './security-descriptor.ts';

/** What the root directory of a new share has. */
const ROOT_SDDL =
  'O:SYG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;AU)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;FA;;;CO)';
const NO_SACL = 'S:NO_ACCESS_CONTROL';

/**
 * The permissions of a share by key; rest/api/storageservices/create-permission. The same permission has the
 * same key, whatever form it came in, and is never forgotten.
 */
export class PermissionTable {
  readonly #sddlByKey = new Map<string, string>();
  readonly #keyBySddl = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #inherited = new Map<string, string>();
  readonly rootKey: string;

  constructor() {
    this.rootKey = this.create(ROOT_SDDL, 'Sddl');
  }

  /** Registers SDDL or a base64 self-relative security descriptor. 400 `FileInvalidPermission`. */
  create(text: string, format: PermissionFormat): string {
    const given = format === 'Sddl' ? text : sddlOfBinary(text);
    if (given === undefined) throw fileInvalidPermission();
    const sddl = withoutSacl(given);
    const known = this.#keyBySddl.get(sddl);
    if (known !== undefined) return known;
    if (parseSddl(sddl) === undefined) throw fileInvalidPermission();
    return this.#register(sddl);
  }

  /** 404 `FilePermissionNotFound`. */
  get(key: string, format: PermissionFormat): string {
    const sddl = this.#sddlByKey.get(key);
    if (sddl === undefined) throw filePermissionNotFound();
    if (format === 'Binary') return binaryOfSddl(sddl);
    return parseSddl(sddl)?.sacl === '' ? sddl + NO_SACL : sddl;
  }

  /** The table's own string for a key, so that entries share it; undefined for an unknown one. */
  find(key: string): string | undefined {
    return this.#keys.get(key);
  }

  /** What a new entry inherits from a directory with the permission `parentKey`. */
  inherited(parentKey: string, kind: 'file' | 'directory'): string {
    const memo = `${kind} ${parentKey}`;
    let key = this.#inherited.get(memo);
    if (key === undefined) {
      const parent = parseSddl(this.#sddlByKey.get(parentKey) ?? ROOT_SDDL) ?? parseSddl(ROOT_SDDL);
      if (parent === undefined) throw fileInvalidPermission();
      key = this.create(formatSddl(inheritedSddl(parent, kind)), 'Sddl');
      this.#inherited.set(memo, key);
    }
    return key;
  }

  /** Every permission, as SDDL, in the order of registration. */
  texts(): Iterable<string> {
    return this.#sddlByKey.values();
  }

  #register(sddl: string): string {
    const key = keyOf(sddl);
    const known = this.#keys.get(key) ?? key;
    if (!this.#sddlByKey.has(key)) this.#sddlByKey.set(key, sddl);
    this.#keys.set(key, known);
    this.#keyBySddl.set(sddl, known);
    return known;
  }
}

/** Two decimal numbers of 64 bits, as the service writes its keys, the same however a permission is written. */
function keyOf(sddl: string): string {
  const digest = createHash('sha256')
    .update(descriptorBytes(sddl) ?? sddl)
    .digest();
  return `${digest.readBigUInt64BE(0)}*${digest.readBigUInt64BE(8)}`;
}

function withoutSacl(sddl: string): string {
  return sddl.endsWith(NO_SACL) ? sddl.slice(0, -NO_SACL.length) : sddl;
}
