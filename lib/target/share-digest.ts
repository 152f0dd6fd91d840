/** What the two snapshots of a recovery point hold, as it was when they were found equal. */
export interface ShareDigest {
  readonly files: number;
  /** Without the root directory. */
  readonly directories: number;
  /** The sum of the sizes of all files. */
  readonly bytes: number;
  /** SHA-256 of the lines of all directories in the order of their UTF-8 bytes, in hexadecimal digits. */
  readonly sha256: string;
}
