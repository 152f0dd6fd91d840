import { shareIdentity } from './endpoint.ts';
import { type PathProblem, withSuggestion } from './schema-problems.ts';

/** What the checks between the parts of a configuration need of a job, as far as it could be read. */
export interface WrittenShares {
  readonly name: string;
  readonly source: ShareReference | undefined;
  readonly target: ShareReference | undefined;
}

export interface ShareReference {
  readonly account: string;
  readonly share: string;
}

/**
 * Accounts that do not exist, jobs whose source is their target, and targets that two jobs share.
 * @param endpoints by account name; undefined for an account whose endpoint is wrong
 */
export function referenceProblems(
  endpoints: ReadonlyMap<string, string | undefined>,
  jobs: readonly WrittenShares[],
): PathProblem[] {
  const identityOf = ({ account, share }: ShareReference) => {
    const endpoint = endpoints.get(account);
    return endpoint === undefined ? undefined : shareIdentity(endpoint, share);
  };
  const ownerOfTarget = new Map<string, string>();
  return jobs.flatMap(({ name, source, target }) => {
    const problems = [
      ...accountProblems(['jobs', name, 'source'], source, endpoints),
      ...accountProblems(['jobs', name, 'target'], target, endpoints),
    ];
    const targetIdentity = target && identityOf(target);
    if (target === undefined || targetIdentity === undefined) return problems;
    const path = ['jobs', name, 'target'];
    const found = `${JSON.stringify(target.share)} in ${JSON.stringify(target.account)}, which`;
    if (source !== undefined && identityOf(source) === targetIdentity) {
      problems.push({ path, expected: 'another share than the source', found: `${found} is the source` });
    }
    const owner = ownerOfTarget.get(targetIdentity);
    if (owner === undefined) {
      ownerOfTarget.set(targetIdentity, name);
    } else {
      const expected = 'a share that no other job has as its target';
      problems.push({ path, expected, found: `${found} is the target of job ${JSON.stringify(owner)}` });
    }
    return problems;
  });
}

function accountProblems(
  path: readonly string[],
  reference: ShareReference | undefined,
  endpoints: ReadonlyMap<string, string | undefined>,
): PathProblem[] {
  if (reference === undefined || endpoints.has(reference.account)) return [];
  const names = [...endpoints.keys()];
  const listed = names.length === 0 ? '' : `: ${names.map((name) => JSON.stringify(name)).join(', ')}`;
  const found = withSuggestion(reference.account, names);
  return [
    { path: [...path, 'account'], expected: `the name of an account under "accounts"${listed}`, found },
  ];
}
