import { describe, expect, it } from 'vitest';
import { loadPriceTable, parsePriceTable } from '../../../lib/jobs/price-table.ts';

const SIDE = { Write: 1, List: 0.5, Read: 0.1, Other: 0.1, Delete: 0 };
const TABLE = { currency: 'EUR', about: 'price sheet of 2026-11-21, hot, LRS', source: SIDE, target: SIDE };

function parse(table: unknown) {
  return parsePriceTable(JSON.stringify(table), 'prices.json');
}

describe('a price table', () => {
  it('is read as it is written', () => {
    expect(parse(TABLE)).toEqual({ ...TABLE, dataTransferPerGiB: 0 });
    expect(parse({ ...TABLE, dataTransferPerGiB: 0.02 }).dataTransferPerGiB).toBe(0.02);
  });

  it('may hold comments', () => {
    const text = `// mine\n${JSON.stringify(TABLE)}`;
    expect(parsePriceTable(text, 'prices.json').currency).toBe('EUR');
  });

  it.each([
    [
      'a figure that is not filled in',
      { ...TABLE, source: { ...SIDE, Write: null } },
      'source.Write',
      'null',
    ],
    ['a class that is left out', { ...TABLE, target: { Write: 1 } }, 'target.List', 'nothing'],
    ['a negative price', { ...TABLE, dataTransferPerGiB: -1 }, 'dataTransferPerGiB', '-1'],
    ['a currency in words', { ...TABLE, currency: 'euros' }, 'currency', '"euros"'],
    ['figures of unknown origin', { ...TABLE, about: ' ' }, 'about', '" "'],
    ['an unknown setting', { ...TABLE, soruce: SIDE }, 'soruce', 'did you mean "source"'],
  ])('with %s is refused, with its place', (_, table, place, found) => {
    expect(() => parse(table)).toThrow(place);
    expect(() => parse(table)).toThrow(found);
  });

  it('that is not there is refused', async () => {
    await expect(loadPriceTable('/does/not/exist.json')).rejects.toThrow('no such file');
  });
});
