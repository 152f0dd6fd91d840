/** An object type whose members that may be undefined are optional instead. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without members that are undefined: what a request did not give is absent, not undefined. */
export function given<T extends object>(options: T): Given<T>;
export function given(options: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in options) {
    if (options[name] !== undefined) result[name] = options[name];
  }
  return result;
}
