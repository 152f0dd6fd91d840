/** What a tree holds: anything with the key that orders it. */
export type Keyed = { readonly key: string };

/**
 * Marks who may change a node in place. A tree is copied by taking its root along and giving one of the two
 * copies a new edit token: nodes with another token are then copied before they change.
 */
export type EditToken = number;

/** A piece of a tree, which trees may share. */
export type Leaf<V> = {
  readonly token: EditToken;
  readonly items: V[];
  readonly children: undefined;
};

type Inner<V> = {
  readonly token: EditToken;
  readonly children: Node<V>[];
  readonly firstKeys: string[];
};

type Node<V> = Leaf<V> | Inner<V>;

const MAX_WIDTH = 64;
const MIN_WIDTH = 16;

/**
 * A B+tree of values in the order of their keys' code units, copied in constant time (`copy`) and on write.
 * Lookup, insertion, deletion and the start of an iteration cost O(log n).
 */
export class SortedTree<V extends Keyed> {
  #root: Node<V> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    let node = this.#root;
    if (node === undefined) return undefined;
    while (node.children !== undefined) node = childAt(node, childIndex(node.firstKeys, key));
    const item = node.items[lowerBound(node.items, key)];
    return item?.key === key ? item : undefined;
  }

  /** Inserts a value, or replaces the one of its key. */
  set(value: V, token: EditToken): void {
    if (this.#root === undefined) {
      this.#root = { token, items: [value], children: undefined };
      this.#size = 1;
      return;
    }
    const root = owned(this.#root, token);
    this.#root = root;
    if (insert(root, value, token)) this.#size++;
    if (width(root) > MAX_WIDTH) {
      const right = splitOff(root, token);
      this.#root = { token, children: [root, right], firstKeys: [firstKey(root), firstKey(right)] };
    }
  }

  /** Deletes the value of a key; tells whether there was one. */
  delete(key: string, token: EditToken): boolean {
    if (this.#root === undefined || this.get(key) === undefined) return false;
    let root = owned(this.#root, token);
    remove(root, key, token);
    this.#size--;
    while (root.children !== undefined && root.children.length === 1) root = childAt(root, 0);
    this.#root = width(root) === 0 ? undefined : root;
    return true;
  }

  /** The values from the first whose key is not below `key`, in order. Do not change the tree meanwhile. */
  *from(key = ''): Generator<V, void, undefined> {
    if (this.#root !== undefined) yield* valuesFrom(this.#root, key);
  }

  /** Up to `limit` values from the first whose key is not below `key`. */
  slice(key: string, limit: number): V[] {
    const values: V[] = [];
    if (this.#root !== undefined) collect(this.#root, key, limit, values);
    return values;
  }

  /** A tree of its own with the same values. Both go on with edit tokens that neither has used. */
  copy(): SortedTree<V> {
    const copy = new SortedTree<V>();
    copy.#root = this.#root;
    copy.#size = this.#size;
    return copy;
  }

  /** A tree of values that are already in order, without duplicates. */
  static ofSorted<V extends Keyed>(values: readonly V[], token: EditToken): SortedTree<V> {
    const leaves = chunks(values).map((items) => ({ token, items, children: undefined }));
    return SortedTree.ofLeaves(leaves, token);
  }

  /** A tree of leaves in order, none of them empty. */
  static ofLeaves<V extends Keyed>(leaves: readonly Leaf<V>[], token: EditToken): SortedTree<V> {
    const tree = new SortedTree<V>();
    let level: readonly Node<V>[] = leaves;
    while (level.length > 1) {
      level = chunks(level).map((children) => ({ token, children, firstKeys: children.map(firstKey) }));
    }
    tree.#root = level[0];
    tree.#size = leaves.reduce((size, leaf) => size + leaf.items.length, 0);
    return tree;
  }

  /** The leaves in order, the same objects as in the trees that share them. */
  leaves(): readonly Leaf<V>[] {
    const leaves: Leaf<V>[] = [];
    if (this.#root !== undefined) collectLeaves(this.#root, leaves);
    return leaves;
  }
}

function insert<V extends Keyed>(node: Node<V>, value: V, token: EditToken): boolean {
  if (node.children === undefined) {
    const index = lowerBound(node.items, value.key);
    const replaces = node.items[index]?.key === value.key;
    if (replaces) node.items[index] = value;
    else node.items.splice(index, 0, value);
    return !replaces;
  }
  const index = childIndex(node.firstKeys, value.key);
  const child = owned(childAt(node, index), token);
  node.children[index] = child;
  const added = insert(child, value, token);
  node.firstKeys[index] = firstKey(child);
  if (width(child) > MAX_WIDTH) {
    const right = splitOff(child, token);
    node.children.splice(index + 1, 0, right);
    node.firstKeys.splice(index + 1, 0, firstKey(right));
  }
  return added;
}

function remove<V extends Keyed>(node: Node<V>, key: string, token: EditToken): void {
  if (node.children === undefined) {
    node.items.splice(lowerBound(node.items, key), 1);
    return;
  }
  const index = childIndex(node.firstKeys, key);
  const child = owned(childAt(node, index), token);
  node.children[index] = child;
  remove(child, key, token);
  if (width(child) < MIN_WIDTH && node.children.length > 1) {
    mergeChildren(node, index === 0 ? 0 : index - 1, token);
  } else if (width(child) > 0) {
    node.firstKeys[index] = firstKey(child);
  }
}

/** Merges the child at `index` with the next one, and splits again what is too wide. */
function mergeChildren<V extends Keyed>(parent: Inner<V>, index: number, token: EditToken): void {
  const left = owned(childAt(parent, index), token);
  const right = childAt(parent, index + 1);
  if (left.children === undefined && right.children === undefined) {
    left.items.push(...right.items);
  } else if (left.children !== undefined && right.children !== undefined) {
    left.children.push(...right.children);
    left.firstKeys.push(...right.firstKeys);
  }
  const merged: Node<V>[] = width(left) > MAX_WIDTH ? [left, splitOff(left, token)] : [left];
  parent.children.splice(index, 2, ...merged);
  parent.firstKeys.splice(index, 2, ...merged.map(firstKey));
}

function splitOff<V extends Keyed>(node: Node<V>, token: EditToken): Node<V> {
  const half = width(node) >> 1;
  if (node.children === undefined) return { token, items: node.items.splice(half), children: undefined };
  return { token, children: node.children.splice(half), firstKeys: node.firstKeys.splice(half) };
}

function owned<V>(node: Node<V>, token: EditToken): Node<V> {
  if (node.token === token) return node;
  if (node.children === undefined) return { token, items: node.items.slice(), children: undefined };
  return { token, children: node.children.slice(), firstKeys: node.firstKeys.slice() };
}

function* valuesFrom<V extends Keyed>(node: Node<V>, key: string): Generator<V, void, undefined> {
  if (node.children === undefined) {
    for (let index = lowerBound(node.items, key); index < node.items.length; index++) {
      const item = node.items[index];
      if (item !== undefined) yield item;
    }
    return;
  }
  const first = childIndex(node.firstKeys, key);
  for (let index = first; index < node.children.length; index++) {
    yield* valuesFrom(childAt(node, index), index === first ? key : '');
  }
}

function collect<V extends Keyed>(node: Node<V>, key: string, limit: number, into: V[]): void {
  if (node.children === undefined) {
    for (let index = lowerBound(node.items, key); index < node.items.length && into.length < limit; index++) {
      const item = node.items[index];
      if (item !== undefined) into.push(item);
    }
    return;
  }
  const first = childIndex(node.firstKeys, key);
  for (let index = first; index < node.children.length && into.length < limit; index++) {
    collect(childAt(node, index), index === first ? key : '', limit, into);
  }
}

function collectLeaves<V>(node: Node<V>, into: Leaf<V>[]): void {
  if (node.children === undefined) into.push(node);
  else for (const child of node.children) collectLeaves(child, into);
}

function width<V>(node: Node<V>): number {
  return node.children === undefined ? node.items.length : node.children.length;
}

function firstKey<V extends Keyed>(node: Node<V>): string {
  return node.children === undefined ? (node.items[0]?.key ?? '') : (node.firstKeys[0] ?? '');
}

function childAt<V>(node: Inner<V>, index: number): Node<V> {
  const child = node.children[index];
  if (child === undefined) throw new RangeError(`No child ${index} in a node of ${node.children.length}`);
  return child;
}

/** Index of the first item whose key is not below `key`. */
function lowerBound<V extends Keyed>(items: readonly V[], key: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && item.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the child that a key belongs to: the last one whose first key is not above it, or the first. */
function childIndex(firstKeys: readonly string[], key: string): number {
  let low = 1;
  let high = firstKeys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const first = firstKeys[middle];
    if (first !== undefined && first <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Cuts into pieces of nearly equal width, none wider than what leaves room for insertions. */
function chunks<T>(values: readonly T[]): T[][] {
  const count = Math.ceil(values.length / (MAX_WIDTH - MIN_WIDTH));
  return Array.from({ length: count }, (_, index) =>
    values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    ),
  );
}
