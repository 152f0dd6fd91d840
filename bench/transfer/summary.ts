import { formatTable } from '../../cli/output/table.ts';

const MIB = 2 ** 20;
const PIECES = [MIB, 2 * MIB, 4 * MIB];
const PARALLELISMS = [4, 8, 16, 32, 64];
/** Ranges cost a request for each piece and four more, so they win only where they are faster by more than noise. */
const MARGIN = 0.05;

/** Ranges of `piece` bytes, so many at once. */
export type RangesWay = { readonly piece: number; readonly parallelism: number };

/** How long a file of `size` bytes took by ranges, or by one Copy File where no way is told. */
export type Measured = {
  readonly size: number;
  readonly way: RangesWay | undefined;
  readonly seconds: number;
};

/** The ways of a size that differ: with larger pieces than the file, or more places than pieces, nothing changes. */
export function waysOf(size: number): readonly (RangesWay | undefined)[] {
  const ways = PIECES.flatMap((piece) => PARALLELISMS.map((parallelism) => ({ piece, parallelism })));
  const differing = ways.filter(
    ({ piece, parallelism }) =>
      (piece === PIECES[0] || size > piece / 2) &&
      (parallelism === PARALLELISMS[0] || Math.ceil(size / piece) > parallelism / 2),
  );
  return [undefined, ...differing];
}

/** The fastest way of one size; Copy File, as undefined, unless ranges are clearly faster. */
export function winnerOf(measured: readonly Measured[], size: number): RangesWay | undefined {
  const ofSize = measured.filter((one) => one.size === size).sort((a, b) => a.seconds - b.seconds);
  const copy = ofSize.find(({ way }) => way === undefined)?.seconds ?? Number.POSITIVE_INFINITY;
  const ranges = ofSize.find(({ way }) => way !== undefined);
  return ranges !== undefined && ranges.seconds < copy * (1 - MARGIN) ? ranges.way : undefined;
}

/** The largest size up to which Copy File wins at every size that was measured, in bytes; 0 where it never does. */
export function borderOf(measured: readonly Measured[]): number {
  let border = 0;
  for (const size of sizesOf(measured)) {
    if (winnerOf(measured, size) !== undefined) break;
    border = size;
  }
  return border;
}

/** Seconds and MiB/s of every way, a line for each size and piece, and which way wins at each size. */
export function transferTable(measured: readonly Measured[]): string {
  const titles = ['size', 'Copy File', 'piece', ...PARALLELISMS.map((number) => `${number} at once`), 'wins'];
  const rows = sizesOf(measured).flatMap((size) => {
    const ofSize = measured.filter((one) => one.size === size);
    const cell = (piece?: number, parallelism?: number) => {
      const one = ofSize.find(({ way }) => way?.piece === piece && way?.parallelism === parallelism);
      return one === undefined
        ? ''
        : `${one.seconds.toFixed(3)} s ${(size / MIB / one.seconds).toFixed(1)} MiB/s`;
    };
    const won = winnerOf(measured, size);
    const wins = won === undefined ? 'Copy File' : `${won.piece / MIB} MiB, ${won.parallelism} at once`;
    const pieces = PIECES.filter((piece) => ofSize.some(({ way }) => way?.piece === piece));
    return pieces.map((piece, line) => [
      ...(line === 0 ? [shownSize(size), cell()] : ['', '']),
      `${piece / MIB} MiB`,
      ...PARALLELISMS.map((parallelism) => cell(piece, parallelism)),
      line === 0 ? wins : '',
    ]);
  });
  return formatTable(
    titles.map((title) => ({ title })),
    rows,
  );
}

function sizesOf(measured: readonly Measured[]): number[] {
  return [...new Set(measured.map(({ size }) => size))].sort((a, b) => a - b);
}

/** Bytes, as KiB below 1 MiB. */
export function shownSize(bytes: number): string {
  return bytes < MIB ? `${bytes / 1024} KiB` : `${bytes / MIB} MiB`;
}
