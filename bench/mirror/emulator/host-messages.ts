import type { AccountInfo } from '../../../emulator/main.ts';

export type HostCommand = 'prepare' | 'change' | 'snapshotSource' | 'start' | 'finish' | 'drop';

/** What the parent asks for, and of which share. */
export type HostRequest = { readonly command: HostCommand; readonly share: string };

/** The first message of an emulator's process: how the two accounts are reached. */
export type HostReady = { readonly source: AccountInfo; readonly target: AccountInfo };

/** Each further message answers a request. */
export type Answer<T> = { readonly value: T } | { readonly error: string };
