import type { Scenario } from '../scenario.ts';
import { churn } from './churn.ts';
import { deletions } from './deletions.ts';
import { firstCopy } from './first-copy.ts';
import { hugeFile } from './huge-file.ts';
import { millionFirstCopy, millionUnchanged } from './million.ts';
import { permissions } from './permissions.ts';
import { renamedDirectory } from './renamed-directory.ts';
import { unchanged } from './unchanged.ts';

/** Every scenario, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  unchanged,
  firstCopy,
  churn,
  deletions,
  hugeFile,
  permissions,
  renamedDirectory,
  millionUnchanged,
  millionFirstCopy,
];

/** @throws {Error} when there is no scenario of that name. */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) {
    const names = SCENARIOS.map((candidate) => candidate.name).join(', ');
    throw new Error(`There is no scenario ${name}; there are ${names}.`);
  }
  return scenario;
}
