import { z } from 'zod';
import { isRequestOperation, type RequestOperation } from './request-operation.ts';

const operationName = z.string().refine(isRequestOperation, 'is not the name of an operation');

const matchSchema = z.strictObject({
  account: z.string().optional(),
  share: z.string().optional(),
  operation: z.union([operationName, z.array(operationName)]).optional(),
  /** Source of a regular expression that is tried on the path below the share, joined by slashes. */
  path: z.string().refine(isRegularExpression, 'is not a regular expression').optional(),
  method: z.string().optional(),
  /** Whether the request reads a snapshot (true or false), or which. */
  snapshot: z.union([z.boolean(), z.string()]).optional(),
});

const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string().optional(),
    retryAfter: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('cut-before') }),
  z.strictObject({ kind: z.literal('cut-after') }),
  z.strictObject({ kind: z.literal('truncate-body'), bytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('hang-before') }),
  z.strictObject({ kind: z.literal('hang-after') }),
]);

/** A fault as it is asked for: which requests, from the how manieth on, how often, and what happens to them. */
export const faultSchema = z.strictObject({
  match: matchSchema.default({}),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  action: actionSchema,
});

/** What happens to a matching request. */
export type FaultAction = z.output<typeof actionSchema>;

/** A fault to plant; `skip` is 0 and `times` is 1 unless told. */
export type FaultSpec = z.input<typeof faultSchema>;

/** A planted fault: `matched` requests fitted it so far, of which it `fired` on some. */
export type Fault = z.output<typeof faultSchema> & {
  readonly id: string;
  readonly matched: number;
  readonly fired: number;
};

/** What a fault is matched against. */
export type FaultSubject = {
  readonly account: string;
  readonly share: string;
  readonly operation: RequestOperation;
  readonly path: string;
  readonly method: string;
  readonly snapshot: string | undefined;
};

type Planted = {
  spec: z.output<typeof faultSchema>;
  id: string;
  matched: number;
  fired: number;
  path: RegExp | undefined;
};

/** The faults planted in an emulator. */
export class Faults {
  #planted: Planted[] = [];
  #lastId = 0;

  /** Plants a fault and returns its id; throws a ZodError for one that makes no sense. */
  add(spec: FaultSpec): string {
    const checked = faultSchema.parse(spec);
    const id = String(++this.#lastId);
    const path = checked.match.path === undefined ? undefined : new RegExp(checked.match.path, 'u');
    this.#planted.push({ spec: checked, id, matched: 0, fired: 0, path });
    return id;
  }

  /** All faults, spent ones included. */
  list(): Fault[] {
    return this.#planted.map(({ spec, id, matched, fired }) => ({ ...spec, id, matched, fired }));
  }

  /** Removes one fault, or all; returns whether there was one. */
  remove(id?: string): boolean {
    const before = this.#planted.length;
    this.#planted = id === undefined ? [] : this.#planted.filter((planted) => planted.id !== id);
    return this.#planted.length < before;
  }

  /** The actions that befall this request, in the order planted; each is counted as fired. */
  actionsFor(subject: FaultSubject): FaultAction[] {
    if (this.#planted.length === 0) return NONE;
    const actions: FaultAction[] = [];
    for (const planted of this.#planted) {
      const { spec } = planted;
      if (planted.fired >= spec.times || !matches(planted, subject)) continue;
      planted.matched++;
      if (planted.matched <= spec.skip) continue;
      planted.fired++;
      actions.push(spec.action);
    }
    return actions;
  }
}

const NONE: FaultAction[] = [];

function matches(planted: Planted, subject: FaultSubject): boolean {
  const { account, share, operation, method, snapshot } = planted.spec.match;
  return (
    (account === undefined || account === subject.account) &&
    (share === undefined || share === subject.share) &&
    (operation === undefined ||
      (typeof operation === 'string'
        ? operation === subject.operation
        : operation.includes(subject.operation))) &&
    (method === undefined || method.toUpperCase() === subject.method) &&
    (snapshot === undefined ||
      (typeof snapshot === 'boolean'
        ? snapshot === (subject.snapshot !== undefined)
        : snapshot === subject.snapshot)) &&
    (planted.path === undefined || planted.path.test(subject.path))
  );
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
