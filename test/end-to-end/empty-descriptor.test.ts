import { expect, it } from 'vitest';
import { emptyShareReader } from '../../lib/files/empty-share-reader.ts';
import { PermissionMap } from '../../lib/mirror/permission-map.ts';

it('a source that names no security descriptor does not differ from a target for ever', async () => {
  const source = emptyShareReader('source');
  const target = { ...emptyShareReader('target'), permission: async () => 'O:SYG:SYD:' };
  const permissions = new PermissionMap(source, target);
  // Nothing can be copied, so the mirror leaves the target's descriptor as it is ...
  expect(await permissions.targetKey('key of the root')).toBeUndefined();
  // ... and no verification may count that as a difference.
  expect(await permissions.equal('key of the root', 'a target key')).toBe(true);
});
