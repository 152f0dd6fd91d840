/** One mistake in a configuration. None of its texts ever holds a secret. */
export interface ConfigurationProblem {
  /** Where it is, such as `jobs.finance.retention.last`; empty when it is the file as a whole. */
  readonly path: string;
  /** Counted from 1; absent when the file could not be read. */
  readonly line?: number;
  readonly column?: number;
  readonly expected: string;
  readonly found: string;
}

/** Thrown with every mistake of a configuration at once, in the order of the file. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly fileName: string;
  readonly problems: readonly ConfigurationProblem[];

  constructor(fileName: string, problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
    super(
      `${fileName} has ${count}:\n${problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')}`,
    );
    this.fileName = fileName;
    this.problems = problems;
  }
}

/** One line for people: `jobs.finance.retention.last (line 12): expected …, found …`. */
export function describeProblem({ path, line, column, expected, found }: ConfigurationProblem): string {
  return `${describePlace(path, line, column)}expected ${expected}, found ${found}`;
}

function describePlace(path: string, line: number | undefined, column: number | undefined): string {
  if (path !== '') return line === undefined ? `${path}: ` : `${path} (line ${line}): `;
  return line === undefined ? '' : `line ${line}, column ${column ?? 1}: `;
}
