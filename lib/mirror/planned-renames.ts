import { isNotFound, isRefusal, RequestFailedError } from '../azure/errors.ts';
import type { OperationName } from '../azure/operations.ts';
import type { ByteRange, EntryProperties, RangeDifference } from '../files/entry.ts';
import type { ListingPage } from '../files/listing-page.ts';
import { baseName, childPath, parentPath, type SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { readProperties } from './metadata-proof.ts';
import type { PlannedDirectory } from './planned-names.ts';
import type { PlannedWriter } from './planned-writer.ts';

/**
 * A target share as it would be after the renames that a {@link PlannedWriter} was told to make: what they
 * moved is found under its new name and no longer under the old one. A request more than a run makes is sent
 * for each renamed entry that is listed again.
 */
export class PlannedRenames implements ShareReader {
  readonly share: string;
  readonly snapshot: string | undefined;
  readonly #target: ShareReader;
  readonly #writer: PlannedWriter;
  readonly #account: string;

  constructor(target: ShareReader, writer: PlannedWriter, account: string) {
    this.share = target.share;
    this.snapshot = target.snapshot;
    this.#target = target;
    this.#writer = writer;
    this.#account = account;
  }

  async listPage(
    directory: SharePath,
    marker: string | undefined,
    signal?: AbortSignal,
  ): Promise<ListingPage> {
    const planned = this.#writer.names.directory(directory);
    const page = await this.#listOrigin(directory, marker, planned, signal);
    if (planned.gone.size === 0) return page;
    const entries = page.entries.filter(({ name }) => !planned.gone.has(name));
    if (page.nextMarker !== undefined) return { ...page, entries };
    const moved = await Promise.all(
      [...planned.moved].map(async ([name, { kind }]) => {
        const { entry } = await readProperties(this, childPath(directory, name), kind);
        return entry;
      }),
    );
    return { entries: [...entries, ...moved], nextMarker: undefined };
  }

  async directory(path: SharePath, signal?: AbortSignal): Promise<EntryProperties> {
    const origin = this.#origin('GetDirectoryProperties', path);
    return this.#renamed(await this.#target.directory(origin, signal), path, origin);
  }

  async file(path: SharePath, signal?: AbortSignal): Promise<EntryProperties> {
    const origin = this.#origin('GetFileProperties', path);
    return this.#renamed(await this.#target.file(origin, signal), path, origin);
  }

  async ranges(path: SharePath, signal?: AbortSignal): Promise<readonly ByteRange[]> {
    return this.#target.ranges(this.#origin('ListFileRanges', path), signal);
  }

  /** As the service tells it across a rename when asked to (rest/api/storageservices/list-ranges). */
  async difference(
    path: SharePath,
    since: string,
    signal?: AbortSignal,
  ): Promise<RangeDifference | undefined> {
    return this.#target.difference(this.#origin('ListFileRanges', path), since, signal);
  }

  async permission(key: string, signal?: AbortSignal): Promise<string> {
    return this.#writer.plannedDescriptor(key) ?? this.#target.permission(key, signal);
  }

  async read(path: SharePath, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#target.read(this.#origin('GetFile', path), range, signal);
  }

  /** A directory that is planned, too, has nothing in it yet but what is to be moved there. */
  async #listOrigin(
    directory: SharePath,
    marker: string | undefined,
    { moved }: PlannedDirectory,
    signal: AbortSignal | undefined,
  ): Promise<ListingPage> {
    try {
      return await this.#target.listPage(this.#origin('ListFiles', directory), marker, signal);
    } catch (error) {
      const isAbsent = isNotFound(error) || isRefusal(error, 'ResourceTypeMismatch');
      if (!isAbsent || moved.size === 0) throw error;
      return { entries: [], nextMarker: undefined };
    }
  }

  #renamed(properties: EntryProperties, path: SharePath, origin: SharePath): EntryProperties {
    if (path === origin) return properties;
    const entry = { ...properties.entry, name: baseName(path) };
    const parent = this.#writer.names.origin(parentPath(path));
    const onlyParentMoved = parent !== undefined && childPath(parent, entry.name) === origin;
    if (onlyParentMoved) return { ...properties, entry };
    return { ...properties, entry: { ...entry, changeTime: AFTER_RENAME, etag: '' } };
  }

  #origin(operation: OperationName, path: SharePath): SharePath {
    const origin = this.#writer.names.origin(path);
    if (origin !== undefined) return origin;
    throw new RequestFailedError({
      operation,
      account: this.#account,
      share: this.share,
      path,
      status: 404,
      code: 'ResourceNotFound',
      detail: 'it is to be renamed',
    });
  }
}

/** Later than any time that the service gives: a rename moves the change time, so that it equals no other. */
const AFTER_RENAME = '9999-12-31T23:59:59.9999999Z';
