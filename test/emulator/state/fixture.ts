import {
  Clock,
  EmulatorState,
  type FileEntry,
  readContent,
  ServiceError,
  type Share,
  type StateOptions,
} from '../../../emulator/state/index.ts';

/** A state whose clock stands still, with an account and a share. */
export function newShare(options: StateOptions = {}): {
  readonly state: EmulatorState;
  readonly share: Share;
} {
  const clock = new Clock();
  clock.freeze(Date.UTC(2026, 10, 21, 5, 30));
  const state = new EmulatorState({ clock, ...options });
  return { state, share: state.addAccount('account').createShare('share') };
}

/** Status and code of the error that a call ends with; `none` when it ends without. */
export function errorOf(call: () => unknown): string {
  try {
    call();
    return 'none';
  } catch (error) {
    if (error instanceof ServiceError) return `${error.status} ${error.code}`;
    throw error;
  }
}

export function contentOf(file: FileEntry): Buffer {
  return Buffer.concat([...readContent(file, 0, file.size)]);
}
