import type { RequestInfo } from '../../emulator/control/request-hooks.ts';
import type { Emulator } from '../../emulator/main.ts';

/** The requests that an emulator carried out, in their order, until `stop` is called. */
export interface RequestLog {
  readonly requests: readonly RequestInfo[];
  stop(): void;
}

export function logRequests(emulator: Emulator): RequestLog {
  const requests: RequestInfo[] = [];
  const stop = emulator.onRequest((request) => {
    if (request.phase === 'before') requests.push(request);
  });
  return { requests, stop };
}

/** What changes entries or adds permissions; leases and snapshots of the share are none of it. */
const WRITES_DATA = /^(Create|Set|Delete|Rename|Put|Clear|Copy|AbortCopy)(File|Director|Range)/;

/** Whether a request writes what a mirror is about: anything but Sharepair's own folder and the share as such. */
export function writesData({ operation, path }: RequestInfo): boolean {
  const isOwn = path === '.sharepair' || path.startsWith('.sharepair/');
  return WRITES_DATA.test(operation) && !isOwn;
}
