import { z } from 'zod';

type Schema = z.core.$ZodType;

/** The schema that applies at a path below `schema`; undefined where none does. */
export function schemaAt(schema: Schema, path: readonly (string | number)[]): Schema | undefined {
  let current: Schema | undefined = schema;
  for (const name of path) current = current === undefined ? undefined : schemaOf(current, String(name));
  return current === undefined ? undefined : unwrapped(current);
}

/** The names of the settings that an object, or one of a union's objects, may have. */
export function knownSettings(schema: Schema | undefined): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(knownSettings);
  return [];
}

/** The texts that a union takes as they are. */
export function literalTexts(schema: Schema | undefined): readonly string[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(literalTexts);
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}

function schemaOf(schema: Schema, name: string): Schema | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodRecord) return inner.valueType;
  if (inner instanceof z.ZodArray) return inner.element;
  if (inner instanceof z.ZodObject) return Object.hasOwn(inner.shape, name) ? inner.shape[name] : undefined;
  if (inner instanceof z.ZodUnion) {
    const option = inner.options.find((candidate) => knownSettings(candidate).includes(name));
    return option === undefined ? undefined : schemaOf(option, name);
  }
  return undefined;
}

function unwrapped(schema: Schema): Schema {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}
