import type { ShareClient } from '@azure/storage-file-share';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';
import { createDirectory, createFile, type Share } from '../../../emulator/state/index.ts';
import { accountSas, clientOf } from './sdk-clients.ts';

describe('listing a directory', () => {
  let emulator: Emulator;
  let share: ShareClient;
  let state: Share;

  beforeAll(async () => {
    emulator = await startEmulator();
    share = clientOf(emulator).getShareClient('listed');
    await share.create();
    const found = emulator.state.findAccount('source')?.getShare('listed');
    if (found === undefined) throw new Error('The share is gone.');
    state = found;
    createDirectory(state, ['many']);
    for (let index = 0; index < 25; index++)
      createFile(state, ['many', `f${String(index).padStart(2, '0')}`], { size: index });
    createDirectory(state, ['odd']);
    for (const name of ODD_NAMES) createFile(state, ['odd', name], { size: 1 });
  });
  afterAll(() => emulator.close());

  const ODD_NAMES = [
    'a & b',
    "e'f",
    'größe',
    '日本',
    'dots...',
    ' lead',
    'x\uffffy',
    '100% sure',
    '#hash',
    'a;b=c+d',
  ];

  /** The body of a listing, as text and parsed. */
  async function list(query: string, version = '2026-10-06', headers: Record<string, string> = {}) {
    const response = await fetch(`${share.url}${query}&${accountSas(emulator)}`, {
      headers: { 'x-ms-version': version, ...headers },
    });
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
    const parser = new XMLParser({
      ignoreAttributes: false,
      parseTagValue: false,
      trimValues: false,
    });
    return {
      status: response.status,
      code: response.headers.get('x-ms-error-code'),
      text,
      xml: parser.parse(text.slice(1)),
    };
  }

  it('starts with a byte order mark and tells the directory', async () => {
    const { text, xml } = await list('/many?restype=directory&comp=list&maxresults=1');
    expect(text.startsWith('\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ')).toBe(true);
    const root = xml.EnumerationResults;
    expect(root['@_ServiceEndpoint']).toBe(`${emulator.account('source').endpoint}/`);
    expect(root['@_ShareName']).toBe('listed');
    expect(root['@_DirectoryPath']).toBe('many');
    expect(root.MaxResults).toBe('1');
    expect(root.Entries.File.Properties).toEqual({ 'Content-Length': '0' });
  });

  it('goes page by page through every entry once', async () => {
    const sizes: number[] = [];
    const names: string[] = [];
    for await (const page of share
      .getDirectoryClient('many')
      .listFilesAndDirectories()
      .byPage({ maxPageSize: 10 })) {
      sizes.push(page.segment.fileItems.length);
      names.push(...page.segment.fileItems.map((item) => item.name));
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.length).toBe(25);
  });

  it('includes what is asked for, in the order of the service', async () => {
    const { text } = await list(
      '/many?restype=directory&comp=list&maxresults=1&include=Timestamps,Etag,Attributes,PermissionKey',
    );
    const tags = [...text.matchAll(/<([A-Za-z-]+)[ >]/g)].map((match) => match[1]);
    expect(tags.slice(tags.indexOf('File'))).toEqual([
      'File',
      'Name',
      'FileId',
      'Properties',
      'Content-Length',
      'CreationTime',
      'LastAccessTime',
      'LastWriteTime',
      'ChangeTime',
      'Last-Modified',
      'Etag',
      'Attributes',
      'PermissionKey',
      'NextMarker',
    ]);
    expect(text).toMatch(/<LastWriteTime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z</);
  });

  it('tells ids from version 2020-10-02 on', async () => {
    expect((await list('?restype=directory&comp=list')).text).toContain('<DirectoryId>0</DirectoryId>');
    const old = await list('?restype=directory&comp=list', '2019-12-12');
    expect(old.text).not.toContain('FileId');
    expect(old.text).not.toContain('DirectoryId');
  });

  it('gives back names exactly, also those that XML cannot hold', async () => {
    const names: string[] = [];
    const directory = share.getDirectoryClient('odd');
    for await (const item of directory.listFilesAndDirectories()) names.push(item.name);
    expect(names.sort()).toEqual([...ODD_NAMES].sort());
    const { text } = await list('/odd?restype=directory&comp=list');
    expect(text).toContain('<Name Encoded="true">x%EF%BF%BFy</Name>');
  });

  it('filters by prefix without regard to case, encoded where it must be', async () => {
    const { xml } = await list('/many?restype=directory&comp=list&prefix=F0');
    expect(xml.EnumerationResults.Prefix).toBe('F0');
    expect(xml.EnumerationResults.Entries.File.length).toBe(10);
    const odd = await list('/odd?restype=directory&comp=list&prefix=x%EF%BF%BF');
    expect(odd.text).toContain('<Prefix Encoded="true">x%EF%BF%BF</Prefix>');
  });

  it('reads a snapshot by its id', async () => {
    const { id } = state.createSnapshot();
    createFile(state, ['later'], { size: 0 });
    const { xml, text } = await list(`?restype=directory&comp=list&sharesnapshot=${encodeURIComponent(id)}`);
    expect(xml.EnumerationResults['@_ShareSnapshot']).toBe(id);
    expect(text).not.toContain('later');
  });

  it.each([
    ['maxresults=0', '400 OutOfRangeQueryParameterValue'],
    ['maxresults=x', '400 InvalidQueryParameterValue'],
    ['marker=nonsense', '400 InvalidQueryParameterValue'],
    ['sharesnapshot=yesterday', '400 InvalidQueryParameterValue'],
    ['sharesnapshot=', '400 InvalidQueryParameterValue'],
    ['sharesnapshot=2020-01-01T00%3A00%3A00.0000000Z', '404 ShareSnapshotNotFound'],
  ])('is refused with %s', async (query, expected) => {
    const { status, code } = await list(`?restype=directory&comp=list&${query}`);
    expect(`${status} ${code}`).toBe(expected);
  });

  it('of what is no directory is refused', async () => {
    const missing = await list('/none?restype=directory&comp=list');
    expect(`${missing.status} ${missing.code}`).toBe('404 ResourceNotFound');
    const below = await list('/none/deeper?restype=directory&comp=list');
    expect(`${below.status} ${below.code}`).toBe('404 ParentNotFound');
  });

  it('keeps or drops dots at the ends of names as the header says', async () => {
    const { url } = share;
    const put = (headers: Record<string, string>) =>
      fetch(`${url}/dotted..?restype=directory&${accountSas(emulator)}`, {
        method: 'PUT',
        headers: { 'x-ms-version': '2026-10-06', ...headers },
      });
    expect((await put({})).status).toBe(201);
    expect((await put({})).status).toBe(409);
    expect((await put({ 'x-ms-allow-trailing-dot': 'true' })).status).toBe(201);
    const { text } = await list('?restype=directory&comp=list&prefix=dotted');
    expect(text).toContain('<Name>dotted</Name>');
    expect(text).toContain('<Name>dotted..</Name>');
  });
});
