import { createHash } from 'node:crypto';

/** Names the ids that follow from run ids; drawn once, by chance. */
const NAMESPACE = Buffer.from('6b6c1d0e2f8a4c7f9d3be1a5c04f7a92', 'hex');

/**
 * The id of the lease that pins a recovery point, on both of its snapshots: a UUID of version 5 (RFC 9562) of
 * the run id. It follows from the run id alone, so that a pin is known for what it is, and can be released, when
 * everything that was written down about it is lost.
 */
export function pinLeaseId(run: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(run, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
