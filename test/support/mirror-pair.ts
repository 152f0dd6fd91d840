import { copySource } from '../../lib/azure/copy-source.ts';
import { RestShareReader } from '../../lib/files/rest-share-reader.ts';
import { RestShareWriter } from '../../lib/files/rest-share-writer.ts';
import { openJob } from '../../lib/jobs/open-job.ts';
import { Limiter } from '../../lib/limiter.ts';
import { applyChanges } from '../../lib/mirror/apply-changes.ts';
import { contentChange } from '../../lib/mirror/content-change.ts';
import { EVERYTHING } from '../../lib/mirror/entry-filter.ts';
import { Failures } from '../../lib/mirror/failures.ts';
import {
  mirrorSlice,
  type SliceContext,
  type SliceOptions,
  type SliceOutcome,
} from '../../lib/mirror/mirror-slice.ts';
import { PermissionMap } from '../../lib/mirror/permission-map.ts';
import { Progress } from '../../lib/mirror/progress.ts';
import { JOB, type World } from './world.ts';

/** The two shares of a world as one of several machines sees them, with connections and memory of its own. */
export function machine(world: World) {
  const { source, target } = openJob(world.configuration, JOB);
  const sourceReader = new RestShareReader(source.account, source.share);
  const targetReader = new RestShareReader(target.account, target.share);
  const writer = new RestShareWriter(target.account, target.share);
  const permissions = new PermissionMap(sourceReader, targetReader, writer);
  return {
    sourceReader,
    /** Carries a mirror of the live shares on, without a lock or a guard. */
    slice(
      state: SliceOptions['state'],
      stop: AbortSignal = new AbortController().signal,
    ): Promise<SliceOutcome> {
      const progress = new Progress();
      const sides = { source: sourceReader, target: targetReader };
      const changes = applyChanges({
        ...sides,
        writer,
        permissions,
        progress,
        copySource: copySource({ account: source.account, share: source.share, snapshot: undefined }),
        ranges: new Limiter(8),
        stop,
      });
      const context: SliceContext = {
        ...sides,
        permissions,
        changes,
        progress,
        filter: EVERYTHING,
        proofs: [],
        contentChange: contentChange(sides, undefined),
        metadataDiffers: async () => false,
        isFinished: async () => true,
        mode: {},
        failures: new Failures(),
        files: new Limiter(8),
        branches: new Limiter(2),
        stop,
      };
      return mirrorSlice(context, {
        state,
        past: undefined,
        mayDelete: () => true,
        mayOverwrite: undefined,
        beforeRemoval: async () => undefined,
      });
    },
  };
}
