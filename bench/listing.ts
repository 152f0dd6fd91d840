import { AnonymousCredential, newPipeline, ShareDirectoryClient } from '@azure/storage-file-share';
import { startEmulator } from '../emulator/main.ts';
import { seed } from '../emulator/state/index.ts';
import { parseListingPage } from '../lib/files/listing-page.ts';
import { accountSas } from '../test/support/account-sas.ts';
import type { ListingRates } from './mirror/goals.ts';
import { shownCount } from './mirror/scenario.ts';

const ENTRIES = 5000;
const WARM_UP_MS = 1000;
const MEASURED_MS = 3000;
const ACCOUNT = 'source';
const SHARE = 'big';

/**
 * Entries a second that are made of a full listing page with every detail, which the emulator answered: by this
 * product's parser, and by the SDK's client, which is given the page from memory instead of by HTTP. One core does
 * all of it, garbage collection apart.
 */
export async function measureListing(): Promise<ListingRates> {
  const page = await listingPage();
  const own = await entriesPerSecond(async () => parseListingPage(page).entries.length);
  const client = sdkClientAnswering(page);
  const sdk = await entriesPerSecond(() => listWithSdk(client));
  return { own, sdk };
}

async function listingPage(): Promise<string> {
  const emulator = await startEmulator();
  try {
    seed(emulator.state, { account: ACCOUNT, share: SHARE, seed: 1, files: ENTRIES, depth: 0 });
    const account = emulator.account(ACCOUNT);
    const query = 'restype=directory&comp=list&include=Timestamps,Etag,Attributes,PermissionKey';
    const response = await fetch(`${account.endpoint}/${SHARE}?${query}&${accountSas(account)}`, {
      headers: { 'x-ms-version': '2025-05-05', 'x-ms-file-extended-info': 'true' },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The emulator answered ${response.status}: ${text}`);
    return text;
  } finally {
    await emulator.close();
  }
}

function sdkClientAnswering(page: string): ShareDirectoryClient {
  const pipeline = newPipeline(new AnonymousCredential(), {
    httpClient: {
      sendRequest: async (request) => {
        const headers = request.headers.clone();
        headers.set('content-type', 'application/xml');
        return { request, status: 200, headers, bodyAsText: page };
      },
    },
  });
  return new ShareDirectoryClient(`http://127.0.0.1/${ACCOUNT}/${SHARE}`, pipeline);
}

async function listWithSdk(client: ShareDirectoryClient): Promise<number> {
  const listing = client.listFilesAndDirectories({
    includeTimestamps: true,
    includeEtag: true,
    includeAttributes: true,
    includePermissionKey: true,
    includeExtendedInfo: true,
  });
  let entries = 0;
  for await (const { segment } of listing.byPage()) entries += segment.fileItems.length;
  return entries;
}

async function entriesPerSecond(readPage: () => Promise<number>): Promise<number> {
  await pagesWithin(WARM_UP_MS, readPage);
  return ENTRIES * (await pagesWithin(MEASURED_MS, readPage));
}

/** Pages a second, over at least so many milliseconds. */
async function pagesWithin(milliseconds: number, readPage: () => Promise<number>): Promise<number> {
  const began = performance.now();
  let pages = 0;
  let took = 0;
  while (took < milliseconds) {
    const entries = await readPage();
    if (entries !== ENTRIES) throw new Error(`${entries} of ${ENTRIES} entries were read.`);
    pages += 1;
    took = performance.now() - began;
  }
  return pages / (took / 1000);
}

if (import.meta.main) {
  const { own, sdk } = await measureListing();
  process.stdout.write(
    `parsed on one core: ${shownCount(own)} entries a second (goal 200,000); the SDK ${shownCount(sdk)}\n`,
  );
}
