import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../../cli/output/describe-event.ts';
import { describeRun } from '../../../cli/output/describe-run.ts';
import { plainLog } from '../../../cli/output/plain-log.ts';
import { progressBar } from '../../../cli/output/progress-bar.ts';
import type { EndEvent, ProgressEvent } from '../../../lib/report/events.ts';

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
  pruned: [],
  requests: { CopyFile: 7, ListFiles: 3 },
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

describe('the bar', () => {
  it('shows how far the run has come, within the width of the terminal', () => {
    const { stream, text } = terminal(130);
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

  it('says what a dry run would do', () => {
    const counts = {
      'create-directory': 0,
      'copy-file': 25,
      'set-properties': 0,
      rename: 1,
      'delete-file': 0,
      'delete-directory': 0,
    };
    const copies = Array.from({ length: 25 }, (_, index) => ({
      kind: 'copy-file' as const,
      path: `new/${index}`,
      size: 1024,
    }));
    const changes = [{ kind: 'rename' as const, path: 'B', from: 'b' }, ...copies];
    const text = describeRun({
      ...END,
      outcome: 'complete',
      plan: { counts, bytes: 25_600, changes, more: 0 },
    });
    expect(text).toContain('25 files to copy');
    expect(text).toContain('at the most 25 KiB');
    expect(text).toContain('rename "B" from "b"');
    expect(text).toContain('and 6 more');
    expect(text).not.toContain('to delete');
  });
});
