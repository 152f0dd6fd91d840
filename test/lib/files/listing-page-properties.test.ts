import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../lib/files/entry.ts';
import { parseListingPage } from '../../../lib/files/listing-page.ts';

/** How the elements of a page are laid out, drawn anew at every place. */
interface Layout {
  readonly shuffled: (parts: readonly string[]) => string;
  readonly encoded: () => boolean;
}

const digit = (radix: number) => fc.nat(radix - 1).map((value) => value.toString(radix).toUpperCase());
const digits = (count: number, radix = 10) =>
  fc.array(digit(radix), { minLength: count, maxLength: count }).map((all) => all.join(''));
const time = fc
  .tuple(fc.date({ min: new Date(0), max: new Date('2199-01-01'), noInvalidDate: true }), digits(7))
  .map(([date, fraction]) => `${date.toISOString().slice(0, 19)}.${fraction}Z`);
const name = fc.string({
  unit: fc.constantFrom(...'aZ09-_.,;#%&\'"<>()[]{} ÅéßЯ漢'.split(''), '😀', '\u2028', '&amp;', ']]>'),
  minLength: 1,
  maxLength: 40,
});
const attributes = fc
  .subarray(['Archive', 'Hidden', 'NotContentIndexed', 'ReadOnly'])
  .map((names) => names.join('|'));

const entryOf = (kind: Entry['kind']): fc.Arbitrary<Entry> =>
  fc.record({
    name,
    kind: fc.constant(kind),
    fileId: digits(19),
    size: kind === 'file' ? fc.maxSafeNat() : fc.constant(0),
    creationTime: time,
    lastWriteTime: time,
    changeTime: time,
    attributes,
    permissionKey: digits(20).map((id) => `${id}*7`),
    lastModified: fc.nat(2 ** 31).map((second) => second * 1000),
    etag: digits(15, 16).map((value) => `0x${value}`),
  });

const pages = fc
  .tuple(
    fc.array(fc.oneof(entryOf('file'), entryOf('directory')), { maxLength: 8 }),
    fc.option(digits(14), { nil: undefined }),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 200 }),
  )
  .map(([entries, nextMarker, choices]) => ({
    entries,
    nextMarker,
    xml: write(entries, nextMarker, layoutOf(choices)),
  }));

describe('parseListingPage', () => {
  it('reads what was written, in whatever order, with unknown elements and white space between', () => {
    fc.assert(
      fc.property(pages, ({ entries, nextMarker, xml }) => {
        expect(parseListingPage(xml)).toEqual({ entries, nextMarker });
        expect(parseListingPage(Buffer.from(xml))).toEqual({ entries, nextMarker });
      }),
      { numRuns: 300 },
    );
  });

  it('refuses every beginning of a page', () => {
    fc.assert(
      fc.property(pages, ({ xml }) => {
        const bytes = Buffer.from(xml.trimEnd());
        for (let length = 0; length < bytes.length; length += 1) {
          expect(() => parseListingPage(bytes.subarray(0, length))).toThrow();
        }
      }),
      { numRuns: 8 },
    );
  });

  it('never reads fewer entries where a piece in the middle is lost and it does not refuse the page', () => {
    const lossy = fc
      .tuple(pages, fc.nat(), fc.nat())
      .filter(([{ entries }]) => entries.length > 1)
      .map(([page, from, length]) => {
        // Less than an entry, for a loss of exactly one entry leaves a page that is whole.
        const at = from % page.xml.length;
        return { ...page, damaged: page.xml.slice(0, at) + page.xml.slice(at + 1 + (length % 60)) };
      });
    fc.assert(
      fc.property(lossy, ({ entries, damaged }) => {
        const read = entriesOrNothing(damaged);
        if (read !== undefined) expect(read).toHaveLength(entries.length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a comment', '<!-- x -->'],
    ['CDATA', '<![CDATA[x]]>'],
    ['text', 'x'],
    ['another kind of entry', '<Link><Name>a</Name></Link>'],
    ['an entry that another one closes', '<File><Name>a</Name></Directory>'],
  ])('refuses %s among the entries', (_, inside) => {
    const page = `<EnumerationResults><Entries>${inside}</Entries><NextMarker /></EnumerationResults>`;
    expect(() => parseListingPage(page)).toThrow();
  });

  it.each([
    ['no list of entries', '<NextMarker />', 'has no <Entries>'],
    ['no marker, as nothing tells whether more is to come', '<Entries />', 'has no <NextMarker>'],
    ['two lists of entries', '<Entries /><Entries /><NextMarker />', 'two <Entries>'],
    [
      'an attribute that swallowed what came up to the next one',
      '<Entries><File><New a="></New><Name>a</Name></File><File><New a=">"></New><Name>b</Name></File></Entries><NextMarker />',
      'was not expected',
    ],
  ])('refuses a page with %s', (_, inside, message) => {
    expect(() => parseListingPage(`<EnumerationResults>${inside}</EnumerationResults>`)).toThrow(message);
  });

  it.each([
    ['a size that is no number', '<Content-Length>0</Content-Length>', '<Content-Length>-1</Content-Length>'],
    ['a date that is none', 'Sat, 21 Nov 2026 05:30:00 GMT', 'Sat, 21 Xyz 2026 05:30:00 GMT'],
    ['two names', '<Name>a</Name>', '<Name>a</Name><Name>b</Name>'],
    ['a reference that stands for nothing', '<Name>a</Name>', '<Name>&constructor;</Name>'],
    ['an ampersand that begins none', '<Name>a</Name>', '<Name>a&b</Name>'],
  ])('refuses an entry with %s', (_, whole, damaged) => {
    const entry: Entry = {
      name: 'a',
      kind: 'file',
      fileId: '1',
      size: 0,
      creationTime: '2026-11-21T05:30:00.0000000Z',
      lastWriteTime: '2026-11-21T05:30:00.0000000Z',
      changeTime: '2026-11-21T05:30:00.0000000Z',
      attributes: '',
      permissionKey: '1*1',
      lastModified: Date.parse('2026-11-21T05:30:00Z'),
      etag: '0x1',
    };
    const page = write([entry], undefined, { shuffled: (parts) => parts.join(''), encoded: () => false });
    expect(parseListingPage(page).entries).toEqual([entry]);
    expect(page).toContain(whole);
    expect(() => parseListingPage(page.replace(whole, damaged))).toThrow();
  });

  it('refuses bytes that are no UTF-8', () => {
    const page = '<EnumerationResults><Entries /><NextMarker>a\u00e9</NextMarker></EnumerationResults>';
    expect(parseListingPage(Buffer.from(page)).nextMarker).toBe('aé');
    expect(() => parseListingPage(Buffer.from(page, 'latin1'))).toThrow('UTF-8');
  });
});

function entriesOrNothing(xml: string): readonly Entry[] | undefined {
  try {
    return parseListingPage(xml).entries;
  } catch {
    return undefined;
  }
}

/** Takes every decision about the layout from `choices`, round and round. */
function layoutOf(choices: readonly number[]): Layout {
  let at = 0;
  const choose = (below: number) => (choices[at++ % choices.length] ?? 0) % below;
  const unknown = ['', '', '', '<Fresh />', '<Fresh a="&gt;>"><Name>no</Name><b/>text</Fresh>'];
  const space = ['', '', ' ', '\r\n\t'];
  return {
    encoded: () => choose(4) === 0,
    shuffled: (parts) => {
      const rest = [...parts];
      let text = '';
      while (rest.length > 0) {
        const [part] = rest.splice(choose(rest.length), 1);
        text += (space[choose(space.length)] ?? '') + (unknown[choose(unknown.length)] ?? '') + part;
      }
      return text + (space[choose(space.length)] ?? '');
    },
  };
}

function write(entries: readonly Entry[], nextMarker: string | undefined, layout: Layout): string {
  // What is unknown is no entry, so the entries themselves are only put one after another.
  const list =
    entries.length === 0
      ? '<Entries/>'
      : `<Entries>${entries.map((each) => writeEntry(each, layout)).join('')}</Entries>`;
  const marker = nextMarker === undefined ? '<NextMarker />' : `<NextMarker>${nextMarker}</NextMarker>`;
  const parts = [list, marker, '<MaxResults>5000</MaxResults>', '<DirectoryId>0</DirectoryId>'];
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://a/" DirectoryPath="a>b">${layout.shuffled(parts)}</EnumerationResults>`;
}

function writeEntry(entry: Entry, { shuffled, encoded }: Layout): string {
  const tag = entry.kind === 'file' ? 'File' : 'Directory';
  const properties = [
    ...(entry.kind === 'file' ? [element('Content-Length', String(entry.size))] : []),
    element('CreationTime', entry.creationTime),
    element('LastAccessTime', entry.creationTime),
    element('LastWriteTime', entry.lastWriteTime),
    element('ChangeTime', entry.changeTime),
    element('Last-Modified', new Date(entry.lastModified).toUTCString()),
    element('Etag', `"${entry.etag}"`),
  ];
  const parts = [
    encoded()
      ? `<Name Encoded="true">${escaped(encodeURIComponent(entry.name))}</Name>`
      : element('Name', entry.name),
    element('FileId', entry.fileId),
    `<Properties>${shuffled(properties)}</Properties>`,
    element('Attributes', entry.attributes.replaceAll('|', ' | ')),
    element('PermissionKey', entry.permissionKey),
  ];
  return `<${tag}>${shuffled(parts)}</${tag}>`;
}

function element(tag: string, text: string): string {
  return text === '' ? `<${tag} />` : `<${tag}>${escaped(text)}</${tag}>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
