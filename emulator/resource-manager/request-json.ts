import { z } from 'zod';
import { invalidRequestContent } from './management-errors.ts';
import type { ManagementRequest } from './management-request.ts';

/**
 * The body of a request against a schema; an empty body is an empty object. Throws 400
 * `InvalidRequestContent`.
 */
export function requestJson<T>(request: ManagementRequest, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8').replace(/^\uFEFF/, '') || '{}');
  } catch {
    throw invalidRequestContent('The body is no JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequestContent(z.prettifyError(parsed.error));
  return parsed.data;
}

/** A property that JSON may leave out or have as null, which are the same. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();
}
