import type { IncomingMessage } from 'node:http';
import { invalidInput, requestBodyTooLarge } from './request-errors.ts';

/** The most that a body may hold: one range of 4 MiB. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Room for the framing of a structured body around 4 MiB of content. */
const MAX_FRAMED_BYTES = MAX_BODY_BYTES + 4096;

/** How much of a body that is too large is still read, so that the client gets to see the answer. */
const MAX_DISCARDED_BYTES = 64 * MAX_BODY_BYTES;

const EMPTY = Buffer.alloc(0);

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {}

/** Waits until the client gives up, or the emulator is closed, and throws `ClientGone`. */
export function clientGone(message: IncomingMessage): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (message.socket.destroyed) reject(new ClientGone());
    else message.socket.once('close', () => reject(new ClientGone()));
  });
}

/**
 * Reads the whole body of a request. Throws 413 `RequestBodyTooLarge` past 4 MiB, 400 when fewer bytes come
 * than were announced, and `ClientGone` when the connection breaks.
 */
export function readBody(message: IncomingMessage): Buffer | Promise<Buffer> {
  const length = message.headers['content-length'];
  if ((length === undefined || length === '0') && message.headers['transfer-encoding'] === undefined)
    return EMPTY;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    message.on('data', (chunk: Buffer) => {
      total += chunk.length;
      if (total <= MAX_FRAMED_BYTES) chunks.push(chunk);
      else chunks.length = 0;
      if (total > MAX_DISCARDED_BYTES) {
        message.destroy();
        reject(new ClientGone());
      }
    });
    message.on('end', () => {
      if (total > MAX_FRAMED_BYTES) reject(requestBodyTooLarge(MAX_BODY_BYTES));
      else if (!message.complete) reject(invalidInput());
      else resolve(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, total));
    });
    message.on('error', () => reject(new ClientGone()));
    message.on('close', () => reject(new ClientGone()));
  });
}
