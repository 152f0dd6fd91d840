import { globSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Binding, InvokeMessage, RegisteredFunction, WorkerMessage } from './functions-messages.ts';

/**
 * A process that loads a built app as the Functions worker for Node does and invokes its functions: it gives
 * `@azure/functions` the module `@azure/functions-core`, imports what package.json's `main` matches, and then
 * accepts no more registrations. Speaks with `functions-host.ts` by messages.
 */

interface Metadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Omit<Binding, 'name'>>>;
}

type Callback = (...parameters: unknown[]) => unknown;

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ returnValue?: { http?: object } | null }>;
}

interface ProgrammingModel {
  getInvocationModel(core: object): InvocationModel;
}

const registered = new Map<string, { readonly metadata: Metadata; readonly callback: Callback }>();
let model: ProgrammingModel | undefined;
let isLoading = true;

class Disposable {
  dispose(): void {}
}

const core = {
  version: '3.11.0',
  hostVersion: '4.1044.0',
  Disposable,
  setProgrammingModel: (given: ProgrammingModel) => {
    model = given;
  },
  getProgrammingModel: () => model,
  registerHook: () => new Disposable(),
  log: (level: string, _category: string, message: string) => tell({ kind: 'log', level, message }),
  registerFunction: (metadata: Metadata, callback: Callback) => {
    const id = metadata.functionId ?? metadata.name;
    if (!isLoading) throw new Error('a function can be registered only while the app starts');
    if (registered.has(id)) throw new Error(`function ${id} is registered twice`);
    registered.set(id, { metadata, callback });
    return new Disposable();
  },
};

function provideCore(): void {
  const require = Module.prototype.require;
  Module.prototype.require = function (this: NodeJS.Module, id: string) {
    return id === '@azure/functions-core' ? core : require.call(this, id);
  };
}

async function load(folder: string): Promise<readonly RegisteredFunction[]> {
  const { main } = createRequire(join(folder, 'package.json'))('./package.json') as { main: string };
  const files = globSync(main, { cwd: folder }).sort();
  if (files.length === 0) throw new Error(`main "${main}" matches no file`);
  for (const file of files) await import(pathToFileURL(join(folder, file)).href);
  isLoading = false;
  if (registered.size === 0) throw new Error('no functions were registered');
  return [...registered].map(([functionId, { metadata }]) => ({
    name: metadata.name,
    functionId,
    trigger: triggerOf(metadata),
  }));
}

function triggerOf({ name, bindings }: Metadata): Binding {
  const found = Object.entries(bindings).find(([, { type }]) => type.endsWith('Trigger'));
  if (found === undefined) throw new Error(`function ${name} has no trigger`);
  return { ...found[1], name: found[0] };
}

async function invoke({ invocationId, functionId, data }: InvokeMessage): Promise<void> {
  try {
    const found = registered.get(functionId);
    if (found === undefined || model === undefined) throw new Error(`no function ${functionId}`);
    const { metadata, callback } = found;
    const invocation = model.getInvocationModel({
      invocationId,
      metadata,
      request: { invocationId, functionId, inputData: [{ name: triggerOf(metadata).name, data }] },
      log: core.log,
    });
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, callback);
    const { returnValue } = await invocation.getResponse(context, result);
    tell({ kind: 'result', invocationId, ...(returnValue?.http ? { http: returnValue.http } : {}) });
  } catch (error) {
    tell({ kind: 'result', invocationId, failure: messageOf(error) });
  }
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

provideCore();
process.on('disconnect', () => process.exit());
process.on('message', (message: InvokeMessage) => void invoke(message));
await load(process.argv[2] ?? '.').then(
  (functions) => tell({ kind: 'loaded', functions }),
  (error: unknown) => tell({ kind: 'broken', message: messageOf(error) }),
);
