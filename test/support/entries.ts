import type { Entry, EntryKind } from '../../lib/files/entry.ts';

const TIME = '2026-11-21T05:30:00.1234567Z';

/** An entry as a listing describes it, everything but the name being alike unless said otherwise. */
export function entry(name: string, differing: Partial<Entry> = {}, kind: EntryKind = 'file'): Entry {
  return {
    name,
    kind,
    fileId: '13835128424026341376',
    size: kind === 'file' ? 10 : 0,
    creationTime: TIME,
    lastWriteTime: TIME,
    changeTime: TIME,
    attributes: 'Archive',
    permissionKey: '1*1',
    lastModified: Date.parse(TIME),
    etag: '0x8DE28A1C5D2E3A0',
    ...differing,
  };
}
