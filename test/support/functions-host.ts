import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type {
  HttpOutput,
  InvocationResult,
  InvokeMessage,
  RegisteredFunction,
  WorkerMessage,
} from './functions-messages.ts';

const WORKER = join(import.meta.dirname, 'functions-worker.ts');

/** As much of the Azure Functions host as it takes to fire an app's timers and to serve its routes. */
export class FunctionsHost {
  readonly logs: { readonly level: string; readonly message: string }[] = [];
  #functions: readonly RegisteredFunction[] = [];
  readonly #worker: ChildProcess;
  readonly #server: Server;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #routePrefix: string;
  readonly #waiting = new Map<string, (result: InvocationResult) => void>();

  /** Starts a worker process with the app of a folder, its settings being environment variables. */
  static async start(folder: string, settings: Readonly<Record<string, string>>): Promise<FunctionsHost> {
    const host = new FunctionsHost(folder, settings);
    try {
      await host.#ready();
      return host;
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  private constructor(folder: string, settings: Readonly<Record<string, string>>) {
    this.#environment = settings;
    const hostJson: { version?: string; extensions?: { http?: { routePrefix?: string } } } = JSON.parse(
      readFileSync(join(folder, 'host.json'), 'utf8'),
    );
    if (hostJson.version !== '2.0') throw new Error('host.json must have version 2.0');
    this.#routePrefix = hostJson.extensions?.http?.routePrefix ?? 'api';
    const path = process.env.PATH ?? '';
    this.#worker = fork(WORKER, [folder], {
      env: { PATH: path, ...settings },
      execArgv: [],
      stdio: 'inherit',
      serialization: 'advanced',
    });
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get functions(): readonly RegisteredFunction[] {
    return this.#functions;
  }

  /** URL of the routes, without a slash at the end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Fires a timer now. Resolves to the failure's message, or undefined when the function returned. */
  async fireTimer(name: string): Promise<string | undefined> {
    const now = new Date().toISOString();
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: now, Next: now, LastUpdated: now },
      IsPastDue: false,
    };
    const result = await this.#invoke(this.#named(name), { json: JSON.stringify(timer) });
    return result.failure;
  }

  /** The schedule of a timer, its `%SETTING%` replaced as the host does before it starts. */
  scheduleOf(name: string): string {
    return (this.#named(name).trigger.schedule ?? '').replace(/%([^%]+)%/g, (_, setting: string) => {
      const value = this.#environment[setting];
      if (value === undefined) throw new Error(`%${setting}% does not resolve to a value`);
      return value;
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#worker.exitCode !== null || this.#worker.signalCode !== null) return;
    const exit = once(this.#worker, 'exit');
    this.#worker.kill();
    await exit;
  }

  async #ready(): Promise<void> {
    const loaded = new Promise<readonly RegisteredFunction[]>((resolve, reject) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'loaded') resolve(message.functions);
        else if (message.kind === 'broken') reject(new Error(message.message));
        else this.#receive(message);
      });
      this.#worker.once('exit', (code) => {
        const failure = `the worker ended with code ${code}`;
        reject(new Error(failure));
        for (const [invocationId, settle] of this.#waiting) settle({ kind: 'result', invocationId, failure });
      });
    });
    this.#functions = await loaded;
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #receive(message: Extract<WorkerMessage, { kind: 'log' | 'result' }>): void {
    if (message.kind === 'log') this.logs.push(message);
    else this.#waiting.get(message.invocationId)?.(message);
  }

  #named(name: string): RegisteredFunction {
    const found = this.#functions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the app has no function "${name}"`);
    return found;
  }

  async #invoke({ functionId }: RegisteredFunction, data: unknown): Promise<InvocationResult> {
    const message: InvokeMessage = { kind: 'invoke', invocationId: randomUUID(), functionId, data };
    try {
      return await new Promise<InvocationResult>((resolve) => {
        this.#waiting.set(message.invocationId, resolve);
        this.#worker.send(message);
      });
    } finally {
      this.#waiting.delete(message.invocationId);
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const found = this.#route(request.method ?? 'GET', url.pathname);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { failure, http } = await this.#invoke(found.target, {
      http: {
        method: request.method,
        url: url.href,
        nullableHeaders: nullable(request.headersDistinct),
        nullableParams: nullable(found.parameters),
        nullableQuery: nullable(Object.fromEntries(url.searchParams)),
      },
    });
    if (failure === undefined) write(response, http);
    else response.writeHead(500).end();
  }

  #route(method: string, path: string) {
    for (const target of this.#functions) {
      const { type, methods, route } = target.trigger;
      if (type !== 'httpTrigger' || methods?.includes(method) !== true) continue;
      const parameters = matchRoute(`/${this.#routePrefix}/${route ?? target.name}`, path);
      if (parameters !== undefined) return { target, parameters };
    }
    return undefined;
  }
}

/** The values of a route's `{name}` parts; undefined when the path is another. */
function matchRoute(route: string, path: string): Record<string, string> | undefined {
  const parts = route.split('/');
  const given = path.split('/').map(decodeURIComponent);
  if (parts.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) parameters[name] = value;
    else if (part.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return parameters;
}

function nullable(values: Readonly<Record<string, string | readonly string[] | undefined>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value: String(value) }]));
}

function write(response: ServerResponse, output: HttpOutput | undefined): void {
  response.writeHead(Number(output?.statusCode ?? 204), output?.headers);
  response.end(output?.body?.string ?? output?.body?.bytes);
}
