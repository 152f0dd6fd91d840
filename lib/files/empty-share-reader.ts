import type { EntryProperties } from './entry.ts';
import type { ListingPage } from './listing-page.ts';
import type { ShareReader } from './share-reader.ts';

const NEVER = '1601-01-01T00:00:00.0000000Z';

/** A share that does not exist yet, read as the empty one that it will be. */
export function emptyShareReader(share: string): ShareReader {
  const nothing = async (): Promise<never> => {
    throw new Error(`share "${share}" does not exist yet`);
  };
  return {
    share,
    snapshot: undefined,
    listPage: async (): Promise<ListingPage> => ({ entries: [], nextMarker: undefined }),
    directory: async (): Promise<EntryProperties> => EMPTY_ROOT,
    permission: async () => '',
    file: nothing,
    ranges: nothing,
    difference: nothing,
    read: nothing,
  };
}

const EMPTY_ROOT: EntryProperties = {
  entry: {
    name: '',
    kind: 'directory',
    fileId: '0',
    size: 0,
    creationTime: NEVER,
    lastWriteTime: NEVER,
    changeTime: NEVER,
    attributes: '',
    permissionKey: '',
    lastModified: 0,
    etag: '',
  },
  contentType: undefined,
  contentEncoding: undefined,
  contentLanguage: undefined,
  contentDisposition: undefined,
  cacheControl: undefined,
  contentMd5: undefined,
  metadata: {},
  copy: undefined,
};
