import { ShareBuilder } from './share-builder.ts';
import { readSystemJson } from './system-files.ts';
import { JOB, type World } from './world.ts';

/**
 * Makes a pair of snapshots of the shares as they are now that is tagged as a recovery point, with a manifest
 * like that of `model`, and with what `alter` makes of it.
 */
export function forgePoint(
  { source, target }: World,
  model: string,
  { id = '20991231T000000Z-0000', alter = (manifest: object): object => manifest } = {},
): string {
  const tags = { sharepair_job: JOB, sharepair_run: id, sharepair_version: '0' };
  const from = source.createSnapshot({
    ...tags,
    sharepair_role: 'source',
    sharepair_counterpart: 'dracct/finance-copy',
  });
  const manifest = readSystemJson(target, `manifests/${model}.json`);
  const forged = { ...manifest, run: id, source: { ...manifest.source, snapshot: from.id } };
  new ShareBuilder(target).file(`.sharepair/manifests/${id}.json`, JSON.stringify(alter(forged)));
  target.createSnapshot({
    ...tags,
    sharepair_role: 'target',
    sharepair_counterpart: 'prodacct/finance',
    sharepair_partner: from.id,
  });
  return id;
}
