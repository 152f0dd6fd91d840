import fc from 'fast-check';

/** Targets of request lines: paths and absolute URLs that are good, broken, or strange. */
export function urls(): fc.Arbitrary<string> {
  const segment = fc.oneof(
    fc.constantFrom(
      'source',
      'data',
      'fuzzed',
      'f',
      '..',
      '.',
      '%2e%2e',
      '%00',
      '%2F',
      '%5C',
      '%',
      '%zz',
      '%ff',
      '%ed%a0%80',
      '',
    ),
    fc.stringMatching(/^[!-~\x80-\xff]{0,30}$/),
    fc.string({ maxLength: 20 }).map(encode),
    fc.integer({ min: 200, max: 3000 }).map((length) => 'n'.repeat(length)),
  );
  const path = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'));
  const prefix = fc.constantFrom(
    '/',
    '/source/',
    '/source/fuzzed/',
    '//',
    '',
    'http://source.file.core.windows.net/',
    'http://example.com/',
    'https://[::1/',
    '/subscriptions',
    '/subscriptions/00000000-0000-0000-0000-000000000001/',
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/emulator/providers/Microsoft.Storage/storageAccounts/source/',
    '/_identity/token',
    '/_emulator/',
    '/00000000-0000-0000-0000-000000000000/oauth2/v2.0/token',
    '*',
    '?',
  );
  const query = fc.oneof(
    fc.constantFrom(...OPERATIONS).map((operation) => `?${operation}`),
    fc.stringMatching(/^\?[!-~]{0,40}$/),
    fc.constant(''),
  );
  return fc.tuple(prefix, path, query).map((parts) => parts.join(''));
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Bodies that were good XML of the service until one stretch of them was replaced. */
export function brokenXml(): fc.Arbitrary<Buffer> {
  const noise = fc.oneof(
    fc.constantFrom(
      '',
      '<',
      '>',
      '&',
      '&#0;',
      '&#x110000;',
      ']]>',
      '<!--',
      '<![CDATA[',
      '</',
      '<a>',
      '\u0000',
      '__proto__',
      '1e999',
      '-1',
      '\ufffe',
    ),
    fc.string({ maxLength: 20 }),
    fc.integer({ min: 100, max: 3000 }).map((depth) => '<d>'.repeat(depth)),
  );
  return fc
    .tuple(fc.constantFrom(...DOCUMENTS), fc.nat(), fc.nat({ max: 30 }), noise)
    .map(([text, at, cut, put]) => {
      const start = at % (text.length + 1);
      return Buffer.from(text.slice(0, start) + put + text.slice(start + cut));
    });
}

const DOCUMENTS = [
  '<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><HourMetrics><Version>1.0</Version><Enabled>true</Enabled><IncludeAPIs>true</IncludeAPIs><RetentionPolicy><Enabled>true</Enabled><Days>3</Days></RetentionPolicy></HourMetrics><Cors><CorsRule><AllowedOrigins>*</AllowedOrigins><AllowedMethods>GET</AllowedMethods><AllowedHeaders>x</AllowedHeaders><ExposedHeaders>y</ExposedHeaders><MaxAgeInSeconds>5</MaxAgeInSeconds></CorsRule></Cors></StorageServiceProperties>',
  '<?xml version="1.0" encoding="utf-8"?><SignedIdentifiers><SignedIdentifier><Id>one</Id><AccessPolicy><Start>2026-01-01T00:00:00.0000000Z</Start><Expiry>2027-01-01T00:00:00.0000000Z</Expiry><Permission>rwdl</Permission></AccessPolicy></SignedIdentifier></SignedIdentifiers>',
  '<KeyInfo><Start>2026-01-01T00:00:00Z</Start><Expiry>2026-01-02T00:00:00Z</Expiry></KeyInfo>',
  '{"permission":"O:S-1-5-21-1-2-3-4G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)","format":"Sddl"}',
];

/** Requests whose body is read. */
export const BODY_TARGETS = [
  ['/source/', 'restype=service&comp=properties'],
  ['/source/fuzzed', 'restype=share&comp=acl'],
  ['/source/fuzzed', 'restype=share&comp=filepermission'],
  ['/source/fuzzed', 'restype=share&comp=metadata'],
  ['/source/fuzzed/f', 'comp=range'],
  ['/source/fuzzed/f', 'comp=properties'],
] as const;

/** Requests that succeed as they are, or would if they came at the right time. */
export const REQUESTS: readonly (readonly [line: string, query: string, headers: Record<string, string>])[] =
  [
    ['GET /source/', 'comp=list', {}],
    ['GET /source/fuzzed', 'restype=share', {}],
    ['PUT /source/fuzzed', 'restype=share&comp=metadata', { 'x-ms-meta-a': '1' }],
    ['PUT /source/fuzzed', 'restype=share&comp=properties', { 'x-ms-share-quota': '5' }],
    ['PUT /source/fuzzed', 'restype=share&comp=lease', { 'x-ms-lease-action': 'break' }],
    ['GET /source/fuzzed', 'restype=directory&comp=list&include=Timestamps,PermissionKey', {}],
    ['PUT /source/fuzzed/dir', 'restype=directory', {}],
    ['PUT /source/fuzzed/dir', 'restype=directory&comp=properties', { 'x-ms-file-attributes': 'None' }],
    ['PUT /source/fuzzed/moved', 'restype=directory&comp=rename', renames('http://x/source/fuzzed/dir')],
    ['DELETE /source/fuzzed/moved', 'restype=directory', {}],
    ['PUT /source/fuzzed/new', '', { 'x-ms-type': 'file', 'x-ms-content-length': '100' }],
    ['PUT /source/fuzzed/f', 'comp=properties', { 'x-ms-content-length': '4096' }],
    ['PUT /source/fuzzed/f', 'comp=metadata', { 'x-ms-meta-a': '1' }],
    ['PUT /source/fuzzed/f', 'comp=range', { 'x-ms-write': 'clear', 'x-ms-range': 'bytes=0-511' }],
    ['PUT /source/fuzzed/f', 'comp=lease', { 'x-ms-lease-action': 'break' }],
    ['PUT /source/fuzzed/copy', '', { 'x-ms-copy-source': 'http://x/source/data/f' }],
    ['PUT /source/fuzzed/new', 'comp=rename', renames('http://x/source/fuzzed/copy')],
    ['GET /source/fuzzed/f', '', {}],
    ['HEAD /source/fuzzed/f', '', {}],
    ['GET /source/fuzzed/f', 'comp=rangelist', {}],
    ['GET /source/fuzzed/f', 'comp=listhandles', {}],
    ['PUT /source/fuzzed/f', 'comp=forceclosehandles', { 'x-ms-handle-id': '*' }],
  ];

function renames(source: string): Record<string, string> {
  return { 'x-ms-file-rename-source': source, 'x-ms-file-rename-replace-if-exists': 'true' };
}

const OPERATIONS = [
  '',
  'restype=share',
  'restype=directory',
  'restype=service&comp=properties',
  'comp=list',
  'restype=directory&comp=list&maxresults=0',
  'restype=directory&comp=list&marker=1!8!%ff',
  'restype=share&comp=lease',
  'comp=lease',
  'comp=metadata',
  'comp=properties',
  'comp=range',
  'comp=rangelist&prevsharesnapshot=then',
  'comp=rename',
  'restype=directory&comp=rename',
  'comp=copy&copyid=x',
  'comp=listhandles',
  'comp=forceclosehandles',
  'restype=share&comp=undelete',
  'restype=share&comp=snapshot',
  'restype=hardlink',
  'sharesnapshot=2026-01-01T00:00:00.0000000Z',
];

/** Headers that mean something. */
export const KNOWN_HEADERS = [
  'x-ms-version',
  'x-ms-date',
  'Authorization',
  'x-ms-type',
  'x-ms-content-length',
  'x-ms-range',
  'x-ms-write',
  'x-ms-copy-source',
  'x-ms-copy-action',
  'x-ms-source-range',
  'x-ms-source-content-crc64',
  'x-ms-structured-body',
  'x-ms-structured-content-length',
  'x-ms-file-attributes',
  'x-ms-file-permission',
  'x-ms-file-permission-key',
  'x-ms-file-permission-format',
  'x-ms-file-creation-time',
  'x-ms-file-last-write-time',
  'x-ms-file-change-time',
  'x-ms-file-property-semantics',
  'x-ms-file-rename-source',
  'x-ms-file-rename-replace-if-exists',
  'x-ms-lease-action',
  'x-ms-lease-id',
  'x-ms-lease-duration',
  'x-ms-lease-break-period',
  'x-ms-proposed-lease-id',
  'x-ms-handle-id',
  'x-ms-recursive',
  'x-ms-meta-name',
  'x-ms-meta-',
  'x-ms-share-quota',
  'x-ms-allow-trailing-dot',
  'x-ms-client-request-id',
  'Content-MD5',
  'Content-Length',
  'Transfer-Encoding',
  'Expect',
  'Upgrade',
  'If-Match',
  'If-Modified-Since',
];

/** Values that mean something in some header. */
export const TELLING_VALUES = [
  '',
  'file',
  'update',
  'clear',
  'true',
  'acquire',
  'break',
  '-1',
  '0',
  '9'.repeat(30),
  'NaN',
  'bytes=0-9',
  'SharedKey source:AAAA',
  'Bearer x.y.z',
  'http://127.0.0.1/source/data/f',
  'http://',
  'now',
  '2026-01-01T00:00:00.0000000Z',
  '2026-13-45T99:99:99.9999999Z',
  'XSM/1.0; properties=crc64',
  '11111111-2222-3333-4444-555555555555',
  'ReadOnly | Archive',
  'chunked',
  '100-continue',
  'O:SYG:SYD:(A;;FA;;;SY)',
];
