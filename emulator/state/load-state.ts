import { type FileHandle, open } from 'node:fs/promises';
import type { Account } from './account.ts';
import type { Extent } from './content.ts';
import type { EmulatorState } from './emulator-state.ts';
import { DirectoryNode, type EntryNode, FileNode } from './entry-node.ts';
import { collationKey } from './names.ts';
import { PermissionTable } from './permission-table.ts';
import { currentGeneration, filesOf } from './saved-generations.ts';
import {
  FORMAT,
  loadedCopy,
  loadedLease,
  loadedSettings,
  type SavedDirectory,
  type SavedExtent,
  type SavedFile,
  type SavedRecord,
  type SavedShare,
} from './saved-records.ts';
import { Share } from './share.ts';
import { type Leaf, SortedTree } from './sorted-tree.ts';

/** No share has it, so nodes that were loaded are copied before they change. */
const LOADED = 0;

/** Fills an empty state with what was saved to a folder; false when nothing was. */
export async function loadState(state: EmulatorState, folder: string): Promise<boolean> {
  const generation = await currentGeneration(folder);
  if (generation === undefined) return false;
  const files = filesOf(folder, generation);
  const bytes = await open(files.bytes, 'r');
  try {
    const records = await open(files.records, 'r');
    const loader = new Loader(state, bytes);
    for await (const line of records.readLines()) await loader.take(parseRecord(line));
  } finally {
    await bytes.close();
  }
  return true;
}

/** Lines are as `saveState` wrote them; the first one tells whether this program can read the others. */
function parseRecord(line: string): SavedRecord {
  const record: SavedRecord = JSON.parse(line);
  return record;
}

class Loader {
  readonly #state: EmulatorState;
  readonly #bytesFile: FileHandle;
  readonly #bytes: Uint8Array[] = [];
  readonly #contents: Extent[][] = [];
  readonly #entries: EntryNode[] = [];
  readonly #leaves: Leaf<EntryNode>[] = [];
  readonly #texts = new Map<string, string>();
  readonly #times = new Map<string, bigint>();

  constructor(state: EmulatorState, bytesFile: FileHandle) {
    this.#state = state;
    this.#bytesFile = bytesFile;
  }

  async take(record: SavedRecord): Promise<void> {
    if ('file' in record) this.#entries.push(this.#file(record.file));
    else if ('content' in record) this.#contents.push(record.content.map((extent) => this.#extent(extent)));
    else if ('bytes' in record) this.#bytes.push(await this.#readBytes(record.bytes));
    else if ('leaf' in record) this.#leaves.push(this.#leaf(record.leaf));
    else if ('directory' in record) this.#entries.push(this.#directory(record.directory));
    else if ('share' in record) this.#share(record.share);
    else if ('account' in record) {
      const account = this.#state.addAccount(record.account, record.keys);
      account.serviceProperties = record.properties;
      account.security = record.security ?? account.security;
    } else this.#header(record);
  }

  #header(record: Extract<SavedRecord, { readonly format: unknown }>): void {
    const format: number = record.format;
    if (format !== FORMAT) throw new Error(`The saved state has format ${format}, not ${FORMAT}`);
    this.#state.contentVersion = record.contentVersion;
    this.#state.clock.resumeAfter(BigInt(record.lastStamp));
  }

  async #readBytes(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let position = 0;
    while (position < length) {
      const { bytesRead } = await this.#bytesFile.read(bytes, position, length - position);
      if (bytesRead === 0) throw new Error('The file of stored bytes of the saved state is cut short');
      position += bytesRead;
    }
    return bytes;
  }

  #extent([start, end, version, bytes, stream, offset]: SavedExtent): Extent {
    const stored = bytes === null ? undefined : named(this.#bytes, bytes);
    return { start, end, version, bytes: stored, stream: stream ?? undefined, offset };
  }

  #file(saved: SavedFile): FileNode {
    const file = new FileNode(this.#start(saved));
    this.#setCommon(file, saved);
    file.size = saved.size;
    if (saved.content !== undefined) file.content = named(this.#contents, saved.content);
    if (saved.headers !== undefined) file.headers = saved.headers;
    if (saved.copy !== undefined) file.copy = loadedCopy(saved.copy);
    file.copiedAt = saved.copiedAt ?? 0;
    return file;
  }

  #directory(saved: SavedDirectory): DirectoryNode {
    const directory = new DirectoryNode(this.#start(saved));
    this.#setCommon(directory, saved);
    directory.children = SortedTree.ofLeaves(
      saved.children.map((leaf) => named(this.#leaves, leaf)),
      LOADED,
    );
    return directory;
  }

  #leaf(items: readonly number[]): Leaf<EntryNode> {
    return { token: LOADED, items: items.map((item) => named(this.#entries, item)), children: undefined };
  }

  #start(saved: SavedDirectory | SavedFile) {
    return {
      token: LOADED,
      name: saved.name,
      key: collationKey(saved.name),
      serial: saved.serial,
      attributes: saved.attributes,
      permissionKey: this.#shared(saved.permission),
      time: this.#ticks(saved.times[4]),
    };
  }

  #setCommon(entry: EntryNode, saved: SavedDirectory | SavedFile): void {
    const [creation, lastWrite, change, lastAccess] = saved.times;
    entry.creationTime = this.#ticks(creation);
    entry.lastWriteTime = this.#ticks(lastWrite);
    entry.changeTime = this.#ticks(change);
    entry.lastAccessTime = this.#ticks(lastAccess);
    if (saved.metadata !== undefined) entry.metadata = saved.metadata;
  }

  /** One string for all entries that have it. */
  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  /** One number for runs of entries that have it. */
  #ticks(text: string): bigint {
    const known = this.#times.get(text);
    if (known !== undefined) return known;
    if (this.#times.size > 1000) this.#times.clear();
    const ticks = BigInt(text);
    this.#times.set(text, ticks);
    return ticks;
  }

  #share(saved: SavedShare): void {
    const account = this.#state.addAccount(saved.account);
    const permissions = new PermissionTable();
    for (const text of saved.permissions) permissions.create(text, 'Sddl');
    const share = new Share(this.#state, saved.name, loadedSettings(saved.settings), permissions);
    share.modified = BigInt(saved.modified);
    share.currentLease = saved.lease === undefined ? undefined : loadedLease(saved.lease);
    share.nextSerial = saved.nextSerial;
    share.usedBytes = saved.usedBytes;
    share.root = this.#root(saved.root);
    share.snapshots = saved.snapshots.map((snapshot) => ({
      id: snapshot.id,
      time: BigInt(snapshot.time),
      settings: loadedSettings(snapshot.settings),
      modified: BigInt(snapshot.modified),
      root: this.#root(snapshot.root),
      version: snapshot.version,
      lease: snapshot.lease === undefined ? undefined : loadedLease(snapshot.lease),
    }));
    for (const [serial, lease] of saved.fileLeases) share.fileLeases.set(serial, loadedLease(lease));
    for (const { serial, path, content, size, start, duration } of saved.pendingCopies) {
      const extents = named(this.#contents, content);
      share.pendingCopies.set(serial, { path, content: extents, size, start: BigInt(start), duration });
    }
    place(account, share, saved.deleted);
  }

  #root(number: number): DirectoryNode {
    const root = named(this.#entries, number);
    if (root.kind !== 'directory') throw new Error('The root of a saved share is no directory');
    return root;
  }
}

function place(account: Account, share: Share, deleted: SavedShare['deleted']): void {
  if (deleted === undefined) {
    account.shares.set(share.name, share);
    return;
  }
  const { version, deletedTime, purgeTime } = deleted;
  account.deletedShares.push({
    share,
    version,
    deletedTime: BigInt(deletedTime),
    purgeTime: BigInt(purgeTime),
  });
}

function named<T>(items: readonly T[], number: number): T {
  const item = items[number];
  if (item === undefined) throw new Error(`The saved state names part ${number} before it tells it`);
  return item;
}
