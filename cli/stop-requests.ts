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
  if (process.channel === undefined || process.channel === null) return;
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
