import { describe, expect, it } from 'vitest';
import { MirrorPhaseWatch } from '../../bench/mirror/emulator/mirror-phase.ts';
import type { RequestInfo } from '../../emulator/control/request-hooks.ts';

describe('MirrorPhaseWatch', () => {
  it('counts between the snapshot of the source and that of the target, entries apart from the rest', () => {
    const watch = new MirrorPhaseWatch();
    request(watch, 'target', 'ListFiles', '');
    request(watch, 'source', 'SnapshotShare', '', 201);
    request(watch, 'source', 'ListFiles', '');
    request(watch, 'target', 'ListFiles', 'a');
    request(watch, 'target', 'CopyFile', 'a/b.txt');
    request(watch, 'target', 'GetDirectoryProperties', '');
    request(watch, 'target', 'PutRange', '.sharepair/run.json');
    request(watch, 'target', 'RenewShareLease', '');
    request(watch, 'source', 'GetFilePermission', '');
    request(watch, 'target', 'SnapshotShare', '', 201);
    request(watch, 'target', 'ListFiles', 'a');
    expect(watch.result).toMatchObject({
      entryRequests: 3,
      ownRequests: 4,
      operations: { ListFiles: 2, CopyFile: 1, PutRange: 1 },
    });
  });

  it('does not begin with a snapshot that was refused', () => {
    const watch = new MirrorPhaseWatch();
    request(watch, 'source', 'SnapshotShare', '', 409);
    request(watch, 'target', 'SnapshotShare', '', 201);
    expect(watch.result).toBeUndefined();
  });

  it('tells nothing of a run that made no snapshot of the target', () => {
    const watch = new MirrorPhaseWatch();
    request(watch, 'source', 'SnapshotShare', '', 201);
    request(watch, 'source', 'ListFiles', '');
    expect(watch.result).toBeUndefined();
  });
});

function request(
  watch: MirrorPhaseWatch,
  account: string,
  operation: RequestInfo['operation'],
  path: string,
  status = 200,
): void {
  const about = { sequence: 1, account, operation, share: 'data', path, method: 'GET' };
  watch.hook({ ...about, phase: 'before' });
  watch.hook({ ...about, phase: 'after', status });
}
