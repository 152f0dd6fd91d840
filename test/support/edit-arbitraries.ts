import fc from 'fast-check';
import { ARCHIVE, HIDDEN, NOT_CONTENT_INDEXED, READ_ONLY, SYSTEM } from '../../emulator/state/index.ts';
import type { Edit } from './share-edits.ts';

/**
 * Names that collide with one another by letter case, trailing dots and spelling, and some that XML cannot hold
 * (U+FFFE) or that look as if they were encoded already.
 */
const name = fc.constantFrom(
  ...['a', 'A', 'b', 'b.', 'B', 'b...', 'é', 'É', 'ß', 'ss', 'x y', '& co', '漢字'],
  ...['100%', '%25', '%EF%BF%BE', '\uFFFE', '\uFFFE%', 'a\uFFFF+b'],
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.string({ maxLength: 12 });
const attributes = fc.constantFrom(
  ...[0, ARCHIVE, READ_ONLY, ARCHIVE | READ_ONLY, ARCHIVE | HIDDEN, SYSTEM | NOT_CONTENT_INDEXED],
);
const number = fc.nat(40);
const part = fc.constantFrom(0, 0.1, 0.5, 0.99);
const KIB = 1024;
/** Within and across blocks of 512 bytes, pages and the pieces that large files are copied in. */
const length = fc.constantFrom(1, 511, 512, 513, 4 * KIB, 5 * KIB * KIB, 40 * KIB * KIB);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write-file'), at: path, content, attributes }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('write-large'),
      at: path,
      mib: fc.constantFrom(32, 33, 36),
      content: fc.string({ minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('make-directory'), at: path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('overwrite'),
      file: number,
      part,
      content: fc.string({ minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('punch'), file: number, part, bytes: length }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resize'),
      file: number,
      bytes: fc.oneof(length, fc.constant(0)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), entry: number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move'), entry: number, to: path }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('swap'), entry: number, with: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('invert'), directory: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('respell'), entry: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change-kind'), entry: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('set-attributes'), entry: number, attributes }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('set-permission'), entry: number, number: fc.nat(4) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('describe'),
      entry: number,
      text: fc.constantFrom('', 'x', 'y z'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('write-and-put-time-back'),
      file: number,
      content: fc.string({ minLength: 1, maxLength: 4 }),
    }),
  },
);

/** What happens before a run: to the source by its users, to the target by somebody who should not. */
export interface Step {
  readonly source: readonly Edit[];
  readonly target: readonly Edit[];
}

export interface History {
  readonly steps: readonly Step[];
  /** Whether children move the times of their directory, which is not documented. */
  readonly childrenTouchParent: boolean;
}

/** Any history of a share; without `tampering`, nobody but the runs writes to the target. */
export function histories(options: { readonly tampering: boolean }): fc.Arbitrary<History> {
  const step = fc.record({
    source: fc.array(edit, { maxLength: 14 }),
    target: fc.array(edit, { maxLength: options.tampering ? 3 : 0 }),
  });
  return fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    childrenTouchParent: fc.boolean(),
  });
}
