import { randomBytes } from 'node:crypto';
import { Account } from './account.ts';
import { Clock } from './clock.ts';
import type { ContentVersion } from './content.ts';
import { loadState } from './load-state.ts';
import type { CopyMode, StateOptions } from './options.ts';
import { saveState } from './save-state.ts';
import type { EditToken } from './sorted-tree.ts';
import type { StateContext } from './state-context.ts';

const KEY_BYTES = 64;

/** Everything that an emulator knows. */
export class EmulatorState implements StateContext {
  readonly clock: Clock;
  copyMode: CopyMode;
  childrenTouchParent: boolean;
  snapshotPrecision: 'tick' | 'second';
  snapshotDurationMs: number;
  shareDeletionMs: number;
  contentVersion: ContentVersion = 1;
  #editTokens = 0;
  readonly #accounts = new Map<string, Account>();

  constructor(options: StateOptions = {}) {
    this.clock = options.clock ?? new Clock();
    this.copyMode = options.copyMode ?? 'sync';
    this.childrenTouchParent = options.childrenTouchParent ?? true;
    this.snapshotPrecision = options.snapshotPrecision ?? 'tick';
    this.snapshotDurationMs = options.snapshotDurationMs ?? 0;
    this.shareDeletionMs = options.shareDeletionMs ?? 0;
  }

  /** Adds an account, or returns the one of that name. Keys are base64 of 64 bytes and made up unless given. */
  addAccount(name: string, keys: readonly [string?, string?] = []): Account {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const account = new Account(this, name, [keys[0] ?? newKey(), keys[1] ?? newKey()]);
    this.#accounts.set(name, account);
    return account;
  }

  findAccount(name: string): Account | undefined {
    return this.#accounts.get(name);
  }

  get accounts(): Iterable<Account> {
    return this.#accounts.values();
  }

  /** Writes everything to a folder, which holds either the old or the new state whatever happens meanwhile. */
  async save(folder: string): Promise<void> {
    await saveState(this, folder);
  }

  /** Reads what `save` wrote; undefined when the folder holds nothing. */
  static async load(folder: string, options: StateOptions = {}): Promise<EmulatorState | undefined> {
    const state = new EmulatorState(options);
    return (await loadState(state, folder)) ? state : undefined;
  }

  newEditToken(): EditToken {
    this.#editTokens++;
    return this.#editTokens;
  }

  closeContentVersion(): ContentVersion {
    this.contentVersion++;
    return this.contentVersion - 1;
  }
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}
