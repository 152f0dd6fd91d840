import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';

/** Before a request is carried out, or after that and before its answer arrives. */
export type Side = 'before' | 'after';

/** A request that has come to a gate. */
export interface GatedRequest {
  /** Counts the requests of the gate from 1. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** What it does to a lease; undefined where it is about none. */
  readonly leaseAction: string | undefined;
  /** Of the answer; undefined until there is one. */
  status: number | undefined;
}

/** Told of each request twice, and waited for. */
export type Keeper = (request: GatedRequest, side: Side) => Promise<void> | void;

/**
 * Stands between one program and the emulator, so that the requests of several programs are told apart and each
 * can be held on its way there or back.
 */
export class Gate {
  readonly url: string;
  readonly requests: GatedRequest[] = [];
  /** Lets everything pass unless it is replaced. */
  keeper: Keeper = () => undefined;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  /** @param to where the emulator listens, such as `http://127.0.0.1:1234` */
  static async open(to: string): Promise<Gate> {
    const agent = new Agent({ keepAlive: true });
    const server = createServer((incoming, outgoing) => {
      pass(gate, { to, agent }, incoming, outgoing).catch(() => outgoing.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the gate has no port');
    const gate: Gate = new Gate(`http://127.0.0.1:${address.port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    });
    return gate;
  }

  close(): Promise<void> {
    return this.#stop();
  }
}

interface Way {
  readonly to: string;
  readonly agent: Agent;
}

async function pass(
  gate: Gate,
  way: Way,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  const { method = 'GET', url: target = '/', headers } = incoming;
  const action = headers['x-ms-lease-action'];
  const request: GatedRequest = {
    number: gate.requests.length + 1,
    method,
    target,
    leaseAction: typeof action === 'string' ? action : undefined,
    status: undefined,
  };
  gate.requests.push(request);
  await gate.keeper(request, 'before');
  const answer = await carryOut(way, incoming, body);
  const content = await readBody(answer);
  request.status = answer.statusCode;
  await gate.keeper(request, 'after');
  outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
  outgoing.end(content);
}

async function carryOut(
  { to, agent }: Way,
  { method, url, rawHeaders }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const sent = sendRequest(`${to}${url}`, { method, headers: rawHeaders, agent });
  const answered = once(sent, 'response');
  sent.end(body);
  const [answer] = (await answered) as [IncomingMessage];
  return answer;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}

export function makesSnapshot({ target }: GatedRequest): boolean {
  return target.includes('comp=snapshot');
}

/** Whether a request changes something: data, snapshots, Sharepair's own records. Leases are none of it. */
export function writes({ method, leaseAction }: GatedRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && leaseAction === undefined;
}

/** What a request is, in words. */
export function describeGated({ method, target, leaseAction }: GatedRequest): string {
  return `${method} ${target.replace(/&?sig=[^&]*/, '')}${leaseAction === undefined ? '' : ` (${leaseAction})`}`;
}
