import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteStream, ServiceResponse } from './service-request.ts';

/** What every answer carries besides its own headers. */
export type Envelope = {
  readonly requestId: string;
  readonly version: string | undefined;
  readonly clientRequestId: string | undefined;
  /** The file service unless given. */
  readonly server?: string;
};

const SERVER = 'Windows-Azure-File/1.0 Microsoft-HTTPAPI/2.0';

/** Sends an answer; `truncateAt` breaks the connection after so many bytes of a body announced in full. */
export async function respond(
  message: IncomingMessage,
  output: ServerResponse,
  response: ServiceResponse,
  envelope: Envelope,
  truncateAt?: number,
): Promise<void> {
  const { status, body } = response;
  const hasNoBody = message.method === 'HEAD' || status === 204 || status === 304;
  const isTruncated = truncateAt !== undefined && body !== undefined && !hasNoBody;
  const headers = flatHeaders(response, envelope, isTruncated ? 'transfer-encoding' : undefined);
  if (isTruncated) {
    await sendTruncated(message, output, status, headers, body, truncateAt);
    return;
  }
  if (hasNoBody) {
    output.writeHead(status, headers).end();
    return;
  }
  if (response.headers['transfer-encoding'] === undefined) {
    headers.push('content-length', String(body === undefined ? 0 : body.length));
  }
  output.writeHead(status, headers);
  if (body === undefined) output.end();
  else if (Buffer.isBuffer(body)) output.end(body);
  else await sendStream(output, body);
}

function flatHeaders(response: ServiceResponse, envelope: Envelope, omitted: string | undefined): string[] {
  const headers = ['server', envelope.server ?? SERVER, 'x-ms-request-id', envelope.requestId];
  if (envelope.version !== undefined) headers.push('x-ms-version', envelope.version);
  if (envelope.clientRequestId !== undefined)
    headers.push('x-ms-client-request-id', envelope.clientRequestId);
  for (const name in response.headers) {
    const value = response.headers[name];
    if (value !== undefined && name !== omitted) headers.push(name, value);
  }
  return headers;
}

async function sendStream(output: ServerResponse, stream: ByteStream): Promise<void> {
  for (const chunk of stream.chunks) {
    if (output.destroyed) return;
    if (!output.write(chunk)) await drained(output);
  }
  output.end();
}

function drained(output: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      output.off('drain', done);
      output.off('close', done);
      resolve();
    };
    output.on('drain', done);
    output.on('close', done);
  });
}

async function sendTruncated(
  message: IncomingMessage,
  output: ServerResponse,
  status: number,
  headers: string[],
  body: Buffer | ByteStream,
  limit: number,
): Promise<void> {
  headers.push('content-length', String(body.length));
  output.writeHead(status, headers);
  output.flushHeaders();
  let left = limit;
  for (const chunk of Buffer.isBuffer(body) ? [body] : body.chunks) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    await new Promise<void>((resolve) => output.write(part, () => resolve()));
    if (left <= 0) break;
  }
  message.socket.destroy();
}
