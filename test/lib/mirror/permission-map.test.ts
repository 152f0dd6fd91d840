import { describe, expect, it } from 'vitest';
import { emptyShareReader } from '../../../lib/files/empty-share-reader.ts';
import type { ShareReader } from '../../../lib/files/share-reader.ts';
import type { ShareWriter } from '../../../lib/files/share-writer.ts';
import { PermissionMap } from '../../../lib/mirror/permission-map.ts';

/** A share whose keys name the descriptor after their first letter; counts what it was asked. */
function shareOf(asked: string[]): ShareReader {
  const permission = async (key: string) => {
    asked.push(key);
    return key.slice(1);
  };
  return { ...emptyShareReader('s'), permission };
}

function writerOf(created: string[]): ShareWriter {
  const createPermission = async (descriptor: string) => {
    created.push(descriptor);
    return `key of ${descriptor}`;
  };
  return { createPermission } as Partial<ShareWriter> as ShareWriter;
}

describe('PermissionMap', () => {
  it('compares descriptors and not keys, and asks for each once however often and at once', async () => {
    const asked: string[] = [];
    const map = new PermissionMap(shareOf(asked), shareOf(asked));
    const compared = Array.from({ length: 50 }, () => [map.equal('1A', '2A'), map.equal('1A', '2B')]);
    expect(new Set(await Promise.all(compared.map((pair) => pair[0])))).toEqual(new Set([true]));
    expect(new Set(await Promise.all(compared.map((pair) => pair[1])))).toEqual(new Set([false]));
    expect(asked.sort()).toEqual(['1A', '2A', '2B']);
  });

  it('creates a descriptor once on the target, under however many keys the source knows it', async () => {
    const created: string[] = [];
    const map = new PermissionMap(shareOf([]), shareOf([]), writerOf(created));
    const keys = await Promise.all(['1A', '2A', '1A', '3B'].map((key) => map.targetKey(key)));
    expect(keys).toEqual(['key of A', 'key of A', 'key of A', 'key of B']);
    expect(created).toEqual(['A', 'B']);
  });

  it('has no key for an empty descriptor, and finds no difference in one', async () => {
    const map = new PermissionMap(shareOf([]), shareOf([]), writerOf([]));
    expect(await map.targetKey('')).toBeUndefined();
    expect(await map.equal('', '2B')).toBe(true);
  });
});
