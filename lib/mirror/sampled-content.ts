import { ContentComparison } from '../files/compare-content.ts';
import type { Entry } from '../files/entry.ts';
import type { SharePath } from '../files/paths.ts';
import type { ShareReader } from '../files/share-reader.ts';
import { type ContentSample, isInSample } from './content-sample.ts';
import { TransferStopped } from './transfer-file.ts';

/** A file whose bytes are equal on both sides up to `at`, and not compared from there on. */
export interface PartlyRead {
  readonly path: SharePath;
  readonly at: number;
}

/** What a run has read so far of the files whose turn it is. */
export class SampleProgress {
  filesRead = 0;
  /** On each side. */
  bytesRead = 0;
  /** Files whose bytes differed although everything that listings tell was equal. */
  differences = 0;
}

export interface SampledContentOptions {
  readonly sample: ContentSample;
  /** Where an earlier slice was stopped within large files. */
  readonly partlyRead: readonly PartlyRead[];
  readonly progress: SampleProgress;
  /** Told of each file whose bytes differ. */
  readonly onDifference: (path: SharePath) => void;
  readonly stop: AbortSignal;
}

/** Reads the files whose turn it is on both sides. */
export class SampledContent {
  readonly #content: ContentComparison;
  readonly #options: SampledContentOptions;
  readonly #partlyRead: Map<SharePath, number>;

  constructor(
    { source, target }: { readonly source: ShareReader; readonly target: ShareReader },
    options: SampledContentOptions,
  ) {
    this.#content = new ContentComparison(source, target);
    this.#options = options;
    this.#partlyRead = new Map(options.partlyRead.map(({ path, at }) => [path, at]));
  }

  /** As many as there are files under way at once. */
  get partlyRead(): readonly PartlyRead[] {
    return [...this.#partlyRead].map(([path, at]) => ({ path, at }));
  }

  /**
   * Whether the bytes of a file differ that is of one size on both sides.
   * @throws {TransferStopped} when the run was asked to stop.
   */
  async bytesDiffer(path: SharePath, { size }: Entry): Promise<boolean> {
    const { sample, progress, onDifference, stop } = this.#options;
    if (!isInSample(sample, path)) return false;
    const from = this.#partlyRead.get(path);
    const compared = await this.#content.compare(path, { size, from, stop });
    progress.bytesRead += compared.bytesRead;
    if (compared.kind === 'stopped') {
      this.#partlyRead.set(path, compared.at);
      throw new TransferStopped(path);
    }
    this.#partlyRead.delete(path);
    progress.filesRead += 1;
    if (compared.kind === 'equal') return false;
    progress.differences += 1;
    onDifference(path);
    return true;
  }
}
