import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../control/json-exchange.ts';
import { parseQuery } from '../http/request-target.ts';
import { ServiceError } from '../state/index.ts';
import type { Identity } from './identity.ts';
import { answerManagedIdentity } from './managed-identity-endpoint.ts';
import { answerAuthority, authorityTenantOf } from './token-endpoint.ts';

/** Where the tokens of managed identities are, as `IDENTITY_ENDPOINT` tells them on App Service. */
export const IDENTITY_PATH = '/_identity/token';

/** What the endpoints of tokens work on. */
export type IdentityTarget = {
  readonly identity: Identity;
  readonly hasAccount: (name: string) => boolean;
};

/** A request of a token endpoint. */
export type IdentityRequest = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `https://127.0.0.1:10005`, as the client called it. */
  readonly origin: string;
  readonly parameter: (name: string) => string | undefined;
  readonly header: (name: string) => string | undefined;
};

export type IdentityAnswer = { readonly status: number; readonly body: unknown };

/** Whether the emulator gives tokens out, or tells about them, at this request line. No account has such a path. */
export function isIdentityRequest(url: string): boolean {
  const path = pathOf(url);
  return path === IDENTITY_PATH || authorityTenantOf(path) !== undefined;
}

/** Answers a request for a token, or for the metadata of the authority, in JSON. Never rejects. */
export async function serveIdentity(
  target: IdentityTarget,
  message: IncomingMessage,
  output: ServerResponse,
  protocol: 'http' | 'https',
): Promise<void> {
  try {
    const request = await readRequest(message, protocol);
    const { status, body } =
      request.path === IDENTITY_PATH
        ? answerManagedIdentity(target, request)
        : answerAuthority(target, request);
    output.setHeader('cache-control', 'no-store');
    sendJson(output, status, body);
  } catch (error) {
    if (output.headersSent || message.destroyed) message.socket.destroy();
    else sendJson(output, 400, { error: 'invalid_request', error_description: messageOf(error) });
  }
}

const MAX_FORM_BYTES = 64 * 1024;

async function readRequest(message: IncomingMessage, protocol: 'http' | 'https'): Promise<IdentityRequest> {
  const url = message.url ?? '';
  const question = url.indexOf('?');
  const query = parseQuery(question < 0 ? '' : url.slice(question + 1));
  const form = new URLSearchParams(message.method === 'POST' ? await readForm(message) : '');
  return {
    method: message.method ?? '',
    path: pathOf(url),
    origin: `${protocol}://${message.headers.host ?? '127.0.0.1'}`,
    parameter: (name) => form.get(name) ?? query.get(name),
    header: (name) => {
      const value = message.headers[name];
      return typeof value === 'string' ? value : value?.[0];
    },
  };
}

async function readForm(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > MAX_FORM_BYTES) throw new Error('The form is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof ServiceError || error instanceof Error
    ? error.message
    : 'The request is malformed.';
}
