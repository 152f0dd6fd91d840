import {
  type CostEstimate,
  type SideTransactions,
  TRANSACTION_CLASSES,
  type Transactions,
} from '../../lib/report/billing.ts';
import type { Plan } from '../../lib/report/plan.ts';
import { changeCounts, describeChange } from './describe-changes.ts';
import { planTree } from './plan-tree.ts';
import { formatTable } from './table.ts';
import { byteCount, count, counted, printable } from './text.ts';

/** Lines of the tree, so that counts and cost stay on the same screen. */
const TREE_LINES = 30;

/** A plan for people: how much of what, where, and what it asks of the two accounts. */
export function describePlan(plan: Plan, allChanges: boolean): readonly string[] {
  return [
    ...describeWork(plan, allChanges),
    ...describeTransactions(plan.transactions),
    describeCost(plan.cost),
  ];
}

function describeWork(plan: Plan, allChanges: boolean): readonly string[] {
  const counts = changeCounts(plan.counts);
  if (counts.length === 0) return ['  The target is equal to the source; a run would change nothing.'];
  const through =
    plan.bytesThroughClient === 0 ? '' : `, ${byteCount(plan.bytesThroughClient)} through this machine`;
  return [
    ...counts.map((text) => `  ${text}`),
    `  ${byteCount(plan.bytes)} to be copied by the service${through}`,
    ...(allChanges ? listChanges(plan) : planTree(plan, TREE_LINES)).map((line) => `    ${line}`),
  ];
}

/** Every change by its whole path, in the order of the paths. */
function listChanges({ changes, more }: Plan): readonly string[] {
  const lines = changes
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((change) => `"${printable(change.path)}"  ${describeChange(change)}`);
  return more === 0 ? lines : [...lines, `and ${counted(more, 'further change')}`];
}

function describeTransactions({ source, target }: SideTransactions): readonly string[] {
  const row = (side: string, counts: Transactions) => [
    side,
    ...TRANSACTION_CLASSES.map((name) => count(counts[name])),
  ];
  const table = formatTable(
    [{ title: 'transactions' }, ...TRANSACTION_CLASSES.map((title) => ({ title, align: 'right' as const }))],
    [row('source', source), row('target', target)],
  );
  return table
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}

function describeCost(cost: CostEstimate | null): string {
  if (cost === null)
    return '  --prices FILE says what they cost, by a price table of your own (docs/cost.md)';
  const { currency, about, source, target, dataTransfer, total } = cost;
  return `  about ${money(total)} ${currency}: ${money(source)} source, ${money(target)} target, ${money(dataTransfer)} data transfer, by ${printable(about)}`;
}

const MONEY = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const SMALL = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2, maximumFractionDigits: 20 });

/** Two digits after the point; of less than a hundredth, two that count. */
function money(amount: number): string {
  return amount === 0 || amount >= 0.01 ? MONEY.format(amount) : SMALL.format(amount);
}
