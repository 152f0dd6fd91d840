import { expect, test } from 'vitest';
import {
  createDirectory,
  createFile,
  getFile,
  setDirectoryProperties,
} from '../../../emulator/state/index.ts';
import { errorOf, newShare } from './fixture.ts';

const SDDL =
  'O:S-1-5-21-1-2-3-1001G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;S-1-5-21-1-2-3-1105)';

test('a permission has one key, in the form of two decimal numbers, and reads back with its empty SACL', () => {
  const { share } = newShare();
  const key = share.createPermission(SDDL, 'Sddl');
  expect(key).toMatch(/^\d+\*\d+$/);
  expect(share.createPermission(`${SDDL}S:NO_ACCESS_CONTROL`, 'Sddl')).toBe(key);
  expect(share.getPermission(key, 'Sddl')).toBe(`${SDDL}S:NO_ACCESS_CONTROL`);
  expect(share.createPermission(SDDL.replace('FA;;;SY', 'FR;;;SY'), 'Sddl')).not.toBe(key);
});

test('a permission is the same in text and in binary form', () => {
  const { share } = newShare();
  const key = share.createPermission(SDDL, 'Sddl');
  const binary = share.getPermission(key, 'Binary');
  expect(share.createPermission(binary, 'Binary')).toBe(key);
  const { share: other } = newShare();
  const otherKey = other.createPermission(binary, 'Binary');
  expect(other.getPermission(otherKey, 'Sddl')).toBe(`${SDDL}S:NO_ACCESS_CONTROL`);
});

/** Assembled by hand from learn.microsoft.com/openspecs/windows_protocols/ms-dtyp, section self-relative form. */
test('the binary form is that of Windows', () => {
  const { share } = newShare();
  const key = share.createPermission('O:SYG:BAD:P(A;OICI;FA;;;WD)', 'Sddl');
  const header = '01 00 0490 14000000 20000000 00000000 30000000'.replace('0490', '0490');
  const expected = [
    header,
    '01 01 000000000005 12000000',
    '01 02 000000000005 20000000 20020000',
    '02 00 1c00 0100 0000',
    '00 03 1400 ff011f00',
    '01 01 000000000001 00000000',
  ].join('');
  const bytes = Buffer.from(share.getPermission(key, 'Binary'), 'base64').toString('hex');
  expect(bytes).toBe(expected.replaceAll(' ', ''));
});

test('an audit entry survives the binary form', () => {
  const { share } = newShare();
  const sddl = `${SDDL}S:AI(AU;OICISAFA;FA;;;WD)`;
  const key = share.createPermission(sddl, 'Sddl');
  expect(share.getPermission(key, 'Sddl')).toBe(sddl);
  const { share: other } = newShare();
  const otherKey = other.createPermission(share.getPermission(key, 'Binary'), 'Binary');
  expect(other.getPermission(otherKey, 'Sddl')).toBe(sddl);
});

test.each([
  '',
  'nonsense',
  'O:SYD:(A;;FA;;;SY)',
  'O:SYG:SY',
  'O:DUG:SYD:(A;;FA;;;SY)',
  'O:SYG:SYD:(A;;FA;;;DA)',
  'O:SYG:SYD:(A;;FA;;)',
  'O:SYG:SYD:(A;QQ;FA;;;SY)',
  'O:SYG:SYD:(A;;FA;;;S-2-1)',
])('%j is refused', (text) => {
  const { share } = newShare();
  expect(errorOf(() => share.createPermission(text, 'Sddl'))).toBe('400 FileInvalidPermission');
});

test('bytes that are no descriptor are refused', () => {
  const { share } = newShare();
  const binary = share.getPermission(share.createPermission(SDDL, 'Sddl'), 'Binary');
  const bytes = Buffer.from(binary, 'base64');
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length).toString('base64');
    expect(errorOf(() => share.createPermission(cut, 'Binary'))).toBe('400 FileInvalidPermission');
  }
  bytes.fill(0xff, 4);
  expect(errorOf(() => share.createPermission(bytes.toString('base64'), 'Binary'))).toBe(
    '400 FileInvalidPermission',
  );
});

test('keys are those of one share', () => {
  const { state, share } = newShare();
  const other = state.addAccount('account').createShare('other');
  const key = share.createPermission(SDDL, 'Sddl');
  expect(errorOf(() => other.getPermission(key, 'Sddl'))).toBe('404 FilePermissionNotFound');
  expect(errorOf(() => createFile(other, ['f'], { size: 0, permission: { key } }))).toBe(
    '400 FileInvalidPermissionKey',
  );
  expect(createFile(share, ['f'], { size: 0, permission: { key } }).entry.permissionKey).toBe(key);
});

test('files and directories inherit what their directory hands down', () => {
  const { share } = newShare();
  createDirectory(share, ['d']);
  setDirectoryProperties(share, ['d'], {
    permission: {
      text: 'O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;CI;FR;;;BU)(A;OIIO;FX;;;WD)(A;;FA;;;AN)',
      format: 'Sddl',
    },
  });
  const file = createFile(share, ['d', 'file'], { size: 0 }).entry;
  const directory = createDirectory(share, ['d', 'sub']).entry;
  expect(share.getPermission(file.permissionKey, 'Sddl')).toBe(
    'O:BAG:SYD:AI(A;ID;FA;;;BA)(A;ID;FX;;;WD)S:NO_ACCESS_CONTROL',
  );
  expect(share.getPermission(directory.permissionKey, 'Sddl')).toBe(
    'O:BAG:SYD:AI(A;OICIID;FA;;;BA)(A;CIID;FR;;;BU)(A;OIIOID;FX;;;WD)S:NO_ACCESS_CONTROL',
  );
});

test('inherited permissions of files and directories in the root have a key each', () => {
  const { share } = newShare();
  const files = ['a', 'b'].map((name) => createFile(share, [name], { size: 0 }).entry.permissionKey);
  const directory = createDirectory(share, ['c']).entry.permissionKey;
  expect(new Set(files).size).toBe(1);
  expect(files).not.toContain(directory);
});

test('a permission that is given with an entry is registered', () => {
  const { share } = newShare();
  createFile(share, ['f'], { size: 0, permission: { text: SDDL, format: 'Sddl' } });
  const { permissionKey } = getFile(share.view(), ['f']).entry;
  expect(permissionKey).toBe(share.createPermission(SDDL, 'Sddl'));
});
