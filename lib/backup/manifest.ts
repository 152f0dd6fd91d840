import { SERVICE_VERSION } from '../azure/storage-account.ts';
import type { PermissionKeys } from '../mirror/key-pairs.ts';
import type { ManifestChain } from '../target/manifest-chain.ts';
import { keyFingerprint, signManifest } from '../target/manifest-signature.ts';
import { describeTerms, type RunTerms } from '../target/run-terms.ts';
import { jsonBytes, type SystemFolder } from '../target/system-folder.ts';
import { VERSION } from '../version.ts';
import type { RunScope } from './run-scope.ts';

/** What a manifest says besides what the run itself knows. */
export interface ManifestContent {
  readonly terms: RunTerms;
  readonly chain: ManifestChain;
  readonly permissions: PermissionKeys | undefined;
  /** Files and directories, and bytes; undefined where no slice of the mirror has counted each of them once. */
  readonly counts: { readonly entries: number; readonly bytes: number } | undefined;
}

/**
 * Writes down what the recovery point holds, before its target snapshot is made and freezes it; docs/manifest.md.
 * What is proven of it later, the digests among it, is a record beside it, which the next manifest vouches for.
 */
export async function writeManifest(
  scope: RunScope,
  folder: SystemFolder,
  sourceSnapshot: string,
  { terms, chain, permissions, counts }: ManifestContent,
): Promise<void> {
  const { source, target } = scope.shares;
  const { entries, bytes, changed, deleted, bytesCopied } = scope.progress;
  const signingKey = scope.job.manifest?.signingKey;
  const manifest = jsonBytes({
    format: 1,
    run: scope.run,
    job: scope.job.name,
    version: VERSION,
    serviceVersion: SERVICE_VERSION,
    startedAt: scope.startedAt,
    source: { account: source.account.name, share: source.share, snapshot: sourceSnapshot },
    target: { account: target.account.name, share: target.share },
    level: 'copied',
    counts,
    lastSlice: { entries, bytes, changed, deleted, bytesCopied },
    ...describeTerms(terms),
    permissions,
    chain,
    signedBy: signingKey && keyFingerprint(signingKey),
  });
  const name = `manifests/${scope.run}`;
  if (signingKey !== undefined) await folder.writeBytes(`${name}.sig`, signManifest(manifest, signingKey));
  await folder.writeBytes(`${name}.json`, manifest);
}
