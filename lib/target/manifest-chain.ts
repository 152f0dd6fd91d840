import type { VerificationLevel } from '../report/events.ts';

/** What a manifest vouches for: a recovery point that stood when the manifest was written. */
export interface ChainLink {
  readonly run: string;
  /** SHA-256 of its manifest's bytes in hexadecimal digits; null where it had none that could be read. */
  readonly manifest: string | null;
  /** Its target snapshot; null where that is not known. */
  readonly snapshot: string | null;
  /** What was proven of it by then. */
  readonly level: VerificationLevel;
  /** SHA-256 of its digests in hexadecimal digits; null where there were none. */
  readonly digest: string | null;
}

/** A recovery point that the manifest before knew and that was there no more. */
export interface MissingLink {
  readonly run: string;
  /** Whether a prune had deleted it, rather than somebody or something else. */
  readonly pruned: boolean;
}

export interface ManifestChain {
  /** Oldest first; the last one is the previous recovery point. */
  readonly points: readonly ChainLink[];
  readonly gone: readonly MissingLink[];
}

/** The recovery points that stand, as the next manifest is to vouch for them. */
export interface ChainStanding {
  /** Oldest first. */
  readonly points: readonly { readonly id: string; readonly targetSnapshot: string }[];
  readonly pruned: ReadonlySet<string>;
  readonly levelOf: (run: string) => VerificationLevel;
  /** The manifest of the newest of them, as its target snapshot holds it. */
  readonly previous: { readonly sha256: string; readonly chain: ManifestChain } | undefined;
  /** The digest of the newest of them, as it is recorded beside it. */
  readonly previousDigest: string | null;
}

/**
 * Continues the chain of manifests. What the previous manifest says of older ones is taken over, so that only one
 * manifest has to be read however many recovery points there are.
 */
export function continueChain({
  points,
  pruned,
  levelOf,
  previous,
  previousDigest,
}: ChainStanding): ManifestChain {
  const known = new Map((previous?.chain.points ?? []).map((link) => [link.run, link]));
  const newest = points.at(-1);
  const standing = new Set(points.map(({ id }) => id));
  return {
    points: points.map((point) => {
      const isNewest = point === newest;
      const link = known.get(point.id);
      return {
        run: point.id,
        manifest: (isNewest ? previous?.sha256 : link?.manifest) ?? null,
        // Not what stands there now, which may have been made in its place since.
        snapshot: (isNewest ? point.targetSnapshot : link?.snapshot) ?? null,
        level: levelOf(point.id),
        digest: (isNewest ? previousDigest : link?.digest) ?? null,
      };
    }),
    gone: [...known.keys()]
      .filter((run) => !standing.has(run))
      .map((run) => ({ run, pruned: pruned.has(run) })),
  };
}
