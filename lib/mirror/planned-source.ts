import type { ShareReader } from '../files/share-reader.ts';

/** A source share as a dry run reads it. */
export class PlannedSource {
  /** For what compares; its pages of listings are counted. */
  readonly walked: ShareReader;
  /** For what copies: it can be asked anything, but its bytes stay where they are and zeros are given instead. */
  readonly unread: ShareReader;
  /** Pages of listings that were asked for. */
  pages = 0;
  /** Requests for bytes that were not sent. */
  reads = 0;

  constructor(source: ShareReader) {
    this.walked = {
      ...delegate(source),
      listPage: (directory, marker, signal) => {
        this.pages += 1;
        return source.listPage(directory, marker, signal);
      },
    };
    this.unread = {
      ...delegate(source),
      read: async (_path, { start, end }) => {
        this.reads += 1;
        return new Uint8Array(end - start + 1);
      },
    };
  }
}

function delegate(source: ShareReader): ShareReader {
  return {
    share: source.share,
    snapshot: source.snapshot,
    listPage: (directory, marker, signal) => source.listPage(directory, marker, signal),
    directory: (path, signal) => source.directory(path, signal),
    file: (path, signal) => source.file(path, signal),
    ranges: (path, signal) => source.ranges(path, signal),
    difference: (path, since, signal) => source.difference(path, since, signal),
    permission: (key, signal) => source.permission(key, signal),
    read: (path, range, signal) => source.read(path, range, signal),
  };
}
