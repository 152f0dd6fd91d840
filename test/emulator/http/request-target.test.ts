import { describe, expect, it } from 'vitest';
import { parseQuery, parseRequestTarget } from '../../../emulator/http/request-target.ts';
import { ServiceError } from '../../../emulator/state/index.ts';

const hasAccount = (name: string) => name === 'acct' || name === 'other';

function parse(url: string, host = '127.0.0.1:10004', renameSource?: string) {
  const { account, share, path, root } = parseRequestTarget(url, host, hasAccount, renameSource);
  return { account, share, path, root };
}

describe('the target of a request line', () => {
  it('is path-style on any host that names no account', () => {
    expect(parse('/acct/share/dir/file?x=1')).toEqual({
      account: 'acct',
      share: 'share',
      path: ['dir', 'file'],
      root: '127.0.0.1:10004/acct/',
    });
    expect(parse('/acct')).toMatchObject({ account: 'acct', share: '', path: [] });
    expect(parse('/acct/?comp=list')).toMatchObject({ share: '' });
    expect(parse('/acct/share/?restype=directory&comp=list')).toMatchObject({ share: 'share', path: [] });
  });

  it('is host-style when the host names an account', () => {
    const host = 'acct.file.core.windows.net';
    expect(parse('/share/dir', host)).toEqual({
      account: 'acct',
      share: 'share',
      path: ['dir'],
      root: `${host}/`,
    });
    expect(parse('/other/dir', `${host}:80`)).toMatchObject({ account: 'acct', share: 'other' });
  });

  it('may come in absolute-form, as proxies get it', () => {
    expect(parse('http://acct.file.core.windows.net/share?comp=list')).toMatchObject({
      account: 'acct',
      share: 'share',
    });
    expect(parse('http://acct.file.core.windows.net?comp=list')).toMatchObject({
      account: 'acct',
      share: '',
    });
    expect(parse('http://localhost:1/acct/share')).toMatchObject({ account: 'acct', share: 'share' });
  });

  it('takes encoded slashes for separators and keeps dots at the ends of names', () => {
    expect(parse('/acct/share/a%2Fb%20c/d...')).toMatchObject({ path: ['a', 'b c', 'd...'] });
  });

  it('finds the account of a rename from whose path a client dropped it', () => {
    const source = 'http://127.0.0.1:10004/acct/share/old';
    expect(parse('/share/new?comp=rename', undefined, source)).toMatchObject({
      account: 'acct',
      share: 'share',
      path: ['new'],
    });
    expect(parse('/acct/share/new?comp=rename', undefined, source)).toMatchObject({
      account: 'acct',
      path: ['new'],
    });
    const likeAnAccount = 'http://127.0.0.1:10004/acct/other/old';
    expect(parse('/other/new?comp=rename', undefined, likeAnAccount)).toMatchObject({
      account: 'acct',
      share: 'other',
    });
  });

  it.each([
    '/',
    '/nobody/share',
    '/acct/%zz',
    'acct/share',
    '*',
    'ftp://acct.file.core.windows.net/',
    '/acct/share?%zz',
  ])('is refused when it is %s', (url) => {
    expect(() => parse(url)).toThrow(ServiceError);
  });
});

describe('a query', () => {
  it('has names in lower case and values decoded, plus signs kept', () => {
    const query = parseQuery('Comp=list&prefix=a%2Bb+c&flag&&x=1=2');
    expect(query.pairs).toEqual([
      ['comp', 'list'],
      ['prefix', 'a+b+c'],
      ['flag', ''],
      ['x', '1=2'],
    ]);
    expect(query.get('prefix')).toBe('a+b+c');
    expect(query.get('none')).toBeUndefined();
  });

  it('with broken escapes is refused', () => {
    expect(() => parseQuery('prefix=%E4')).toThrow(/query parameters/);
  });
});
