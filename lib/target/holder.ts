import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process holds a lock; enough to tell for certain, on the same Linux machine, that it is gone. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Boot, process-id namespace and start of the process; undefined where the system does not tell. */
  readonly process?: string | undefined;
}

export function thisProcess(): Holder {
  return { host: hostname(), pid: process.pid, process: processIdentity(process.pid) };
}

/** Whether it is certain that the holder runs no more. False whenever there is any doubt. */
export function isGone(holder: Holder): boolean {
  const own = processIdentity(process.pid);
  if (holder.process === undefined || own === undefined) return false;
  if (machineOf(holder.process) !== machineOf(own)) return false;
  const present = processIdentity(holder.pid);
  // A process that may not be looked at is there all the same; a number can also be another's by now.
  return present === undefined ? !exists(holder.pid) : present !== holder.process;
}

/** Whether it is certain that the holder runs right now. */
export function isRunning(holder: Holder): boolean {
  return holder.process !== undefined && processIdentity(holder.pid) === holder.process;
}

function processIdentity(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = readlinkSync('/proc/self/ns/pid');
    // The 22nd field of proc_pid_stat(5), the start of the process; the name before it may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    // A zombie has ended and waits only to be asked for.
    const hasEnded = fields?.[0] === 'Z' || fields?.[0] === 'X';
    return `${boot}/${namespace}/${hasEnded ? 'ended' : fields?.[19]}`;
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function machineOf(identity: string): string {
  return identity.split('/').slice(0, 2).join('/');
}
