import { ARCHIVE, DIRECTORY, HIDDEN, READ_ONLY } from './attributes.ts';
import { type Extent, synthetic } from './content.ts';
import { createDirectory, requireFileSize } from './create-entry.ts';
import type { EmulatorState } from './emulator-state.ts';
import { DirectoryNode, FileNode } from './entry-node.ts';
import { invalidHeader, resourceAlreadyExists } from './errors.ts';
import { collationKey } from './names.ts';
import type { Share } from './share.ts';
import { type EditToken, SortedTree } from './sorted-tree.ts';
import { syntheticStream } from './synthetic.ts';
import { TICKS_PER_SECOND, type Ticks, ticksOfMilliseconds } from './ticks.ts';
import { editParent, editRoot, findPlace } from './tree.ts';

export type SeedOptions = {
  readonly account: string;
  /** Created with the largest quota when missing. */
  readonly share: string;
  readonly seed: number;
  readonly files: number;
  /** 1,000 unless given. */
  readonly filesPerDirectory?: number;
  /** Directory levels above the files; 2 unless given, 0 for none (all files in one directory). */
  readonly depth?: number;
  /** Bytes; sizes are spread between, log-uniformly. 0 and 65,536 unless given. */
  readonly minSize?: number;
  readonly maxSize?: number;
  /** Part of the files that are ReadOnly or Hidden, from 0 to 1; 0 unless given. */
  readonly specialAttributes?: number;
  /** Directory to seed below, names joined by slashes, made when missing; the root unless given. */
  readonly path?: string;
};

export type SeedResult = {
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
};

const LARGEST_QUOTA = 102_400;
/** The times of seeded files lie within the ten years from here. */
const FIRST_TIME = ticksOfMilliseconds(Date.UTC(2014, 0, 1));
const SECONDS_OF_TIMES = 10 * 365 * 86_400;

/**
 * Makes a tree that is a pure function of its options, save for file ids, ETags and permissions. The content of a
 * file is the stream `syntheticStream(seed, path)`, the path being below where it was seeded.
 */
export function seed(state: EmulatorState, options: SeedOptions): SeedResult {
  const account = state.addAccount(options.account);
  const share =
    account.findShare(options.share) ?? account.createShare(options.share, { quotaGiB: LARGEST_QUOTA });
  const plan = planOf(options);
  const parent = parentFor(share, options.path ?? '');
  const builder: Builder = {
    share,
    plan,
    now: share.context.clock.stamp(),
    token: share.editToken,
    directoryKey: share.permissions.inherited(parent.permissionKey, 'directory'),
    fileKey: share.permissions.inherited(parent.permissionKey, 'file'),
    result: { files: 0, directories: 0, bytes: 0 },
  };
  const leaves = Math.ceil(plan.files / plan.filesPerDirectory);
  const children = plan.depth === 0 ? filesOf(builder, 0, '') : level(builder, plan.depth, 0, leaves, '');
  for (const child of children) {
    if (parent.children.get(child.key) !== undefined) throw resourceAlreadyExists();
  }
  share.useBytes(builder.result.bytes);
  for (const child of children) parent.children.set(child, share.editToken);
  return builder.result;
}

type Plan = Required<Omit<SeedOptions, 'account' | 'share' | 'path'>>;

type Builder = {
  readonly share: Share;
  readonly plan: Plan;
  readonly now: Ticks;
  readonly token: EditToken;
  readonly directoryKey: string;
  readonly fileKey: string;
  readonly result: { files: number; directories: number; bytes: number };
};

function planOf(options: SeedOptions): Plan {
  const plan: Plan = {
    seed: options.seed,
    files: options.files,
    filesPerDirectory: options.depth === 0 ? options.files : (options.filesPerDirectory ?? 1000),
    depth: options.depth ?? 2,
    minSize: options.minSize ?? 0,
    maxSize: Math.max(options.maxSize ?? 65_536, options.minSize ?? 0),
    specialAttributes: options.specialAttributes ?? 0,
  };
  requireFileSize(plan.minSize);
  requireFileSize(plan.maxSize);
  for (const [name, value, least] of [
    ['seed', plan.seed, 0],
    ['files', plan.files, 0],
    ['filesPerDirectory', plan.filesPerDirectory, Math.min(1, plan.files)],
    ['depth', plan.depth, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) throw invalidHeader(name, String(value));
  }
  return plan;
}

function parentFor(share: Share, path: string): DirectoryNode {
  const names = path.split('/').filter((name) => name !== '');
  for (let depth = 1; depth <= names.length; depth++) {
    const part = names.slice(0, depth);
    if (findPlace(share.root, part).entry === undefined) createDirectory(share, part);
  }
  return names.length === 0 ? editRoot(share) : editParent(share, findPlace(share.root, [...names, 'x']));
}

/** The directories of one level that hold the leaf directories `[first, end)` below them. */
function level(builder: Builder, depth: number, first: number, end: number, path: string): DirectoryNode[] {
  const leaves = end - first;
  const width = depth === 1 ? leaves : Math.min(leaves, Math.ceil(leaves ** (1 / depth)));
  const digits = String(Math.max(0, width - 1)).length;
  return Array.from({ length: width }, (_, index) => {
    const name = `dir-${String(index).padStart(digits, '0')}`;
    const from = first + Math.floor((index * leaves) / width);
    const to = first + Math.floor(((index + 1) * leaves) / width);
    const below = `${path}${name}/`;
    const children = depth === 1 ? filesOf(builder, from, below) : level(builder, depth - 1, from, to, below);
    return directoryOf(builder, name, children);
  });
}

function directoryOf(
  builder: Builder,
  name: string,
  children: readonly (DirectoryNode | FileNode)[],
): DirectoryNode {
  const directory = new DirectoryNode({
    token: builder.token,
    name,
    key: collationKey(name),
    serial: builder.share.nextSerial++,
    attributes: DIRECTORY,
    permissionKey: builder.directoryKey,
    time: builder.now,
  });
  directory.creationTime = FIRST_TIME;
  directory.lastWriteTime = FIRST_TIME;
  directory.changeTime = FIRST_TIME;
  directory.lastAccessTime = FIRST_TIME;
  directory.children = SortedTree.ofSorted(children, builder.token);
  builder.result.directories++;
  return directory;
}

function filesOf(builder: Builder, leaf: number, path: string): FileNode[] {
  const { files, filesPerDirectory } = builder.plan;
  const first = leaf * filesPerDirectory;
  const count = Math.min(filesPerDirectory, files - first);
  const digits = String(Math.max(0, files - 1)).length;
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return fileOf(builder, number, `file-${String(number).padStart(digits, '0')}.dat`, path);
  });
}

function fileOf(builder: Builder, number: number, name: string, path: string): FileNode {
  const { plan, result } = builder;
  const random = numbersFrom(plan.seed, number);
  const size = sizeBetween(plan.minSize, plan.maxSize, random());
  const file = new FileNode({
    token: builder.token,
    name,
    key: collationKey(name),
    serial: builder.share.nextSerial++,
    attributes: attributesBy(random(), plan.specialAttributes),
    permissionKey: builder.fileKey,
    time: builder.now,
  });
  const second = BigInt(Math.floor(random() * SECONDS_OF_TIMES));
  file.creationTime = FIRST_TIME;
  file.lastWriteTime = FIRST_TIME + second * TICKS_PER_SECOND + BigInt(Math.floor(random() * 1e7));
  file.changeTime = file.lastWriteTime;
  file.lastAccessTime = file.lastWriteTime;
  file.size = size;
  if (size > 0) file.content = contentOf(builder, path + name, size);
  result.files++;
  result.bytes += size;
  return file;
}

function contentOf(builder: Builder, path: string, size: number): Extent[] {
  const version = builder.share.context.contentVersion;
  return [synthetic(0, size, syntheticStream(builder.plan.seed, path), 0, version)];
}

function sizeBetween(least: number, most: number, random: number): number {
  if (least === most) return least;
  const low = Math.log(least + 1);
  const high = Math.log(most + 2);
  return Math.max(least, Math.min(most, Math.floor(Math.exp(low + random * (high - low))) - 1));
}

function attributesBy(random: number, special: number): number {
  if (random >= special) return ARCHIVE;
  return ARCHIVE | (random < special / 2 ? READ_ONLY : HIDDEN);
}

/** Numbers from 0 up to 1 that depend on the seed and the file alone. */
function numbersFrom(seed: number, number: number): () => number {
  let state = (Math.imul(seed ^ 0x2545f491, 0x9e3779b1) + Math.imul(number + 1, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
