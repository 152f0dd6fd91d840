import { readFileSync } from 'node:fs';
import { z } from 'zod';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type StopSignal = (typeof SIGNALS)[number];

/** What a launcher sends over its channel when it gets a signal; `count` is of all that it got. */
const messageSchema = z.object({ signal: z.enum(SIGNALS), count: z.int().positive() });

let own = 0;
let forwarded = 0;
let heeded = false;
let announce: (() => void) | undefined;
const controller = new AbortController();

/**
 * Watches for Ctrl-C, SIGTERM and SIGHUP. The first ends the process, unless a command has said by
 * {@link stopSignal} that it stops by itself; the second always does.
 *
 * A launcher in the same terminal gets the same Ctrl-C as this process and passes it on, so what counts is
 * the greater of the two numbers. When the launcher's channel closes, it is gone, and so is this process.
 */
export function watchStopRequests(): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      own += 1;
      if (own > forwarded) request(signal, own);
    });
  }
  watchNpm();
  const isLaunched = process.env.SHAREPAIR_LAUNCHED === '1';
  if (!isLaunched || process.channel === undefined || process.channel === null) return;
  process.on('message', (message) => {
    const sent = messageSchema.safeParse(message).data;
    if (sent === undefined || sent.count <= forwarded) return;
    forwarded = sent.count;
    if (forwarded > own) request(sent.signal, forwarded);
  });
  process.on('disconnect', endWithLauncher);
  if (!process.connected) endWithLauncher();
  process.channel.unref();
}

const ASK_NPM_EVERY_MS = 200;

/**
 * `npx` and `npm run` put themselves and perhaps a shell between a signal and this process, and pass on
 * neither a kill nor every SIGTERM. Once either is gone, nobody waits for this process, so it is to stop.
 */
function watchNpm(): void {
  if (process.env.npm_command === undefined) return;
  const lineage = lineageNow();
  const timer = setInterval(() => {
    if (lineageNow() === lineage) return;
    clearInterval(timer);
    request('SIGTERM', 1);
  }, ASK_NPM_EVERY_MS).unref();
}

/** The parent and its parent. */
function lineageNow(): string {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

/** From proc_pid_stat(5), the field after the name, which may hold anything; empty where there is no such thing. */
function parentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] ?? '';
  } catch {
    return '';
  }
}

/** Aborted by the first request to stop; `onStop` is called then, to say so. */
export function stopSignal(onStop?: () => void): AbortSignal {
  heeded = true;
  announce = onStop;
  return controller.signal;
}

/** Asks the work in progress to stop, as when nobody reads its output any more; ends the process if it can't. */
export function requestStop(): void {
  if (!heeded) process.exit(0);
  controller.abort();
}

function request(signal: StopSignal, count: number): void {
  if (!heeded || count > 1) endBy(signal);
  announce?.();
  controller.abort();
}

/** Ends as if there had been no handler, so that whoever waits for this process sees the signal. */
function endBy(signal: StopSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function endWithLauncher(): void {
  process.kill(process.pid, 'SIGKILL');
}
