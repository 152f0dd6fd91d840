import type { ShareClient } from '@azure/storage-file-share';
import { appendTo, deleteWithFiles, LOG_FILE } from './fill-share.ts';
import { directoryAt, fileAt, withEach } from './share-tree.ts';

const APPENDED = 4 * 1024 * 1024;

/** Changes the share as people and programs do between two backups; returns what was done, a line each. */
export async function changeShare(share: ShareClient): Promise<readonly string[]> {
  const edited = Array.from(
    { length: 12 },
    (_, index) => `Ledgers/2025/Q4/booking-${String(index + 1).padStart(2, '0')}.csv`,
  );
  const line = Buffer.from('2025-12-31;closing entry\n');
  await withEach(edited, (path) => fileAt(share, path).uploadRange(line, 0, line.length));
  await appendTo(share, LOG_FILE.path, LOG_FILE.size, APPENDED);
  const deleted = await deleteWithFiles(share, 'Ledgers/2023/Q1');
  await directoryAt(share, 'Ledgers/2024').rename('Archive/Ledgers 2024');
  await changePermissionAlone(share);
  await fileAt(share, 'readme.txt').rename('README.txt');
  return [
    `${edited.length} files edited in place`,
    `${LOG_FILE.path} grown by 4 MiB to 16 MiB`,
    `Ledgers/2023/Q1 deleted, ${deleted} entries`,
    'Ledgers/2024 moved to Archive/Ledgers 2024',
    'the access control list of Policies/retention.txt changed, and nothing else of it',
    'readme.txt renamed to README.txt',
  ];
}

/** An access control list of its own for one file; neither its content nor its times change by that. */
async function changePermissionAlone(share: ShareClient): Promise<void> {
  const { filePermissionKey } = await share.createPermission('O:BAG:SYD:(A;;FA;;;BA)(A;;FR;;;AU)');
  if (filePermissionKey === undefined) throw new Error('the emulator gave no permission key');
  await fileAt(share, 'Policies/retention.txt').setProperties({ filePermissionKey });
}
