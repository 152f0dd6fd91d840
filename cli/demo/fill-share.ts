import type { ShareClient } from '@azure/storage-file-share';
import { directoryAt, type FileToMake, fileAt, makeDirectory, makeFile, withEach } from './share-tree.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const SPARSE_FILE = { path: 'Database/ledger.vhdx', size: 6 * GIB };
export const LOG_FILE = { path: 'Database/transactions.log', size: 12 * MIB };
const QUOTA_GIB = 1024;
const SEEDED_FILES = 3000;
const QUARTERS = ['Q1', 'Q2', 'Q3', 'Q4'];

export interface SeedRequest {
  readonly account: string;
  readonly control: string;
}

/** Makes the share with what file shares of offices hold, the odd things among it included. */
export async function fillShare(share: ShareClient, emulator: SeedRequest): Promise<void> {
  await share.create({ quota: QUOTA_GIB });
  await seedArchive(share, emulator);
  const permissions = await makePermissions(share);
  for (const { path, permissionKey } of directories(permissions)) {
    await makeDirectory(share, path, permissionKey);
  }
  await withEach(files(permissions), (file) => makeFile(share, file));
  await makeSparseFile(share);
  await appendTo(share, LOG_FILE.path, 0, LOG_FILE.size);
}

/** The bulk: files whose content the emulator makes up, in one call of its control endpoint. */
async function seedArchive(share: ShareClient, { account, control }: SeedRequest): Promise<void> {
  const answer = await fetch(new URL('seed', control), {
    method: 'POST',
    body: JSON.stringify({
      account,
      share: share.name,
      path: 'Archive',
      seed: 20_261_121,
      files: SEEDED_FILES,
      filesPerDirectory: 50,
      depth: 2,
      maxSize: 64 * KIB,
    }),
  });
  if (!answer.ok) throw new Error(`the emulator did not fill the share: ${await answer.text()}`);
}

interface Permissions {
  readonly everybody: string;
  readonly finance: string;
  readonly staff: string;
}

const ACCOUNT = 'S-1-5-21-397955417-626881126-188441444';

/** Three access control lists; the service keeps each once and names it by a key. */
async function makePermissions(share: ShareClient): Promise<Permissions> {
  const keyOf = async (entries: string): Promise<string> => {
    const answer = await share.createPermission(`O:BAG:SYD:${entries}`);
    if (answer.filePermissionKey === undefined) throw new Error('the emulator gave no permission key');
    return answer.filePermissionKey;
  };
  return {
    everybody: await keyOf('(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)'),
    finance: await keyOf(`(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;${ACCOUNT}-1104)`),
    staff: await keyOf(`(A;OICI;FA;;;BA)(A;OICI;FR;;;${ACCOUNT}-1130)(D;OICI;FA;;;${ACCOUNT}-1131)`),
  };
}

function directories({ finance, staff, everybody }: Permissions) {
  const ledgers = ['2023', '2024', '2025'].flatMap((year) => [
    { path: `Ledgers/${year}`, permissionKey: undefined },
    ...QUARTERS.map((quarter) => ({ path: `Ledgers/${year}/${quarter}`, permissionKey: undefined })),
  ]);
  return [
    { path: 'Ledgers', permissionKey: finance },
    ...ledgers,
    { path: 'Ledgers/2026 (empty)', permissionKey: undefined },
    { path: 'Staff', permissionKey: staff },
    { path: 'Database', permissionKey: finance },
    { path: 'Policies', permissionKey: everybody },
    { path: 'Drafts.', permissionKey: undefined },
    { path: 'Kunden', permissionKey: undefined },
    { path: 'Kunden/Müller & Söhne', permissionKey: undefined },
    { path: 'Kunden/株式会社山田', permissionKey: undefined },
    { path: 'Kunden/Ελληνική Α.Ε', permissionKey: undefined },
  ];
}

function files({ everybody, staff }: Permissions): FileToMake[] {
  const ledgers = ['2023', '2024', '2025'].flatMap((year) =>
    QUARTERS.flatMap((quarter) =>
      numbered(12).map((number) => ({
        path: `Ledgers/${year}/${quarter}/booking-${number}.csv`,
        content: `date;account;amount\n${year}-01-${number};4711;${number}00.00\n`.repeat(40),
      })),
    ),
  );
  const staff40 = numbered(40).map((number) => ({
    path: `Staff/file-${number}.txt`,
    content: `Personnel file ${number}\n`,
    ...(Number(number) % 8 === 0 ? { permissionKey: staff } : {}),
  }));
  return [
    ...ledgers,
    ...staff40,
    { path: 'readme.txt', content: 'What belongs where.\n' },
    { path: 'empty.txt' },
    { path: 'Policies/signed.txt', content: 'Not to be changed.\n', attributes: 'ReadOnly' },
    { path: 'Policies/retention.txt', content: 'Ten years.\n', permissionKey: everybody },
    { path: 'Policies/desktop.ini', content: '[.ShellClassInfo]\n', attributes: 'Hidden' },
    { path: 'Drafts./notes...', content: 'A name that ends in dots.\n' },
    { path: 'Drafts./notes', content: 'Its neighbour without them.\n' },
    { path: 'Kunden/Müller & Söhne/Straße 12, 100 %.txt', content: 'Anschrift\n' },
    { path: 'Kunden/株式会社山田/契約書.txt', content: '契約\n' },
    { path: 'Kunden/Ελληνική Α.Ε/τιμολόγιο 📊.txt', content: 'τιμολόγιο\n' },
  ];
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, '0'));
}

/** Gigabytes by its size, and three mebibytes by its content. */
async function makeSparseFile(share: ShareClient): Promise<void> {
  const file = fileAt(share, SPARSE_FILE.path);
  await file.create(SPARSE_FILE.size);
  for (const offset of [0, 2 * GIB, SPARSE_FILE.size - MIB]) {
    await file.uploadRange(Buffer.alloc(MIB, offset % 251 || 1), offset, MIB);
  }
}

const RANGE = 4 * MIB;

/** Writes `added` bytes at the end of a file of `size` bytes; makes it when there is none. */
export async function appendTo(share: ShareClient, path: string, size: number, added: number): Promise<void> {
  const file = fileAt(share, path);
  if (size === 0) await file.create(added);
  else await file.resize(size + added);
  for (let offset = size; offset < size + added; offset += RANGE) {
    const length = Math.min(RANGE, size + added - offset);
    await file.uploadRange(Buffer.alloc(length, 65 + ((offset / RANGE) % 26)), offset, length);
  }
}

/** Deletes a directory that holds nothing but files. */
export async function deleteWithFiles(share: ShareClient, path: string): Promise<number> {
  const directory = directoryAt(share, path);
  let deleted = 0;
  for await (const { kind, name } of directory.listFilesAndDirectories()) {
    if (kind === 'file') await directory.deleteFile(name);
    deleted += 1;
  }
  await directory.delete();
  return deleted + 1;
}
