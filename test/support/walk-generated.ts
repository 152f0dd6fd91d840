import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { emptyShareReader } from '../../lib/files/empty-share-reader.ts';
import { keepMemoryFlat } from '../../lib/flat-memory.ts';
import { Limiter } from '../../lib/limiter.ts';
import { TIMES } from '../../lib/mirror/compare-mode.ts';
import { EVERYTHING } from '../../lib/mirror/entry-filter.ts';
import { Failures } from '../../lib/mirror/failures.ts';
import { UNMOVED } from '../../lib/mirror/move-tracker.ts';
import { PermissionMap } from '../../lib/mirror/permission-map.ts';
import { Progress } from '../../lib/mirror/progress.ts';
import { Removals } from '../../lib/mirror/removals.ts';
import { walk } from '../../lib/mirror/walk.ts';
import { GENERATED_TREES, type GeneratedTreeName, generatedShare } from './generated-share.ts';

/** How the target stands to the source. */
export type GeneratedTarget = 'equal' | 'empty' | 'disjoint';

export interface GeneratedWalk {
  readonly tree: GeneratedTreeName;
  readonly entries: number;
  readonly target: GeneratedTarget;
}

export interface WalkMeasures {
  readonly entries: number;
  readonly changes: number;
  readonly removals: number;
  readonly failures: number;
  readonly seconds: number;
  /** Of the whole process, in bytes. */
  readonly peakMemory: number;
}

const BRANCHES = 8;
const FILES = 256;

/** Walks a generated source and its target to the end, as a mirror does, with nothing behind the changes. */
export async function walkGenerated({ tree, entries, target }: GeneratedWalk): Promise<WalkMeasures> {
  const started = performance.now();
  const generated = GENERATED_TREES[tree](entries);
  const source = generatedShare(generated, { share: 'source' });
  const targetReader =
    target === 'empty'
      ? emptyShareReader('target')
      : generatedShare(generated, { share: 'target', prefix: target === 'disjoint' ? 'other-' : '' });
  const removals = new Removals({ target: targetReader, filter: EVERYTHING });
  const failures = new Failures();
  const progress = new Progress();
  let changes = 0;
  await walk({
    source,
    target: targetReader,
    permissions: new PermissionMap(source, targetReader),
    changes: {
      handle: async () => {
        changes += 1;
      },
    },
    filter: EVERYTHING,
    proofs: [],
    contentChange: async () => ({ kind: 'whole' }),
    metadataDiffers: async () => false,
    isFinished: async () => true,
    mode: TIMES,
    moves: UNMOVED,
    removals,
    failures,
    progress,
    files: new Limiter(FILES),
    branches: new Limiter(BRANCHES),
    stop: new AbortController().signal,
  });
  return {
    entries: progress.entries,
    changes,
    removals: removals.count,
    failures: failures.count,
    seconds: (performance.now() - started) / 1000,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
}

/** The same in a process of its own, whose long-lived objects must fit into so many MiB, where that is given. */
export async function walkGeneratedWithin(
  mib: number | undefined,
  wanted: GeneratedWalk,
): Promise<WalkMeasures> {
  // New objects have little room, too, so that what is measured is what is needed.
  const limits = mib === undefined ? [] : [`--max-old-space-size=${mib}`, '--max-semi-space-size=8'];
  const program = [...limits, import.meta.filename, JSON.stringify(wanted)];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await closed;
  if (code !== 0) throw new Error(`the walk ended with ${code ?? signal}:\n${errors}`);
  return JSON.parse(output);
}

if (import.meta.main) {
  keepMemoryFlat();
  const [, , request = ''] = process.argv;
  process.stdout.write(JSON.stringify(await walkGenerated(JSON.parse(request))));
}
