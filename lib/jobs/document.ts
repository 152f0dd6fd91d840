import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { ConfigurationProblem } from './configuration-error.ts';
import { mayBeSecret, quoteName } from './found.ts';

export type DocumentPath = readonly (string | number)[];

/** A JSON document with comments, whose values are known with their places in the text. */
export interface ConfigurationDocument {
  readonly value: unknown;
  /** Line and column, from 1, of a setting's name; of the nearest object around it when it is missing. */
  placeOf(path: DocumentPath): { readonly line: number; readonly column: number };
  /** Names that stand twice in one object. */
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads JSON that may hold comments and trailing commas, or lists everything that is wrong with its syntax. */
export function parseDocument(
  text: string,
): { readonly document: ConfigurationDocument } | { readonly problems: readonly ConfigurationProblem[] } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) {
    const perOffset = errors.filter((error, index) => errors[index - 1]?.offset !== error.offset);
    return { problems: perOffset.map((error) => syntaxProblem(text, error)) };
  }
  const problems = nameProblems(text, root, []);
  const placeOf = (path: DocumentPath) => placeAt(text, nodeOf(root, path).offset);
  return { document: { value: getNodeValue(root), placeOf, problems } };
}

const EXPECTED: Partial<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  CloseBraceExpected: 'a comma or a closing brace',
  CloseBracketExpected: 'a comma or a closing bracket',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  EndOfFileExpected: 'the end of the file',
  InvalidNumberFormat: 'a number',
  InvalidSymbol: 'a value in JSON notation',
  PropertyNameExpected: 'a name in double quotes',
  UnexpectedEndOfComment: 'the end of a comment',
  UnexpectedEndOfNumber: 'a digit',
  UnexpectedEndOfString: 'a double quote at the end of the text',
  ValueExpected: 'a value',
};

function syntaxProblem(text: string, { error, offset, length }: ParseError): ConfigurationProblem {
  const expected = EXPECTED[printParseErrorCode(error as ParseErrorCode)] ?? 'text in JSON notation';
  return {
    path: '',
    ...placeAt(text, offset),
    expected,
    found: describeToken(text.slice(offset, offset + length)),
  };
}

/** A token in the wrong place may be a secret or, without its quotes, a piece of one; so only words are shown. */
function describeToken(token: string): string {
  if (token.trim() === '') return 'the end of the text';
  if (/^(?:[a-z]{1,9}|[^"])$/i.test(token)) return token;
  return token.startsWith('"') ? 'a string' : `a word of ${token.length} characters`;
}

/** JSON lets the last of two equal names win; in a configuration one of the two is a mistake. */
function nameProblems(text: string, node: Node, path: DocumentPath): ConfigurationProblem[] {
  const children = node.children ?? [];
  if (node.type === 'array')
    return children.flatMap((item, index) => nameProblems(text, item, [...path, index]));
  const names = new Set<string>();
  return children.flatMap((property) => {
    const [nameNode, valueNode] = property.children ?? [];
    if (nameNode === undefined || valueNode === undefined) return [];
    const name: string = nameNode.value;
    const problems = nameProblems(text, valueNode, [...path, name]);
    const isUnusable = name === '__proto__';
    if (!names.has(name) && !isUnusable) {
      names.add(name);
      return problems;
    }
    const found = isUnusable ? 'one that is reserved' : `${quoteName(name)} a second time`;
    return [
      { path: formatPath(path), ...placeAt(text, nameNode.offset), expected: 'different names', found },
      ...problems,
    ];
  });
}

/** `jobs.finance.retention`, with brackets where a name has other characters than a word's. */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`;
    if (!/^[\w$-]+$/.test(part) || mayBeSecret(part)) return `${before}[${quoteName(part)}]`;
    return before === '' ? part : `${before}.${part}`;
  }, '');
}

function nodeOf(root: Node, path: DocumentPath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent : node;
  }
  return root;
}

function placeAt(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
