import { type FileHandle, mkdir, open } from 'node:fs/promises';
import type { Account } from './account.ts';
import type { Content } from './content.ts';
import type { EmulatorState } from './emulator-state.ts';
import { DEFAULT_HEADERS, type DirectoryNode, type EntryNode, type FileNode } from './entry-node.ts';
import type { PendingCopy } from './pending-copies.ts';
import { currentGeneration, filesOf, makeCurrent } from './saved-generations.ts';
import {
  FORMAT,
  type SavedRecord,
  type SavedShare,
  savedCopy,
  savedExtent,
  savedLease,
  savedSettings,
  savedTimes,
} from './saved-records.ts';
import type { Share } from './share.ts';
import type { Leaf } from './sorted-tree.ts';

const BUFFERED = 1024 * 1024;

/**
 * Writes a state to a folder as it is now; it may change while it is written. The folder holds the former state
 * until the new one is complete. Handles of SMB clients are not saved.
 */
export async function saveState(state: EmulatorState, folder: string): Promise<void> {
  const frozen = freeze(state);
  await mkdir(folder, { recursive: true });
  const generation = ((await currentGeneration(folder)) ?? 0) + 1;
  const files = filesOf(folder, generation);
  const records = await open(files.records, 'w');
  const bytes = await open(files.bytes, 'w');
  try {
    await writeOutput(frozen, records, bytes);
    await records.sync();
    await bytes.sync();
  } finally {
    await records.close();
    await bytes.close();
  }
  await makeCurrent(folder, generation);
}

async function writeOutput(frozen: Frozen, records: FileHandle, bytes: FileHandle): Promise<void> {
  let lines = '';
  for (const output of outputOf(frozen)) {
    if (output instanceof Uint8Array) {
      await bytes.writeFile(output);
      continue;
    }
    lines += `${JSON.stringify(output)}\n`;
    if (lines.length < BUFFERED) continue;
    await records.writeFile(lines);
    lines = '';
  }
  await records.writeFile(lines);
}

type FrozenShare = {
  readonly account: string;
  readonly saved: Omit<SavedShare, 'root' | 'snapshots' | 'pendingCopies' | 'permissions'>;
  readonly permissions: readonly string[];
  readonly root: DirectoryNode;
  readonly snapshots: Share['snapshots'];
  readonly pendingCopies: readonly (readonly [number, PendingCopy])[];
};

type Frozen = {
  readonly header: SavedRecord;
  readonly accounts: readonly SavedRecord[];
  readonly shares: readonly FrozenShare[];
};

/** Takes hold of everything at once: trees go on under new edit tokens, and all else is copied. */
function freeze(state: EmulatorState): Frozen {
  const shares: FrozenShare[] = [];
  const accounts: SavedRecord[] = [];
  for (const account of state.accounts) {
    const { name, keys, serviceProperties: properties, security } = account;
    accounts.push({ account: name, keys, properties, security });
    for (const share of account.shares.values()) shares.push(freezeShare(account, share));
    for (const { share, version, deletedTime, purgeTime } of account.deletedShares) {
      const deleted = { version, deletedTime: String(deletedTime), purgeTime: String(purgeTime) };
      shares.push(freezeShare(account, share, deleted));
    }
  }
  const { contentVersion, clock } = state;
  return {
    header: { format: FORMAT, contentVersion, lastStamp: String(clock.lastStamp) },
    accounts,
    shares,
  };
}

function freezeShare(account: Account, share: Share, deleted?: SavedShare['deleted']): FrozenShare {
  share.editToken = share.context.newEditToken();
  return {
    account: account.name,
    saved: {
      account: account.name,
      name: share.name,
      ...(deleted === undefined ? {} : { deleted }),
      settings: savedSettings(share.settings),
      modified: String(share.modified),
      ...(share.currentLease === undefined ? {} : { lease: savedLease(share.currentLease) }),
      nextSerial: share.nextSerial,
      usedBytes: share.usedBytes,
      fileLeases: [...share.fileLeases].map(([serial, lease]) => [serial, savedLease(lease)] as const),
    },
    permissions: [...share.permissions.texts()],
    root: share.root,
    snapshots: share.snapshots.map((snapshot) => ({ ...snapshot })),
    pendingCopies: [...share.pendingCopies],
  };
}

function* outputOf(frozen: Frozen): Generator<Output> {
  yield frozen.header;
  yield* frozen.accounts;
  const numbering = new Numbering();
  for (const share of frozen.shares) {
    const snapshots: SavedShare['snapshots'][number][] = [];
    for (const { id, time, settings, modified, version, lease, root } of share.snapshots) {
      snapshots.push({
        id,
        time: String(time),
        settings: savedSettings(settings),
        modified: String(modified),
        version,
        ...(lease === undefined ? {} : { lease: savedLease(lease) }),
        root: yield* numbering.root(root),
      });
    }
    const root = yield* numbering.root(share.root);
    const pendingCopies: SavedShare['pendingCopies'][number][] = [];
    for (const [serial, pending] of share.pendingCopies) {
      pendingCopies.push(yield* numbering.pendingCopy(serial, pending));
    }
    yield { share: { ...share.saved, permissions: share.permissions, snapshots, root, pendingCopies } };
  }
}

/**
 * Tells each part once, before it is first named, and gives it a number. What is told gathers in a list, which
 * is handed on leaf by leaf, for that is much faster than handing on each part.
 */
class Numbering {
  readonly #entries = new Map<EntryNode, number>();
  readonly #leaves = new Map<Leaf<EntryNode>, number>();
  readonly #contents = new Map<Content, number>();
  readonly #bytes = new Map<Uint8Array, number>();
  #told: Output[] = [];

  *root(directory: DirectoryNode): Generator<Output, number> {
    const number = yield* this.#directory(directory);
    yield* this.#takeTold();
    return number;
  }

  *pendingCopy(serial: number, pending: PendingCopy): Generator<Output, SavedShare['pendingCopies'][number]> {
    const content = this.#content(pending.content);
    yield* this.#takeTold();
    return {
      serial,
      path: pending.path,
      content,
      size: pending.size,
      start: String(pending.start),
      ...(pending.duration === undefined ? {} : { duration: pending.duration }),
    };
  }

  *#directory(directory: DirectoryNode): Generator<Output, number> {
    const known = this.#entries.get(directory);
    if (known !== undefined) return known;
    const children: number[] = [];
    for (const leaf of directory.children.leaves()) children.push(yield* this.#leaf(leaf));
    this.#told.push({ directory: { ...common(directory), children } });
    return numbered(this.#entries, directory);
  }

  *#leaf(leaf: Leaf<EntryNode>): Generator<Output, number> {
    const known = this.#leaves.get(leaf);
    if (known !== undefined) return known;
    const items: number[] = [];
    for (const item of leaf.items) {
      items.push(item.kind === 'file' ? this.#file(item) : yield* this.#directory(item));
    }
    this.#told.push({ leaf: items });
    yield* this.#takeTold();
    return numbered(this.#leaves, leaf);
  }

  #file(file: FileNode): number {
    const known = this.#entries.get(file);
    if (known !== undefined) return known;
    const content = file.content.length === 0 ? {} : { content: this.#content(file.content) };
    this.#told.push({
      file: {
        ...common(file),
        size: file.size,
        ...content,
        ...(file.headers === DEFAULT_HEADERS ? {} : { headers: file.headers }),
        ...(file.copy === undefined ? {} : { copy: savedCopy(file.copy) }),
        ...(file.copiedAt === 0 ? {} : { copiedAt: file.copiedAt }),
      },
    });
    return numbered(this.#entries, file);
  }

  #content(content: Content): number {
    const known = this.#contents.get(content);
    if (known !== undefined) return known;
    for (const { bytes } of content) {
      if (bytes === undefined || this.#bytes.has(bytes)) continue;
      numbered(this.#bytes, bytes);
      this.#told.push({ bytes: bytes.length }, bytes);
    }
    const extents = content.map((extent) => {
      const number = extent.bytes === undefined ? undefined : this.#bytes.get(extent.bytes);
      return savedExtent(extent, number ?? null);
    });
    this.#told.push({ content: extents });
    return numbered(this.#contents, content);
  }

  *#takeTold(): Generator<Output> {
    const told = this.#told;
    this.#told = [];
    yield* told;
  }
}

type Output = SavedRecord | Uint8Array;

function common(entry: EntryNode) {
  return {
    name: entry.name,
    serial: entry.serial,
    attributes: entry.attributes,
    times: savedTimes(entry),
    permission: entry.permissionKey,
    ...(Object.keys(entry.metadata).length === 0 ? {} : { metadata: entry.metadata }),
  };
}

function numbered<T>(numbers: Map<T, number>, item: T): number {
  numbers.set(item, numbers.size);
  return numbers.size - 1;
}
