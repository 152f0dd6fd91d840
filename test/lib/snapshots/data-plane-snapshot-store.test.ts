import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { accountCredential } from '../../../lib/azure/credentials.ts';
import { StorageAccount } from '../../../lib/azure/storage-account.ts';
import { DataPlaneSnapshotStore } from '../../../lib/snapshots/data-plane-snapshot-store.ts';
import { ensureSnapshot } from '../../../lib/snapshots/ensure-snapshot.ts';
import { type SnapshotTags, tagsOf, tagsToMetadata } from '../../../lib/snapshots/tags.ts';

const TAGS: SnapshotTags = {
  job: 'finance',
  run: '20261121T053000Z-7f3a',
  role: 'source',
  counterpart: 'dracct/finance-copy',
  version: '1',
};

let server: Server | undefined;

afterEach(
  () => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))),
);

/** A store whose service answers as a test says. */
async function storeAnswering(
  answer: (request: IncomingMessage, url: URL, response: ServerResponse) => string,
): Promise<DataPlaneSnapshotStore> {
  const answering = createServer((request, response) => {
    response.setHeader('connection', 'close');
    const body = answer(request, new URL(request.url ?? '', 'http://127.0.0.1'), response);
    response.end(body);
  });
  server = answering;
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
  const address = answering.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const account = new StorageAccount({
    endpoint: `http://127.0.0.1:${address.port}/prodacct`,
    credential: accountCredential(
      { kind: 'account-key', key: Buffer.from('key').toString('base64') },
      'prodacct',
    ),
    retries: 0,
    concurrency: 4,
    retryDelayMs: 1,
    timeoutMs: 10_000,
  });
  return new DataPlaneSnapshotStore(account, 'finance');
}

function page(shares: readonly string[], nextMarker = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Shares>${shares.join('')}</Shares><NextMarker>${nextMarker}</NextMarker></EnumerationResults>`;
}

function shareElement(
  name: string,
  snapshot: string,
  metadata: Readonly<Record<string, string>>,
  rest = '',
): string {
  const values = Object.entries(metadata).map(([key, value]) => `<${key}>${value}</${key}>`);
  return `<Share><Name>${name}</Name><Snapshot>${snapshot}</Snapshot>${rest}<Properties><LeaseStatus>unlocked</LeaseStatus></Properties><Metadata>${values.join('')}</Metadata></Share>`;
}

const idOf = (tick: number) => `2026-11-21T05:30:00.${String(tick).padStart(7, '0')}Z`;

it('takes a snapshot whose id it was not told for one whose answer was lost, and never for the live share', async () => {
  let made = 0;
  const store = await storeAnswering((request, _, response) => {
    if (request.method === 'GET') {
      return page(made === 0 ? [] : [shareElement('finance', idOf(1), tagsToMetadata(TAGS))]);
    }
    made += 1;
    response.statusCode = 201;
    return '';
  });
  await expect(store.create({ a: '1' })).rejects.toMatchObject({ code: 'IncompleteAnswer', status: 0 });
  made = 0;
  expect(await ensureSnapshot(store, TAGS, { retries: 1, retryDelayMs: 0 })).toBe(idOf(1));
  expect(made).toBe(1);
});

it('finds its snapshots on all pages, among shares of names that begin alike and deleted ones', async () => {
  const own = tagsToMetadata(TAGS);
  const shouted = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toUpperCase(), value]));
  const store = await storeAnswering((_, url) => {
    const marker = Number(url.searchParams.get('marker') ?? '0');
    expect(url.searchParams.get('prefix')).toBe('finance');
    if (marker === 0) return page([shareElement('finance', idOf(3), shouted)], '1');
    if (marker < 5) return page([shareElement(`finance-${marker}`, idOf(marker), own)], String(marker + 1));
    return page([
      shareElement('finance', idOf(2), own, '<Deleted>true</Deleted><Version>1</Version>'),
      shareElement('finance', idOf(1), { AzureBackupProtected: 'true' }),
      '<Share><Name>finance</Name><Properties/><Metadata/></Share>',
    ]);
  });
  const found = await store.list();
  expect(found.map(({ id }) => id)).toEqual([idOf(1), idOf(3)]);
  expect(found.map((snapshot) => tagsOf(snapshot)?.run)).toEqual([undefined, TAGS.run]);
});
