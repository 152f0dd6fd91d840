import { describe, expect, it } from 'vitest';
import type { FrozenManifest } from '../../../lib/target/frozen-manifest.ts';
import { type ChainedPoint, type ChainStanding, checkChain } from '../../../lib/verify/check-chain.ts';

const IDENTITY = { job: 'finance', source: 'prod/finance', target: 'dr/copy' };

function manifestOf(
  run: string,
  vouchedFor: readonly string[] = [],
  gone: FrozenManifest['chain']['gone'] = [],
) {
  return {
    bytes: Buffer.from(run),
    sha256: `sha-${run}`,
    run,
    ...IDENTITY,
    sourceSnapshot: `source-${run}`,
    signedBy: undefined,
    chain: {
      points: vouchedFor.map((other) => ({
        run: other,
        manifest: `sha-${other}`,
        snapshot: `target-${other}`,
        level: 'listing-verified' as const,
        digest: `digest-${other}`,
      })),
      gone,
    },
  };
}

function point(
  id: string,
  vouchedFor: readonly string[] = [],
  changes: Partial<ChainedPoint> = {},
): ChainedPoint {
  return {
    id,
    sourceSnapshot: `source-${id}`,
    targetSnapshot: `target-${id}`,
    manifest: manifestOf(id, vouchedFor),
    signature: 'none',
    digest: `digest-${id}`,
    recordedSnapshot: `target-${id}`,
    ...changes,
  };
}

function problemsOf(points: readonly ChainedPoint[], others: Partial<ChainStanding> = {}) {
  const standing = {
    identity: IDENTITY,
    hasKey: false,
    points,
    lone: [],
    recorded: [],
    pruned: new Set<string>(),
    ...others,
  };
  return checkChain(standing).map(({ point: id, kind }) => [id, kind]);
}

describe('the check of a chain', () => {
  it('finds nothing wrong with manifests that vouch for each other', () => {
    expect(problemsOf([])).toEqual([]);
    expect(problemsOf([point('a'), point('b', ['a']), point('c', ['a', 'b'])])).toEqual([]);
  });

  it('does not miss what no manifest could know', () => {
    const unknown = { ...manifestOf('b', ['a']) };
    const chain = {
      gone: [],
      points: [{ run: 'a', manifest: null, snapshot: null, level: 'copied' as const, digest: null }],
    };
    expect(problemsOf([point('a'), point('b', [], { manifest: { ...unknown, chain } })])).toEqual([]);
    expect(problemsOf([point('a', [], { digest: undefined }), point('b', ['a'])])).toEqual([]);
  });

  it('tells a changed manifest and a changed digest, once for each', () => {
    const changed = point('a', [], {
      manifest: { ...manifestOf('a'), sha256: 'another' },
      digest: 'another',
    });
    expect(problemsOf([changed, point('b', ['a']), point('c', ['a', 'b'])])).toEqual([
      ['a', 'changed-manifest'],
      ['a', 'changed-digest'],
    ]);
  });

  it('believes a witness that is older by its snapshot, too', () => {
    const replaced = point('a', [], { manifest: { ...manifestOf('a'), sha256: 'another' } });
    expect(problemsOf([point('b', ['a']), replaced])).toEqual([['a', 'changed-manifest']]);
  });

  it('tells a manifest of another run, of another source snapshot, and none at all', () => {
    expect(problemsOf([point('a', [], { manifest: manifestOf('b') })])).toEqual([['a', 'wrong-manifest']]);
    expect(problemsOf([point('a', [], { sourceSnapshot: 'other' })])).toEqual([['a', 'wrong-manifest']]);
    expect(problemsOf([point('a', [], { manifest: undefined })])).toEqual([['a', 'no-manifest']]);
  });

  it('tells a target snapshot that was made in the place of another, by a later manifest and by its record', () => {
    const replaced = point('a', [], { targetSnapshot: 'other', recordedSnapshot: undefined });
    expect(problemsOf([replaced, point('b', ['a'])])).toEqual([['a', 'replaced']]);
    expect(problemsOf([point('a', [], { targetSnapshot: 'other' })])).toEqual([['a', 'replaced']]);
  });

  it('wants one manifest to be signed at the least where there is a key', () => {
    const both = [point('a'), point('b', ['a'])];
    expect(problemsOf(both, { hasKey: true })).toEqual([['b', 'unsigned']]);
    expect(problemsOf([], { hasKey: true })).toEqual([]);
    const [a, b] = both.map((unsigned) => ({ ...unsigned, signature: 'valid' as const }));
    expect(problemsOf([point('a'), ...(b ? [b] : [])], { hasKey: true })).toEqual([]);
    expect(problemsOf([...(a ? [a] : []), point('b', ['a'])], { hasKey: true })).toEqual([['b', 'unsigned']]);
  });

  it('tells what is lost by the newest manifest, by a record, or by what a manifest had noted', () => {
    expect(problemsOf([point('c', ['a', 'b'])], { pruned: new Set(['b']) })).toEqual([['a', 'lost']]);
    expect(problemsOf([point('c')], { recorded: ['c', 'd', 'e'], pruned: new Set(['e']) })).toEqual([
      ['d', 'lost'],
    ]);
    const noted = manifestOf(
      'c',
      [],
      [
        { run: 'a', pruned: false },
        { run: 'b', pruned: true },
      ],
    );
    expect(problemsOf([point('c', [], { manifest: noted })])).toEqual([['a', 'lost']]);
    // Of one whose source snapshot is gone, the manifest is there still.
    expect(problemsOf([point('b', ['a'])], { lone: ['a'], recorded: ['a'] })).toEqual([]);
    // An older manifest knew what was pruned since, and says nothing of it.
    expect(problemsOf([point('b', ['a']), point('c', ['b'])])).toEqual([]);
  });

  it('wants every manifest signed after the first one that is', () => {
    const states = (...signatures: ChainedPoint['signature'][]) =>
      problemsOf(signatures.map((signature, index) => point(`p${index}`, [], { signature })));
    expect(states('none', 'none')).toEqual([]);
    expect(states('none', 'valid', 'unchecked')).toEqual([]);
    expect(states('none', 'valid', 'none')).toEqual([['p2', 'unsigned']]);
    expect(states('invalid', 'other-key')).toEqual([
      ['p0', 'bad-signature'],
      ['p1', 'bad-signature'],
    ]);
  });
});
