import type { Emulator } from '../../../emulator/main.ts';
import {
  getDirectory,
  type Path,
  type Share,
  seed,
  setDirectoryProperties,
} from '../../../emulator/state/index.ts';
import { type Scenario, SOURCE, TARGET } from '../scenario.ts';
import { compareTrees, type TreeComparison } from './compare-trees.ts';
import { type MirrorPhase, MirrorPhaseWatch, type OperationCounts } from './mirror-phase.ts';
import { entryPaths, listingPages } from './walk-share.ts';

/** The source of a piece of work, as it is when the tool begins. */
export type Prepared = {
  readonly files: number;
  /** Listings that it takes to see the source once. */
  readonly listingPages: number;
};

/** What a tool asked of the emulator, by the counters of its control endpoint, and what came of it. */
export type Traffic = {
  readonly requests: number;
  readonly operations: OperationCounts;
  /** Bytes of bodies that went over the wire, both ways. */
  readonly wireBytes: number;
  /** Bytes that the service copied without their passing through the tool. */
  readonly copiedBytes: number;
  readonly mirror: MirrorPhase | null;
  /** The source against the target afterwards. */
  readonly comparison: TreeComparison;
};

/** The emulator's side of the measurements: seeds, changes, snapshots, counts and compares shares of one name. */
export class BenchEmulator {
  readonly #emulator: Emulator;
  readonly #scenario: Scenario;
  readonly #scale: number;
  #stopWatching: () => void = () => undefined;
  #watch = new MirrorPhaseWatch();

  constructor(emulator: Emulator, scenario: Scenario, scale: number) {
    this.#emulator = emulator;
    this.#scenario = scenario;
    this.#scale = scale;
  }

  /** Seeds the source, and the target alike where the scenario begins with a copy. */
  prepare(share: string): void {
    const { state } = this.#emulator;
    for (const account of [SOURCE, TARGET]) {
      state.addAccount(account).createShare(share, { quotaGiB: 102_400 });
      if (account === TARGET && this.#scenario.targetAtFirst === 'empty') continue;
      for (const options of this.#scenario.seeds(this.#scale)) seed(state, { ...options, account, share });
    }
    if (this.#scenario.targetAtFirst === 'equal') this.#alignDirectories(share);
  }

  /** Lets happen to the source what the scenario has. */
  change(share: string): Prepared {
    const source = this.#share(SOURCE, share);
    this.#scenario.change?.(source, this.#emulator.state, this.#scale);
    let files = 0;
    for (const { kind } of entryPaths(source.view())) if (kind === 'file') files += 1;
    return { files, listingPages: listingPages(source.view()) };
  }

  snapshotSource(share: string): string {
    return this.#share(SOURCE, share).createSnapshot().id;
  }

  /** From now on every request waits, and is counted. */
  start(): void {
    this.#emulator.limits.latency = { ms: this.#scenario.latencyMs };
    this.#watch = new MirrorPhaseWatch();
    this.#stopWatching = this.#emulator.onRequest(this.#watch.hook);
    this.#emulator.requests.reset();
  }

  /** Ends the counting and the waiting, and tells what was counted. */
  finish(share: string): Traffic {
    const accounts = Object.values(this.#emulator.requests.accounts());
    const requests = this.#emulator.requests.total();
    const operations = this.#emulator.requests.operations();
    this.#stopWatching();
    this.#emulator.limits.latency = { ms: 0 };
    const sum = (of: (account: (typeof accounts)[number]) => number) =>
      accounts.reduce((total, account) => total + of(account), 0);
    return {
      requests,
      operations,
      wireBytes: sum(({ bytesIn, bytesOut }) => bytesIn + bytesOut),
      copiedBytes: sum(({ bytesCopied }) => bytesCopied),
      mirror: this.#watch.result ?? null,
      comparison: compareTrees(this.#share(SOURCE, share), this.#share(TARGET, share)),
    };
  }

  drop(share: string): void {
    for (const account of [SOURCE, TARGET]) {
      this.#emulator.state.addAccount(account).deleteShare(share, { snapshots: 'include-leased' });
    }
  }

  /** Directories that seeding made by the way, and the roots, have the time of day; a copy would have the source's. */
  #alignDirectories(share: string): void {
    const source = this.#share(SOURCE, share);
    const target = this.#share(TARGET, share);
    const align = (path: Path) => {
      const { creationTime, lastWriteTime, changeTime } = directoryAt(source, path);
      if (directoryAt(target, path).lastWriteTime === lastWriteTime) return;
      setDirectoryProperties(target, path, { creationTime, lastWriteTime, changeTime });
    };
    for (const { kind, path } of entryPaths(source.view())) if (kind === 'directory') align(path);
    align([]);
  }

  #share(account: string, share: string): Share {
    return this.#emulator.state.addAccount(account).getShare(share);
  }
}

function directoryAt(share: Share, path: Path) {
  return path.length === 0 ? share.root : getDirectory(share.view(), path).entry;
}
