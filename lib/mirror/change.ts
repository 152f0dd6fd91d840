import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ChangedRanges } from './content-change.ts';

/** One thing to do so that the target becomes equal to the source. */
export type Change =
  | { readonly kind: 'create-directory'; readonly path: SharePath; readonly source: Entry }
  | {
      readonly kind: 'copy-file';
      readonly path: SharePath;
      readonly source: Entry;
      readonly target: Entry | undefined;
    }
  | {
      /** Only some ranges of a large file were changed. */
      readonly kind: 'patch-file';
      readonly path: SharePath;
      readonly source: Entry;
      readonly target: Entry;
      readonly changed: ChangedRanges;
    }
  | {
      readonly kind: 'set-properties';
      readonly path: SharePath;
      readonly source: Entry;
      readonly target: Entry | undefined;
    }
  | {
      /** Another spelling of a name, or another place of a moved entry. */
      readonly kind: 'rename';
      readonly path: SharePath;
      readonly from: SharePath;
      readonly source: Entry;
      readonly target: Entry;
    }
  | { readonly kind: 'delete-file'; readonly path: SharePath; readonly target: Entry }
  | { readonly kind: 'delete-directory'; readonly path: SharePath; readonly target: Entry };

export type ChangeKind = Change['kind'];

/**
 * What becomes of the changes that a walk finds: applied by a run, written down by a dry run, counted as
 * differences by a verification. One walk feeds all three, so that a plan is what a run does.
 */
export interface ChangeHandler {
  handle(change: Change): Promise<void>;
}
