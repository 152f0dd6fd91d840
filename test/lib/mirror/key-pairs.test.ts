import { describe, expect, it } from 'vitest';
import { RequestFailedError } from '../../../lib/azure/errors.ts';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { EntryProperties } from '../../../lib/files/entry.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import { KeyPairs } from '../../../lib/mirror/key-pairs.ts';
import { entry } from '../../support/entries.ts';

const KEYS = ['source-0', 'source-1', 'source-2'];
const SOURCE = KEYS.map((permissionKey, file) => entry(`${file}`, { permissionKey }));

/** A target share whose files have the keys `target-0`, `target-1` and so on. */
function targetThat(
  fails: (path: string) => unknown = () => undefined,
): ShareReader & { readonly asked: string[] } {
  const asked: string[] = [];
  const file = async (path: string): Promise<EntryProperties> => {
    asked.push(path);
    const error = fails(path);
    if (error !== undefined) throw error;
    return {
      entry: entry(path, { permissionKey: `target-${path}` }),
      contentType: undefined,
      contentMd5: undefined,
      contentEncoding: undefined,
      contentLanguage: undefined,
      cacheControl: undefined,
      contentDisposition: undefined,
      metadata: {},
      copy: undefined,
    };
  };
  return { ...emptyShareReader('target'), file, asked };
}

const pairs = (...numbers: number[]) =>
  numbers.map((number) => ({ source: `source-${number}`, target: `target-${number}` }));

describe('the permission keys that a mirror has met', () => {
  it('are asked for only where it has not told of them', async () => {
    const keys = new KeyPairs({ isWhole: true });
    const target = targetThat();
    keys.met('', SOURCE);
    keys.pair('source-1', 'target-1');
    keys.pair('of no entry', 'target-1');
    expect(await keys.settle(target, [])).toEqual({ whole: true, keys: pairs(0, 1, 2) });
    expect(target.asked.sort()).toEqual(['0', '2']);
  });

  it('are not all where one is not known, is of an entry that failed, or is one too many', async () => {
    const refused = new RequestFailedError({
      operation: 'GetFileProperties',
      account: 'a',
      status: 403,
      code: 'X',
    });
    const settle = async (limit: number, failed: string[], target = targetThat()) => {
      const keys = new KeyPairs({ isWhole: true, limit });
      keys.met('', SOURCE);
      return keys.settle(target, failed);
    };
    expect(await settle(3, [])).toMatchObject({ whole: true });
    expect(
      await settle(
        3,
        [],
        targetThat((path) => (path === '1' ? refused : undefined)),
      ),
    ).toEqual({
      whole: false,
      keys: pairs(0, 2),
    });
    expect(await settle(3, ['2'])).toEqual({ whole: false, keys: pairs(0, 1) });
    expect(await settle(2, [])).toEqual({ whole: false, keys: pairs(0, 1) });
  });

  it('fail by what is no refusal of the service', async () => {
    const keys = new KeyPairs({ isWhole: true });
    keys.met('', SOURCE);
    const target = targetThat(() => new TypeError('a fault'));
    await expect(keys.settle(target, [])).rejects.toThrow('a fault');
  });
});
