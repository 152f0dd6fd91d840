import { z } from 'zod';
import type { PriceTable } from '../report/billing.ts';
import { ConfigurationError } from './configuration-error.ts';
import { parseDocument } from './document.ts';
import { placed, readText } from './load.ts';
import { settings, text } from './schema-parts.ts';
import { schemaProblems } from './schema-problems.ts';

const PRICE = 'a price, a number from 0';
const price = z.number({ error: PRICE }).min(0, { error: PRICE });

const side = settings(
  { Write: price, List: price, Read: price, Other: price, Delete: price },
  'Prices of 10,000 transactions.',
);

const schema = settings(
  {
    currency: text(
      'a currency of three capital letters such as "EUR"',
      (value) => !/^[A-Z]{3}$/.test(value),
      'Currency of all prices, ISO 4217.',
    ),
    about: text(
      'where and when the prices were read',
      (value) => value.trim() === '',
      'Where and when the prices were read; shown with every estimate.',
    ),
    source: side,
    target: side,
    dataTransferPerGiB: price.default(0),
  },
  'Prices of the accounts of a job.',
);

/**
 * Reads a price table (docs/cost.md), JSON with comments.
 * @throws {ConfigurationError} with every mistake at once, or because the file cannot be read
 */
export async function loadPriceTable(fileName: string): Promise<PriceTable> {
  return parsePriceTable(await readText(fileName), fileName);
}

export function parsePriceTable(content: string, fileName: string): PriceTable {
  const parsed = parseDocument(content);
  if ('problems' in parsed) throw new ConfigurationError(fileName, parsed.problems);
  const { document } = parsed;
  const problems = [...document.problems, ...placed(document, schemaProblems(schema, document.value))];
  if (problems.length > 0) throw new ConfigurationError(fileName, problems);
  return schema.parse(document.value);
}
