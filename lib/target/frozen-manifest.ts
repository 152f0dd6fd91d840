import { hash } from 'node:crypto';
import { z } from 'zod';
import type { JobShare } from '../jobs/open-job.ts';
import type { RecoveryPoint } from '../snapshots/recovery-points.ts';
import type { ManifestChain } from './manifest-chain.ts';
import { readSystemFolder } from './system-folder.ts';

/** The manifest of a recovery point as its target snapshot holds it, where nobody can change it. */
export interface FrozenManifest {
  readonly bytes: Uint8Array;
  /** Of the bytes, in hexadecimal digits. */
  readonly sha256: string;
  readonly run: string;
  readonly job: string;
  /** The source share, as `account/share`. */
  readonly source: string;
  /** The target share, as `account/share`. */
  readonly target: string;
  readonly sourceSnapshot: string;
  readonly chain: ManifestChain;
  /** The fingerprint of the key that it is signed with; undefined where it is not. */
  readonly signedBy: string | undefined;
}

const chainSchema = z.object({
  points: z.array(
    z.object({
      run: z.string(),
      manifest: z.string().nullable(),
      snapshot: z.string().nullable().default(null),
      level: z.enum(['copied', 'listing-verified', 'content-verified', 'differs']),
      digest: z.string().nullable(),
    }),
  ),
  gone: z.array(z.object({ run: z.string(), pruned: z.boolean() })),
});

const shareSchema = z.object({ account: z.string(), share: z.string() });

const manifestSchema = z.object({
  run: z.string(),
  job: z.string(),
  source: shareSchema.extend({ snapshot: z.string() }),
  target: shareSchema,
  // One that cannot be understood vouches for something that nobody would check.
  chain: chainSchema,
  signedBy: z.string().optional().catch(undefined),
});

/** Undefined where the snapshot holds no manifest that can be read. */
export async function readFrozenManifest(
  target: JobShare,
  { id, targetSnapshot }: Pick<RecoveryPoint, 'id' | 'targetSnapshot'>,
): Promise<FrozenManifest | undefined> {
  const bytes = await readSystemFolder(target, targetSnapshot).readBytes(`manifests/${id}.json`);
  return bytes && parseManifest(bytes);
}

/** The signature beside a manifest; undefined where there is none. */
export function readFrozenSignature(
  target: JobShare,
  { id, targetSnapshot }: Pick<RecoveryPoint, 'id' | 'targetSnapshot'>,
): Promise<Uint8Array | undefined> {
  return readSystemFolder(target, targetSnapshot).readBytes(`manifests/${id}.sig`);
}

function parseManifest(bytes: Uint8Array): FrozenManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { run, job, source, target, chain, signedBy } = parsed.data;
  return {
    bytes,
    sha256: hash('sha256', bytes),
    run,
    job,
    source: `${source.account}/${source.share}`,
    target: `${target.account}/${target.share}`,
    sourceSnapshot: source.snapshot,
    chain,
    signedBy,
  };
}
