import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';

/** What is proven of one directory of a recovery point: its own entries, without what is below them. */
export interface DirectoryDigest {
  /** The root directory is the empty text. */
  readonly directory: SharePath;
  readonly files: number;
  readonly directories: number;
  /** The sum of the sizes of the files. */
  readonly bytes: number;
  /** SHA-256 of the lines of the entries in the order of their UTF-8 bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * An entry as the digest of its directory counts it: what a listing verification compares, in one line. A name
 * cannot hold a tab or a line feed (rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata).
 * @param descriptorSha256 see {@link descriptorDigest}
 */
export function entryLine(entry: Entry, descriptorSha256: string): string {
  const { name, kind, size, creationTime, lastWriteTime, changeTime, attributes } = entry;
  const fields = [name, kind, size, creationTime, lastWriteTime, changeTime, attributes, descriptorSha256];
  return fields.join('\t');
}

/** SHA-256 of a security descriptor (SDDL) in UTF-8; empty where the service tells none. */
export function descriptorDigest(descriptor: string): string {
  return descriptor === '' ? '' : hash('sha256', descriptor);
}

/** A directory as the digest of the share counts it, and as it is kept. */
export function directoryLine({ directory, files, directories, bytes, sha256 }: DirectoryDigest): string {
  return JSON.stringify({ directory, files, directories, bytes, sha256 });
}

const directorySchema = z.object({
  directory: z.string(),
  files: z.number(),
  directories: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});

/** Undefined for a line that is of something else, or damaged. */
export function parseDirectoryLine(line: string): DirectoryDigest | undefined {
  try {
    return directorySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
