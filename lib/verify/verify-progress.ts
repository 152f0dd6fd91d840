import type { SharePath } from '../files/paths.ts';
import { etaSeconds, ProgressRate } from '../report/progress-rate.ts';

/** How far a verification has come. */
export interface VerifyProgress {
  readonly point: string;
  /** Which of the recovery points to verify this is, from 1, and how many there are. */
  readonly position: number;
  readonly of: number;
  readonly phase: 'listing' | 'content';
  /** Entries compared, or files read. */
  readonly entries: number;
  /** How many there are, about; null where nobody has counted them. */
  readonly expectedEntries: number | null;
  /** The sum of the sizes of the files read; null where none are. */
  readonly bytes: number | null;
  readonly expectedBytes: number | null;
  readonly etaSeconds: number | null;
  /** What was met last. */
  readonly path: SharePath;
}

export type ObserveVerify = (progress: VerifyProgress) => void;

/** What a part of a verification has done so far, and what it is to do. */
export type Measured = Pick<
  VerifyProgress,
  'entries' | 'expectedEntries' | 'bytes' | 'expectedBytes' | 'path'
>;

/** By what it is measured how much is left: files take as long as they are large. */
export function measureOf({ entries, expectedEntries, bytes, expectedBytes }: Measured): {
  readonly done: number;
  /** Null where nobody knows. */
  readonly total: number | null;
} {
  return expectedBytes === null
    ? { done: entries, total: expectedEntries }
    : { done: bytes ?? 0, total: expectedBytes };
}

const EVERY_MS = 500;
const RATE_WINDOW_MS = 30_000;

/** Tells whoever watches how far the verification of one recovery point has come, twice a second. */
export class VerifyMeter {
  readonly #place: Pick<VerifyProgress, 'point' | 'position' | 'of'>;
  readonly #observe: ObserveVerify;
  readonly #rate = new ProgressRate(RATE_WINDOW_MS);
  #timer: NodeJS.Timeout | undefined;

  constructor(place: Pick<VerifyProgress, 'point' | 'position' | 'of'>, observe: ObserveVerify) {
    this.#place = place;
    this.#observe = observe;
  }

  /** Ends the part before, if there was one, and begins another. */
  begin(phase: VerifyProgress['phase'], measure: () => Measured): void {
    this.end();
    this.#rate.restart();
    const tell = () => this.#tell(phase, measure());
    tell();
    this.#timer = setInterval(tell, EVERY_MS).unref();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(phase: VerifyProgress['phase'], measured: Measured): void {
    const { done, total } = measureOf(measured);
    this.#rate.add(performance.now(), done);
    const left = total === null ? null : total - done;
    const eta = etaSeconds(left, this.#rate.perSecond);
    this.#observe({ ...this.#place, ...measured, phase, etaSeconds: eta });
  }
}
