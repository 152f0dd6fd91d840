import { SERVICE_VERSION } from '../azure/storage-account.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import { VERSION } from '../version.ts';
import type { RunScope } from './run-scope.ts';

/** Writes down what the recovery point holds, before its target snapshot is made and freezes it. */
export function writeManifest(scope: RunScope, folder: SystemFolder, sourceSnapshot: string): Promise<void> {
  const { source, target } = scope.shares;
  const { entries, bytes, changed, deleted, bytesCopied } = scope.progress;
  return folder.write(`manifests/${scope.run}.json`, {
    format: 1,
    run: scope.run,
    job: scope.job.name,
    version: VERSION,
    serviceVersion: SERVICE_VERSION,
    startedAt: scope.startedAt,
    source: { account: source.account.name, share: source.share, snapshot: sourceSnapshot },
    target: { account: target.account.name, share: target.share },
    lastSlice: { entries, bytes, changed, deleted, bytesCopied },
    tolerated: [],
  });
}
