import { z } from 'zod';
import { closestName } from './closest-name.ts';
import type { DocumentPath } from './document.ts';
import { describeFound, quoteName } from './found.ts';
import { knownSettings, literalTexts, schemaAt } from './schema-settings.ts';

/** A mistake whose place is still a path, before it is looked up in the text. */
export interface PathProblem {
  readonly path: DocumentPath;
  readonly expected: string;
  readonly found: string;
}

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/**
 * The mistakes that a schema finds in a value, each with what was found in place of what was expected.
 * @param base where the value stands in the document
 */
export function schemaProblems(schema: Schema, value: unknown, base: DocumentPath = []): PathProblem[] {
  const result = z.core.safeParse(schema, value);
  return result.success
    ? []
    : result.error.issues.flatMap((issue) => problemsOf(issue, { schema, value, base }));
}

/** What an issue's path starts from. */
interface Origin {
  readonly schema: Schema;
  readonly value: unknown;
  readonly base: DocumentPath;
}

function problemsOf(issue: Issue, origin: Origin): PathProblem[] {
  const below = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...origin.base, ...below];
  const schema = schemaAt(origin.schema, below);
  const value = valueAt(origin.value, below);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        expected: issue.message,
        found: `the unknown setting ${withSuggestion(key, knownSettings(schema))}`,
      }));
    case 'invalid_key':
      // A value under a wrong name is checked, too, so that nothing comes up only after the name is mended.
      return [
        { path, expected: issue.issues[0]?.message ?? issue.message, found: quoteName(String(below.at(-1))) },
        ...(schema === undefined ? [] : schemaProblems(schema, value, path)),
      ];
    case 'invalid_union': {
      const option = meantOption(issue.errors, value);
      if (option !== undefined && schema !== undefined) {
        return option.flatMap((inner) => problemsOf(inner, { schema, value, base: path }));
      }
      return [{ path, expected: issue.message, found: describeUnionValue(value, schema, path) }];
    }
    default: {
      const told = issue.code === 'custom' ? issue.params?.found : undefined;
      const found = typeof told === 'string' ? told : describeFound(value, isSecretPlace(path));
      return [{ path, expected: issue.message, found }];
    }
  }
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, part)?.value
        : undefined,
    value,
  );
}

/** Whatever stands under "accounts" or in a job's "manifest" may be a secret, in its place or in a wrong one. */
function isSecretPlace(path: DocumentPath): boolean {
  return path[0] === 'accounts' || path[2] === 'manifest';
}

/** The option that an object was meant for: the only one of which it has a setting and lacks none. */
function meantOption(options: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const names = Object.keys(value);
  const meant = options.filter((issues) =>
    issues.every((issue) =>
      issue.path.length === 0
        ? issue.code === 'unrecognized_keys' && issue.keys.length < names.length
        : names.includes(String(issue.path[0])),
    ),
  );
  return meant.length === 1 ? meant[0] : undefined;
}

function describeUnionValue(value: unknown, union: Schema | undefined, path: DocumentPath): string {
  if (typeof value === 'string') {
    const meant = closestName(value, literalTexts(union));
    return meant === undefined
      ? describeFound(value, isSecretPlace(path))
      : `"${value}" (did you mean "${meant}"?)`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return describeFound(value, isSecretPlace(path));
  }
  const names = Object.keys(value);
  if (names.length === 0) return 'an empty object';
  return `an object with ${names.map((name) => withSuggestion(name, knownSettings(union))).join(' and ')}`;
}

/** A name, with the known one that it was probably meant to be. */
export function withSuggestion(name: string, known: readonly string[]): string {
  const meant = known.includes(name) ? undefined : closestName(name, known);
  return meant === undefined ? quoteName(name) : `${quoteName(name)} (did you mean "${meant}"?)`;
}
