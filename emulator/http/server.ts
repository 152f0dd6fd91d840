import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { accountOfHost } from './request-target.ts';
import type { Transport } from './service.ts';
import { type Certificate, makeCertificate } from './tls-certificate.ts';

/** Answers a request; must not reject. */
export type RequestListener = (
  message: IncomingMessage,
  output: ServerResponse,
  transport: Transport,
) => void;

export type ListenerOptions = {
  readonly host: string;
  readonly port: number;
  /** Port of a second listener that speaks TLS; none when undefined. */
  readonly tlsPort: number | undefined;
  readonly hasAccount: (name: string) => boolean;
  readonly onRequest: RequestListener;
};

const MAX_HEADER_BYTES = 64 * 1024;

/**
 * The emulator's sockets: plain HTTP, which is at the same time a proxy for host-style URLs (absolute-form
 * request lines, and CONNECT with TLS inside), and HTTPS on a port of its own when asked for.
 */
export class Listeners {
  readonly #options: ListenerOptions;
  readonly #plain: Server;
  readonly #sockets = new Set<Duplex>();
  #certificate: Promise<Certificate> | undefined;
  #tls: Promise<TlsServer> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#plain = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (message, output) =>
      options.onRequest(message, output, { protocol: 'http' }),
    );
    configure(this.#plain);
    this.#plain.on('connection', (socket) => this.#track(socket));
    this.#plain.on('connect', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#connect(message, socket, head).catch(() => socket.destroy());
    });
  }

  /** Binds the sockets and returns their ports. */
  async listen(): Promise<{ port: number; tlsPort: number | undefined }> {
    const { host, port, tlsPort } = this.#options;
    const bound = await bind(this.#plain, host, port);
    if (tlsPort === undefined) return { port: bound, tlsPort: undefined };
    const tls = await this.#tlsServer();
    tls.on('connection', (socket: Socket) => this.#track(socket));
    return { port: bound, tlsPort: await bind(tls, host, tlsPort) };
  }

  /** The certificate of every TLS connection; made on first use. */
  certificate(): Promise<Certificate> {
    this.#certificate ??= makeCertificate();
    return this.#certificate;
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const tls = await this.#tls;
    const closing = [this.#plain, tls].map((server) => (server?.listening ? closed(server) : undefined));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closing);
  }

  /** A proxy only for the emulator's own accounts: nothing that runs against it may reach the real service. */
  async #connect(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const [, port] = (message.url ?? '').split(':');
    if (
      accountOfHost(message.url ?? '', this.#options.hasAccount) === undefined ||
      (port !== '443' && port !== '80')
    ) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const server = port === '443' ? await this.#tlsServer() : this.#plain;
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    server.emit('connection', socket);
  }

  #tlsServer(): Promise<TlsServer> {
    this.#tls ??= this.certificate().then(({ certificate, privateKey }) => {
      const server = createTlsServer(
        { cert: certificate, key: privateKey, maxHeaderSize: MAX_HEADER_BYTES },
        (message, output) => this.#options.onRequest(message, output, { protocol: 'https' }),
      );
      configure(server);
      server.on('tlsClientError', (_error, socket) => socket.destroy());
      return server;
    });
    return this.#tls;
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Idle connections stay open, so that a client's pool never meets one that is just being closed. */
function configure(server: Server | TlsServer): void {
  server.keepAliveTimeout = 0;
  server.on('clientError', (_error: Error, socket: Duplex) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
}

function bind(server: Server | TlsServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(portOf(server.address()));
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server is bound to no port.');
  return address.port;
}

function closed(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
