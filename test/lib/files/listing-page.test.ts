import fc from 'fast-check';
import { XMLBuilder } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parseListingPage } from '../../../lib/files/listing-page.ts';

const TIME = '2026-11-21T05:30:00.1234567Z';
const MODIFIED = 'Sat, 21 Nov 2026 05:30:00 GMT';

function page(entries: string, marker = '<NextMarker />'): string {
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://a.file.core.windows.net/" ShareName="s" DirectoryPath=""><MaxResults>5000</MaxResults><DirectoryId>0</DirectoryId><Entries>${entries}</Entries>${marker}</EnumerationResults>`;
}

function file(name: string, encoded = ''): string {
  return `<File><Name${encoded}>${name}</Name><FileId>138</FileId><Properties><Content-Length>4398046511104</Content-Length><CreationTime>${TIME}</CreationTime><LastAccessTime>${TIME}</LastAccessTime><LastWriteTime>2026-11-21T05:30:00Z</LastWriteTime><ChangeTime>${TIME}</ChangeTime><Last-Modified>${MODIFIED}</Last-Modified><Etag>"0x8D"</Etag></Properties><Attributes>ReadOnly | Archive</Attributes><PermissionKey>1*2</PermissionKey></File>`;
}

function directory(name: string): string {
  return `<Directory><Name>${name}</Name><FileId>139</FileId><Properties><CreationTime>${TIME}</CreationTime><LastAccessTime>${TIME}</LastAccessTime><LastWriteTime>${TIME}</LastWriteTime><ChangeTime>${TIME}</ChangeTime><Last-Modified>${MODIFIED}</Last-Modified><Etag>"0x8D"</Etag></Properties><Attributes>Directory</Attributes><PermissionKey>1*3</PermissionKey></Directory>`;
}

describe('parseListingPage', () => {
  it('reads files and directories as they are, times to 100 ns and sizes to 4 TiB', () => {
    const { entries, nextMarker } = parseListingPage(page(directory('d') + file('a.txt')));
    expect(nextMarker).toBeUndefined();
    expect(entries).toMatchObject([
      { name: 'd', kind: 'directory', size: 0, attributes: '', permissionKey: '1*3' },
      {
        name: 'a.txt',
        kind: 'file',
        fileId: '138',
        size: 4398046511104,
        creationTime: TIME,
        lastWriteTime: '2026-11-21T05:30:00.0000000Z',
        attributes: 'Archive|ReadOnly',
        permissionKey: '1*2',
        lastModified: Date.parse(MODIFIED),
        etag: '0x8D',
      },
    ]);
  });

  it('reads an empty directory and a marker', () => {
    expect(parseListingPage(page('', '<NextMarker>1!8!YS0-</NextMarker>'))).toEqual({
      entries: [],
      nextMarker: '1!8!YS0-',
    });
    const empty = '<EnumerationResults><Entries /><NextMarker /></EnumerationResults>';
    expect(parseListingPage(empty)).toEqual({ entries: [], nextMarker: undefined });
  });

  it('decodes names that XML cannot hold', () => {
    expect(parseListingPage(page(file('a%EF%BF%BEb%25', ' Encoded="true"'))).entries[0]?.name).toBe(
      'a\uFFFEb%',
    );
  });

  it('decodes character references', () => {
    const { entries } = parseListingPage(page(file('R&amp;D &#x26; &#38; &quot;x&quot;')));
    expect(entries[0]?.name).toBe('R&D & & "x"');
  });

  it('reads back any name that an XML writer writes', () => {
    const builder = new XMLBuilder({ processEntities: true });
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '&', '<', '>', ' ', "'", 'é', '漢', '😀', ']', ';', '#', '.'),
          minLength: 1,
        }),
        (name) => {
          const written = String(builder.build({ Name: name })).replace(/^<Name>|<\/Name>$/g, '');
          expect(parseListingPage(page(file(written))).entries[0]?.name).toBe(name);
        },
      ),
    );
  });

  it('refuses a page that broke off anywhere, as it would look like a short directory', () => {
    const whole = page(directory('d') + file('a') + file('b'));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => parseListingPage(whole.slice(0, length))).toThrow();
    }
  });

  it.each(['FileId', 'LastWriteTime', 'ChangeTime', 'Content-Length'])(
    'refuses an entry without its %s',
    (name) => {
      const damaged = page(file('a')).replace(new RegExp(`<${name}>[^<]*</${name}>`), '');
      expect(() => parseListingPage(damaged)).toThrow(`<${name}>`);
    },
  );
});
