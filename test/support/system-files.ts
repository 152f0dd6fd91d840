import { getEntry, readContent, type Share } from '../../emulator/state/index.ts';

/** The bytes of a file of Sharepair's own in a target share, live or in a snapshot. */
export function readSystemFile(share: Share, name: string, snapshot?: string): Buffer {
  const path = ['.sharepair', ...name.split('/')];
  const view = share.view(snapshot);
  const { entry } = getEntry(view, path);
  if (entry.kind !== 'file') throw new Error(`${name} is no file`);
  return Buffer.concat([...readContent(entry, 0, entry.size)]);
}

/** What a JSON file of Sharepair's own holds. */
export function readSystemJson(share: Share, name: string, snapshot?: string) {
  return JSON.parse(readSystemFile(share, name, snapshot).toString());
}
