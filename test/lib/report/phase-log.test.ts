import { expect, it } from 'vitest';
import { PhaseLog } from '../../../lib/report/phase-log.ts';

it('tells what each phase took, the one under way included', () => {
  const log = new PhaseLog();
  const sent: { ListFiles?: number; CopyFile?: number; SnapshotShare?: number } = {};
  expect(log.report(0, sent)).toEqual([]);
  log.begin('snapshot-source', 1000, sent);
  sent.SnapshotShare = 1;
  log.begin('mirror', 2500, sent);
  sent.ListFiles = 4;
  sent.CopyFile = 3;
  expect(log.report(4000, sent)).toEqual([
    { phase: 'snapshot-source', seconds: 1.5, requests: { SnapshotShare: 1 } },
    { phase: 'mirror', seconds: 1.5, requests: { ListFiles: 4, CopyFile: 3 } },
  ]);
  log.begin('verify', 5000, sent);
  sent.ListFiles = 6;
  expect(log.report(5250, sent)).toEqual([
    { phase: 'snapshot-source', seconds: 1.5, requests: { SnapshotShare: 1 } },
    { phase: 'mirror', seconds: 2.5, requests: { ListFiles: 4, CopyFile: 3 } },
    { phase: 'verify', seconds: 0.25, requests: { ListFiles: 2 } },
  ]);
});
