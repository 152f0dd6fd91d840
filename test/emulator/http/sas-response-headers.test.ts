import { FileSASPermissions, ShareSASPermissions } from '@azure/storage-file-share';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

/** Facts of rest/api/storageservices/create-service-sas on headers that a SAS sets in answers. */
describe('response headers that a SAS names', () => {
  const expiresOn = new Date(Date.now() + 3_600_000);
  const named = {
    cacheControl: 'no-cache',
    contentDisposition: 'attachment; filename="a b.txt"',
    contentLanguage: 'de-DE',
    contentType: 'text/css; charset=utf-8',
  };
  const asSent = {
    'cache-control': 'no-cache',
    'content-disposition': 'attachment; filename="a b.txt"',
    'content-language': 'de-DE',
    'content-type': 'text/css; charset=utf-8',
  };
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
    const share = clientOf(emulator).getShareClient('data');
    await share.create();
    const fileHttpHeaders = { fileContentType: 'text/plain', fileCacheControl: 'max-age=5' };
    await share.rootDirectoryClient
      .getFileClient('f')
      .uploadData(Buffer.from('content'), { fileHttpHeaders });
  });
  afterAll(() => emulator.close());

  const file = () => clientOf(emulator).getShareClient('data').rootDirectoryClient.getFileClient('f');

  async function headersOf(url: string, method = 'GET'): Promise<Record<string, string>> {
    const response = await fetch(url, { method });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    return Object.fromEntries(response.headers);
  }

  it('replace those of the file, in answers to GET and HEAD', async () => {
    const permissions = FileSASPermissions.parse('r');
    const url = file().generateSasUrl({ ...named, permissions, expiresOn });
    expect(await headersOf(url)).toMatchObject(asSent);
    expect(await headersOf(url, 'HEAD')).toMatchObject(asSent);
  });

  it('leave the others as they are', async () => {
    const permissions = ShareSASPermissions.parse('r');
    const share = clientOf(emulator).getShareClient('data');
    const url = new URL(share.generateSasUrl({ contentLanguage: 'fr', permissions, expiresOn }));
    url.pathname += '/f';
    expect(await headersOf(url.href)).toMatchObject({
      'cache-control': 'max-age=5',
      'content-language': 'fr',
      'content-type': 'text/plain',
    });
  });

  it('are signed', async () => {
    const permissions = FileSASPermissions.parse('r');
    const url = file().generateSasUrl({ contentType: 'text/css', permissions, expiresOn });
    const response = await fetch(url.replace('text%2Fcss', 'text%2Fhtml'));
    expect(response.status).toBe(403);
  });

  it('are no part of an account SAS', async () => {
    expect(await headersOf(`${file().url}?${accountSas(emulator)}&rsct=text%2Fcss`)).toMatchObject({
      'content-type': 'text/plain',
    });
  });
});
