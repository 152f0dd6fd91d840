import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../../cli/output/describe-event.ts';
import { describeRun } from '../../../cli/output/describe-run.ts';
import { plainLog } from '../../../cli/output/plain-log.ts';
import { progressBar } from '../../../cli/output/progress-bar.ts';
import {
  describeProgress as describeVerifyProgress,
  verifyBar,
  verifyLog,
} from '../../../cli/output/verify-display.ts';
import { NO_CHANGES } from '../../../lib/mirror/planned-folders.ts';
import type { EndEvent, ProgressEvent } from '../../../lib/report/events.ts';
import type { Plan } from '../../../lib/report/plan.ts';
import type { VerifyProgress } from '../../../lib/verify/verify-progress.ts';

const RUN = { job: 'finance', run: '20261121T053000Z-7f3a' } as const;
const PROGRESS: ProgressEvent = {
  event: 'progress',
  ...RUN,
  phase: 'mirror',
  entries: 1200,
  expectedEntries: 5000,
  changed: 7,
  deleted: 1,
  bytes: 3 * 2 ** 20,
  requests: 40,
  rate: 800,
  etaSeconds: 5,
  directory: 'Ledgers/2025',
};
const END: EndEvent = {
  event: 'end',
  outcome: 'incomplete',
  ...RUN,
  point: null,
  entries: 5000,
  changed: 7,
  deleted: 0,
  bytes: 10,
  bytesThroughClient: 0,
  failed: Array.from({ length: 25 }, (_, index) => ({
    path: `folder/${index}`,
    code: 'SharingViolation',
    requestId: null,
    message: 'is open elsewhere',
  })),
  failures: 1030,
  tolerated: [],
  sample: null,
  pruned: [],
  requests: { CopyFile: 7, ListFiles: 3 },
  phases: [],
  startedAt: '2026-11-21T05:30:00.000Z',
  seconds: 12.3,
  message: '1030 entries failed',
};

/** A stream that keeps what is written, and looks like a terminal. */
function terminal(columns: number) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true, columns, rows: 24 }), text: () => written.join('') };
}

describe('the log', () => {
  it('tells starts, phases and notes, each with its time', () => {
    const { stream, text } = terminal(80);
    const { observe, say } = plainLog(stream);
    observe({ event: 'start', ...RUN, resumed: true, dryRun: false });
    observe({ event: 'phase', ...RUN, phase: 'verify' });
    observe({ event: 'note', ...RUN, message: 'odd\u001bname' });
    observe(PROGRESS);
    say('stopping');
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ''))).toEqual([
      'finance: run 20261121T053000Z-7f3a is carried on',
      'finance: compares the two snapshots',
      'finance: odd\\u{1b}name',
      'stopping',
    ]);
  });
});

describe('progress in words', () => {
  it('has a rate and the time that is left, where they can be told', () => {
    expect(describeProgress(PROGRESS)).toBe(
      '1,200 of about 5,000 entries, 7 changed, 1 deleted, 3 MiB copied, 40 requests, 800/s, about 5 s left',
    );
    expect(describeProgress({ ...PROGRESS, expectedEntries: null, rate: null, etaSeconds: null })).toBe(
      '1,200 entries, 7 changed, 1 deleted, 3 MiB copied, 40 requests',
    );
  });
});

describe('the display of a verification', () => {
  const READING: VerifyProgress = {
    point: '20261121T053000Z-7f3a',
    position: 2,
    of: 5,
    phase: 'content',
    entries: 120,
    expectedEntries: 500,
    bytes: 2 ** 30,
    expectedBytes: 4 * 2 ** 30,
    etaSeconds: 90,
    path: 'Ledgers/2025/odd\u001bname',
  };
  const LISTING: VerifyProgress = {
    ...READING,
    phase: 'listing',
    expectedEntries: null,
    bytes: null,
    expectedBytes: null,
    etaSeconds: null,
  };

  it('says how far it has come, by what is known', () => {
    expect(describeVerifyProgress(READING)).toBe(
      '120 of about 500 files read, 1 GiB of about 4 GiB, about 1 min 30 s left',
    );
    expect(describeVerifyProgress(LISTING)).toBe('120 entries compared');
  });

  it('is a bar on a terminal, which measures files by their sizes', () => {
    const { stream, text } = terminal(160);
    const bar = verifyBar(stream);
    bar.observe(LISTING);
    bar.observe(READING);
    bar.say('a word');
    bar.observe(READING);
    bar.close();
    expect(text()).toContain(`(2/5): [=====---------------] ${describeVerifyProgress(READING)}`);
    expect(text()).toContain('odd\\u{1b}name');
    expect(text()).toContain('a word\n');
  });

  it('leaves out the bar, then words, where the terminal is narrow, and never the time that is left', () => {
    const shown = [120, 80].map((columns) => {
      const { stream, text } = terminal(columns);
      const bar = verifyBar(stream);
      bar.observe(READING);
      bar.close();
      return text();
    });
    expect(shown[0]).toContain(`(2/5): ${describeVerifyProgress(READING)}`);
    expect(shown[1]).toContain('(2/5): 1 GiB of 4 GiB read, 1 min 30 s left');
  });

  it('is lines elsewhere, one as each part begins, and none but what is said when it is to be quiet', () => {
    for (const isQuiet of [false, true]) {
      const { stream, text } = terminal(80);
      const log = verifyLog(stream, isQuiet);
      for (const progress of [LISTING, LISTING, READING, READING]) log.observe(progress);
      log.say('stopping');
      const lines = text().trimEnd().split('\n');
      expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ''))).toEqual([
        ...(isQuiet
          ? []
          : [
              '20261121T053000Z-7f3a (2 of 5): compares the listings',
              '20261121T053000Z-7f3a (2 of 5): reads files on both sides',
            ]),
        'stopping',
      ]);
    }
  });
});

describe('the bar', () => {
  it('shows how far the run has come, within the width of the terminal', () => {
    const { stream, text } = terminal(160);
    const bar = progressBar(stream);
    bar.observe({ event: 'start', ...RUN, resumed: false, dryRun: false });
    bar.observe({ event: 'phase', ...RUN, phase: 'mirror' });
    bar.observe(PROGRESS);
    bar.say('a word');
    bar.observe(PROGRESS);
    bar.close();
    expect(text()).toContain(`[=====---------------] ${describeProgress(PROGRESS)}`);
    expect(text()).toContain('Ledgers/2025');
    expect(text()).toContain('a word\n');
  });

  it('says the time that is left also where the terminal is narrow', () => {
    const { stream, text } = terminal(80);
    const bar = progressBar(stream);
    bar.observe({ event: 'phase', ...RUN, phase: 'mirror' });
    bar.observe(PROGRESS);
    bar.close();
    expect(text()).toContain('finance: [=====---------------] 1,200 seen, 7 changed, 5 s left · ');
  });
});

describe('a report', () => {
  it('names the first failures and counts the others', () => {
    const text = describeRun(END);
    expect(text).toContain('finance: incomplete after 12 s. 1030 entries failed.');
    expect(text).toContain('failed: "folder/19": is open elsewhere');
    expect(text).not.toContain('folder/20');
    expect(text).toContain('and 1,010 further failures');
    expect(text).toContain('10 requests');
  });

  it('says what a dry run would do, ask and cost', () => {
    const text = describeRun({ ...END, outcome: 'complete', plan: PLAN });
    expect(text).toContain('  25 files to copy');
    expect(text).toContain('  1 entry to rename');
    expect(text).toContain('  25 KiB to be copied by the service');
    expect(text).toContain('    B  to rename from "b"');
    expect(text).toContain('    new/  25 files to copy, 25 KiB');
    expect(text).toMatch(/source +0 +2 +25 +0 +0\n/);
    expect(text).toMatch(/target +1,026 +2 +0 +0 +0\n/);
    expect(text).toContain('--prices FILE');
    expect(text).not.toContain('to delete');
  });

  it('names every change when asked to', () => {
    const text = describeRun({ ...END, outcome: 'complete', plan: PLAN }, true);
    expect(text).toContain('    "B"  to rename from "b"\n    "new/0"  to copy, 1 KiB\n');
    expect(text).toContain('    "new/24"  to copy, 1 KiB');
  });

  it('says what a plan costs, and by which prices', () => {
    const amounts = { source: 0.000123, target: 1.5, dataTransfer: 0, total: 1.500123 };
    const cost = { currency: 'EUR', about: 'a made-up table', ...amounts };
    const text = describeRun({ ...END, outcome: 'complete', plan: { ...PLAN, cost } });
    expect(text).toContain(
      'about 1.50 EUR: 0.00012 source, 1.50 target, 0.00 data transfer, by a made-up table',
    );
  });

  it('says that there is nothing to do, and what finding that out takes', () => {
    const plan = { ...PLAN, counts: NO_CHANGES, changes: [], folders: [], bytes: 0 };
    const text = describeRun({ ...END, outcome: 'complete', plan });
    expect(text).toContain('The target is equal to the source; a run would change nothing.');
    expect(text).toContain('transactions');
  });
});

const NOTHING = { Write: 0, List: 2, Read: 0, Other: 0, Delete: 0 };
const PLAN: Plan = {
  counts: { ...NO_CHANGES, 'copy-file': 25, rename: 1 },
  changes: [
    { kind: 'rename', path: 'B', from: 'b' },
    ...Array.from({ length: 25 }, (_, index) => ({
      kind: 'copy-file' as const,
      path: `new/${index}`,
      size: 1024,
    })),
  ],
  more: 0,
  folders: [
    { path: '', counts: { ...NO_CHANGES, rename: 1 }, bytes: 0, deep: false },
    { path: 'new', counts: { ...NO_CHANGES, 'copy-file': 25 }, bytes: 25_600, deep: false },
  ],
  bytes: 25_600,
  bytesThroughClient: 0,
  requests: {
    mirror: { source: { ListFiles: 1 }, target: { ListFiles: 1, CopyFile: 25, RenameFile: 1 } },
    verification: { source: { ListFiles: 1 }, target: { ListFiles: 1 } },
  },
  transactions: { source: { ...NOTHING, Read: 25 }, target: { ...NOTHING, Write: 1026 } },
  cost: null,
};
