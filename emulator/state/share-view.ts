import type { ContentVersion } from './content.ts';
import type { DirectoryNode } from './entry-node.ts';
import type { Share } from './share.ts';

/** A tree that can be read: the live one of a share, or that of a snapshot, which never changes. */
export interface ShareView {
  readonly share: Share;
  /** Id of the snapshot; absent for the live tree. */
  readonly snapshot: string | undefined;
  /** Of a live view, only until the next change. */
  readonly root: DirectoryNode;
  /** The newest version of content that the tree can hold. */
  readonly version: ContentVersion;
}
