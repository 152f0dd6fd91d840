import type { ShareBuilder } from './share-builder.ts';
import { readTree } from './tree.ts';

export const MIB = 1024 * 1024;

/**
 * Something that a client does to a share, as plain data, so that a failing test can say it. `entry`, `file` and
 * `directory` count through what is there at that moment, in the order of paths; whatever number is given fits.
 */
export type Edit =
  | { readonly do: 'write-file'; readonly at: string; readonly content: string; readonly attributes: number }
  | { readonly do: 'write-large'; readonly at: string; readonly mib: number; readonly content: string }
  | { readonly do: 'make-directory'; readonly at: string }
  | { readonly do: 'overwrite'; readonly file: number; readonly part: number; readonly content: string }
  | { readonly do: 'punch'; readonly file: number; readonly part: number; readonly bytes: number }
  | { readonly do: 'resize'; readonly file: number; readonly bytes: number }
  | { readonly do: 'remove'; readonly entry: number }
  | { readonly do: 'move'; readonly entry: number; readonly to: string }
  | { readonly do: 'swap'; readonly entry: number; readonly with: number }
  | { readonly do: 'invert'; readonly directory: number }
  | { readonly do: 'respell'; readonly entry: number }
  | { readonly do: 'change-kind'; readonly entry: number }
  | { readonly do: 'set-attributes'; readonly entry: number; readonly attributes: number }
  | { readonly do: 'set-permission'; readonly entry: number; readonly number: number }
  | { readonly do: 'describe'; readonly entry: number; readonly text: string }
  | { readonly do: 'write-and-put-time-back'; readonly file: number; readonly content: string };

/** Does it; what makes no sense at that moment, as nothing is there or the service refuses, is passed over. */
export function tryEdits(share: ShareBuilder, edits: readonly Edit[]): void {
  for (const edit of edits) {
    try {
      carryOut(share, edit);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}

function carryOut(share: ShareBuilder, edit: Edit): unknown {
  switch (edit.do) {
    case 'write-file':
      return share.file(edit.at, edit.content, { attributes: edit.attributes });
    case 'write-large':
      return writeLarge(share, edit.at, edit.mib, edit.content);
    case 'make-directory':
      return share.directory(edit.at);
    case 'overwrite': {
      const path = pick(share, 'file', edit.file);
      return share.write(path, offsetIn(share, path, edit.part), edit.content);
    }
    case 'punch': {
      const path = pick(share, 'file', edit.file);
      const start = offsetIn(share, path, edit.part);
      return share.clear(path, start, Math.min(start + edit.bytes, sizeOf(share, path)));
    }
    case 'resize':
      return share.resize(pick(share, 'file', edit.file), edit.bytes);
    case 'remove':
      return share.remove(pick(share, 'any', edit.entry));
    case 'move':
      return share.rename(pick(share, 'any', edit.entry), edit.to);
    case 'swap':
      return share.swap(pick(share, 'any', edit.entry), pick(share, 'any', edit.with));
    case 'invert':
      return invert(share, pick(share, 'inner directory', edit.directory));
    case 'respell':
      return respell(share, pick(share, 'any', edit.entry));
    case 'change-kind':
      return changeKind(share, pick(share, 'any', edit.entry));
    case 'set-attributes':
      return share.attributes(pick(share, 'any', edit.entry), edit.attributes);
    case 'set-permission':
      return share.permission(pick(share, 'or root', edit.entry), edit.number);
    case 'describe':
      return describe(share, pick(share, 'any', edit.entry), edit.text);
    case 'write-and-put-time-back': {
      const path = pick(share, 'file', edit.file);
      const { lastWriteTime } = share.entry(path);
      return share.write(path, 0, edit.content).times(path, { lastWriteTime });
    }
  }
}

/** Over 32 MiB and mostly hole: content at both ends, and in the middle. */
function writeLarge(share: ShareBuilder, path: string, mib: number, content: string): void {
  const size = mib * MIB + content.length;
  share.file(path, content, { size });
  share.write(path, Math.floor(size / 2), content).write(path, size - content.length, content);
}

/** Of `x/y`, makes `y/x`: the inner directory takes the place of the outer one, which goes into it. */
function invert(share: ShareBuilder, inner: string): void {
  const parts = inner.split('/');
  const [name, outerName] = [parts.at(-1) ?? '', parts.at(-2) ?? ''];
  const [outer, above] = [parts.slice(0, -1), parts.slice(0, -2)];
  const between = [...above, 'between'].join('/');
  share.rename(inner, between).rename(outer.join('/'), `${between}/${outerName}`);
  share.rename(between, [...above, name].join('/'));
}

function respell(share: ShareBuilder, path: string): void {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  share.rename(path, [...parts, other].join('/'));
}

function changeKind(share: ShareBuilder, path: string): void {
  const wasFile = share.kindOf(path) === 'file';
  share.remove(path);
  if (wasFile) share.file(`${path}/inside`, 'a file was here');
  else share.file(path, 'a directory was here');
}

/** Metadata and content headers; not alone, as no listing shows those. */
function describe(share: ShareBuilder, path: string, text: string): void {
  share.metadata(path, text === '' ? {} : { about: text });
  if (share.kindOf(path) === 'directory') share.times(path, {});
  else share.headers(path, text === '' ? {} : { contentType: `text/${text}` }).write(path, 0, text || '-');
}

type Among = 'any' | 'or root' | 'file' | 'inner directory';

/** The path with that number among what is there, Sharepair's own folder left out. */
function pick(share: ShareBuilder, among: Among, number: number): string {
  const tree = readTree(share.share, undefined, { withoutContent: true });
  const paths = [...tree].filter(([path, { kind }]) => isAmong(among, path, kind)).map(([path]) => path);
  const path = paths[number % paths.length];
  if (path === undefined) throw new Error('nothing of that kind is there');
  return path;
}

function isAmong(among: Among, path: string, kind: 'file' | 'directory'): boolean {
  if (among === 'or root') return true;
  if (among === 'any') return path !== '';
  return among === 'file' ? kind === 'file' : kind === 'directory' && path.includes('/');
}

function offsetIn(share: ShareBuilder, path: string, part: number): number {
  return Math.floor(sizeOf(share, path) * part);
}

function sizeOf(share: ShareBuilder, path: string): number {
  const entry = share.entry(path);
  return entry.kind === 'file' ? entry.size : 0;
}
