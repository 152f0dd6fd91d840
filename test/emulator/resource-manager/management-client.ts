import { RestError, StorageManagementClient } from '@azure/arm-storage';
import { expect } from 'vitest';
import type { Emulator } from '../../../emulator/main.ts';

/** The group that accounts are in unless a test starts the emulator with another. */
export const GROUP = 'emulator';

/** The management SDK against an emulator that listens for HTTPS, with any token and without retries. */
export async function managementClient(
  emulator: Emulator,
  token = 'some.token',
): Promise<StorageManagementClient> {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const { url, subscriptionId } = emulator.resourceManager;
  return new StorageManagementClient(credential, subscriptionId, {
    endpoint: url,
    tlsOptions: { ca: await emulator.certificate() },
    retryOptions: { maxRetries: 0 },
  });
}

/** `status code` of the error that a call fails with, or what happened instead. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'succeeded';
  } catch (error) {
    if (error instanceof RestError) return `${error.statusCode} ${error.code}`;
    return `threw ${String(error)}`;
  }
}

/** All members of a list. */
export async function collected<T>(list: AsyncIterable<T>): Promise<T[]> {
  const members: T[] = [];
  for await (const member of list) members.push(member);
  return members;
}

/** An answer as it was sent. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

export type RawRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** Asks for a path below an account, over plain HTTP and with a token unless `headers` say otherwise. */
export async function rawRequest(
  emulator: Emulator,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const response = await fetch(`${emulator.url}${emulator.account('source').resourceId}${path}`, {
    method,
    headers: { authorization: 'Bearer some.token', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The properties of a JSON answer with the status 200 or 201. */
export function propertiesOf(answer: RawAnswer): Record<string, unknown> {
  expect([200, 201]).toContain(answer.status);
  return JSON.parse(answer.text).properties;
}

export const VERSION = 'api-version=2025-08-01';
export const SHARES = '/fileServices/default/shares';
