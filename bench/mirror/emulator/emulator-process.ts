import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Prepared, Traffic } from './bench-emulator.ts';
import type { Answer, HostCommand, HostReady, HostRequest } from './host-messages.ts';

/** A million files on both sides, and what a run adds, for two tools in turn. */
const HEAP_MIB = 12_288;

/** An emulator for one scenario in a process of its own; see `BenchEmulator` for what its commands do. */
export class EmulatorProcess {
  readonly #child: ChildProcess;
  readonly accounts: HostReady;

  private constructor(child: ChildProcess, accounts: HostReady) {
    this.#child = child;
    this.accounts = accounts;
  }

  static async start(scenario: string, scale: number): Promise<EmulatorProcess> {
    const child = fork(new URL('./host.ts', import.meta.url), [scenario, String(scale)], {
      execArgv: [`--max-old-space-size=${HEAP_MIB}`, '--disable-warning=ExperimentalWarning'],
    });
    return new EmulatorProcess(child, await nextMessage<HostReady>(child));
  }

  async prepare(share: string): Promise<void> {
    await this.#ask('prepare', share);
  }

  change(share: string): Promise<Prepared> {
    return this.#ask('change', share);
  }

  snapshotSource(share: string): Promise<string> {
    return this.#ask('snapshotSource', share);
  }

  async start(share: string): Promise<void> {
    await this.#ask('start', share);
  }

  finish(share: string): Promise<Traffic> {
    return this.#ask('finish', share);
  }

  async drop(share: string): Promise<void> {
    await this.#ask('drop', share);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  async #ask<T>(command: HostCommand, share: string): Promise<T> {
    const answer = nextMessage<Answer<T>>(this.#child);
    this.#child.send({ command, share } satisfies HostRequest);
    const result = await answer;
    if ('error' in result) throw new Error(`The emulator could not ${command}: ${result.error}`);
    return result.value;
  }
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`The emulator ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message: T) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
