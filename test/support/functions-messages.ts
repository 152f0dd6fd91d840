/** What the test host and its worker process tell each other. */

export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly schedule?: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
}

export interface RegisteredFunction {
  readonly name: string;
  readonly functionId: string;
  readonly trigger: Binding;
}

export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly invocationId: string;
  readonly functionId: string;
  /** The trigger's data in the form in which the Functions host hands it over. */
  readonly data: unknown;
}

export type WorkerMessage =
  | { readonly kind: 'loaded'; readonly functions: readonly RegisteredFunction[] }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'log'; readonly level: string; readonly message: string }
  | InvocationResult;

export interface InvocationResult {
  readonly kind: 'result';
  readonly invocationId: string;
  /** Undefined when the function returned. */
  readonly failure?: string;
  readonly http?: HttpOutput;
}

export interface HttpOutput {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly string?: string; readonly bytes?: Uint8Array };
}
