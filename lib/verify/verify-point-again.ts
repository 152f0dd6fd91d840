import { RequestFailedError } from '../azure/errors.ts';
import { RestShareReader } from '../files/rest-share-reader.ts';
import type { RequestConfiguration } from '../jobs/configuration.ts';
import type { JobShares } from '../jobs/open-job.ts';
import type { ContentSample } from '../mirror/content-sample.ts';
import { Progress } from '../mirror/progress.ts';
import { counted, countedEntries } from '../report/counted.ts';
import { DigestFiles } from '../target/digest-files.ts';
import { readProof, replaceLevel } from '../target/levels.ts';
import type { ListedPoint } from '../target/list-points.ts';
import { describeTolerated, pointTerms, type RunTerms, readTerms } from '../target/run-terms.ts';
import type { ShareDigest } from '../target/share-digest.ts';
import type { SystemFolder } from '../target/system-folder.ts';
import { carryOnReading } from './carry-on-reading.ts';
import {
  forgetRounds,
  isWhole,
  nextRound,
  type ProvenRounds,
  readLastSample,
  readRounds,
  withRound,
  writeLastSample,
  writeRounds,
} from './content-rounds.ts';
import { type ContentTask, forgetContentState } from './content-state.ts';
import { unfinished, type VerifiedPoint } from './verified-point.ts';
import type { ContentVerification } from './verify-content.ts';
import type { VerifyMeter } from './verify-progress.ts';
import { type DigestedVerification, verifyWithDigests } from './verify-with-digests.ts';

/** No bytes, those of every file, or of the next part of the files, at least so many per cent of them. */
export type ContentToRead =
  | { readonly kind: 'none' | 'whole' }
  | { readonly kind: 'sample'; readonly percent: number };

export interface PointOptions {
  readonly configuration: { readonly requests: Pick<RequestConfiguration, 'concurrency'> };
  readonly content: ContentToRead;
  readonly stop: AbortSignal;
  /** Milliseconds after which the state of a reading is written down; a kill costs at most so much of it. */
  readonly keepEveryMs?: number | undefined;
  readonly meter: VerifyMeter;
}

/** Proves one recovery point on its two snapshots, at any time after its run, and records what it is proven to be. */
export async function verifyPointAgain(
  shares: JobShares,
  folder: SystemFolder,
  point: ListedPoint,
  options: PointOptions,
): Promise<VerifiedPoint> {
  try {
    const terms = await readTerms(shares.target, point);
    if (terms === undefined) return unfinished(point, WITHOUT_TERMS);
    return await new PointVerification(shares, folder, point, terms, options).run();
  } catch (error) {
    // What cannot be read of one, whose snapshots may be gone by now, says nothing of the others.
    if (!(error instanceof RequestFailedError)) throw error;
    return unfinished(point, `could not be verified: ${error.message}`);
  }
}

/** Without knowing what the run had left out, nothing that differs says anything, and nothing is compared. */
const WITHOUT_TERMS =
  'could not be compared: its manifest is missing from the target snapshot or cannot be understood, so that nobody can tell what its run had left out';

class PointVerification {
  readonly #folder: SystemFolder;
  readonly #point: ListedPoint;
  readonly #terms: RunTerms;
  readonly #options: PointOptions;
  readonly #source: RestShareReader;
  readonly #target: RestShareReader;
  /** What was read of it, once something was. */
  #readTask: ContentTask | undefined;

  constructor(
    { source, target }: JobShares,
    folder: SystemFolder,
    point: ListedPoint,
    terms: RunTerms,
    options: PointOptions,
  ) {
    this.#folder = folder;
    this.#point = point;
    this.#terms = terms;
    this.#options = options;
    this.#source = new RestShareReader(source.account, source.share, point.sourceSnapshot);
    this.#target = new RestShareReader(target.account, target.share, point.targetSnapshot);
  }

  async run(): Promise<VerifiedPoint> {
    const { id, level, targetSnapshot } = this.#point;
    const proof = await readProof(this.#folder, id, level);
    const recorded = proof?.targetSnapshot === targetSnapshot ? proof.digest : undefined;
    const files = recorded === undefined ? new DigestFiles(this.#folder, id, targetSnapshot) : undefined;
    const listing = await this.#compareListings(files);
    const result = await this.#judge(listing);
    if (!result.finished) return result;
    const { digest } = listing;
    const isOther = recorded !== undefined && digest !== undefined && recorded.sha256 !== digest.sha256;
    if (isOther && result.level !== 'differs') {
      const message = `${result.message}; but what they hold is not what was recorded, so that somebody has changed the record`;
      return { ...result, level: 'differs', message };
    }
    const isNew = recorded === undefined && digest !== undefined;
    await this.#record(result, digest ?? recorded, isNew ? proof?.verifiedAt : undefined);
    if (this.#readTask !== undefined) await forgetContentState(this.#folder, this.#readTask);
    return result;
  }

  #compareListings(files: DigestFiles | undefined): Promise<DigestedVerification> {
    const progress = new Progress();
    const { entries = null } = this.#point;
    this.#options.meter.begin('listing', () => ({
      entries: progress.entries,
      expectedEntries: entries,
      bytes: null,
      expectedBytes: null,
      path: progress.directory,
    }));
    return verifyWithDigests(this.#source, this.#target, { ...this.#comparison, progress }, files);
  }

  get #comparison() {
    const { configuration, stop } = this.#options;
    const terms = pointTerms(this.#terms, this.#point.sourceSnapshot);
    return { concurrency: configuration.requests.concurrency, stop, terms };
  }

  async #judge(listing: DigestedVerification): Promise<VerifiedPoint> {
    const { level } = this.#point;
    const { entries, differences, examples, failures, stoppedAt } = listing;
    const tolerated = this.#terms.tolerated.map(({ path }) => path);
    const open = { ...unfinished(this.#point, ''), entries, differences, examples, tolerated };
    const [failure] = failures;
    if (failure !== undefined) return { ...open, message: `could not be compared: ${failure.message}` };
    if (stoppedAt !== undefined) return { ...open, message: 'stopped before the comparison had ended' };
    const done = { ...open, finished: true };
    if (differences > 0) {
      const verb = differences === 1 ? 'differs' : 'differ';
      const message = `${countedEntries(differences)} ${verb} between the two snapshots`;
      return { ...done, level: 'differs', message };
    }
    if (this.#options.content.kind !== 'none') return this.#judgeContent(done, listing.digest);
    const equal = `${countedEntries(entries)}, each equal on both snapshots${this.#exceptions}`;
    // Snapshots never change: what differed, and is equal by its listings, differs by its bytes.
    return level === 'differs'
      ? {
          ...done,
          level,
          message: `${equal} by its listing, but their bytes were found to differ; read them again with --content`,
        }
      : { ...done, level: level === 'content-verified' ? level : 'listing-verified', message: equal };
  }

  async #judgeContent(listed: VerifiedPoint, digest: ShareDigest | undefined): Promise<VerifiedPoint> {
    const rounds = await readRounds(this.#folder, this.#point);
    const sample = await this.#nextSample(rounds);
    if (sample === 'all-proven') {
      const message = `${countedEntries(listed.entries)} equal; every sample of the files has been read, every byte the same${this.#exceptions}`;
      return { ...listed, level: 'content-verified', sample: rounds ?? null, message };
    }
    const found = await this.#readContent(sample, digest);
    const { filesRead, bytesRead, failure, stopped, different, differences } = found;
    const read = { ...listed, filesRead, bytesRead, sample: rounds ?? null };
    const open = { ...read, finished: false, level: this.#point.level };
    if (differences > 0) {
      // What was read before says nothing any more.
      await forgetRounds(this.#folder, this.#point.id);
      const paths = different.slice(0, 3).map((path) => `"${path}"`);
      const message = `the bytes of ${counted(differences, 'file')} differ: ${paths.join(', ')}`;
      return { ...read, level: 'differs', differences, different, sample: null, message };
    }
    if (failure !== undefined) return { ...open, message: `could not be read: ${failure.message}` };
    if (stopped) {
      const message = `stopped after ${counted(filesRead, 'file')}; the next such verification carries on from there`;
      return { ...open, message };
    }
    if (sample === undefined && digest !== undefined && !isAllOf(digest, found)) {
      // Whatever the reason, what is not accounted for is not proven.
      await forgetContentState(this.#folder, this.#task(sample));
      const message = `${counted(filesRead, 'file')} read, and the listing has ${digest.files}: nothing is proven, and the next verification begins anew`;
      return { ...open, message };
    }
    const same = `${countedEntries(listed.entries)} equal, ${counted(filesRead, 'file')} read on both sides, every byte the same${this.#exceptions}`;
    if (sample === undefined) return { ...read, level: 'content-verified', message: same };
    return this.#judgeSample(read, sample, rounds, same);
  }

  async #judgeSample(
    read: VerifiedPoint,
    sample: ContentSample,
    before: ProvenRounds | undefined,
    same: string,
  ): Promise<VerifiedPoint> {
    const rounds = withRound(before, sample);
    await writeRounds(this.#folder, this.#point, rounds);
    await writeLastSample(this.#folder, sample);
    if (isWhole(rounds)) return { ...read, level: 'content-verified', sample: rounds, message: same };
    const { level } = this.#point;
    const message = `${same}; ${rounds.proven.length} of ${rounds.rounds} samples are proven`;
    // One sample that is equal says nothing of another that was not.
    const reached = level === 'copied' ? 'listing-verified' : level;
    return { ...read, level: reached, sample: rounds, message };
  }

  async #nextSample(rounds: ProvenRounds | undefined): Promise<ContentSample | 'all-proven' | undefined> {
    const { content } = this.#options;
    if (content.kind !== 'sample') return undefined;
    return nextRound(content.percent, rounds, await readLastSample(this.#folder)) ?? 'all-proven';
  }

  #readContent(
    sample: ContentSample | undefined,
    digest: ShareDigest | undefined,
  ): Promise<ContentVerification> {
    const { keepEveryMs, meter } = this.#options;
    this.#readTask = this.#task(sample);
    return carryOnReading({
      source: this.#source,
      target: this.#target,
      folder: this.#folder,
      task: this.#readTask,
      digest,
      options: { ...this.#comparison, keepEveryMs },
      meter,
    });
  }

  #task(sample: ContentSample | undefined): ContentTask {
    return { point: this.#point, sample };
  }

  get #exceptions(): string {
    return describeTolerated(this.#terms.tolerated);
  }

  /** @param reachedAt when the level was reached that only gets its digest now; undefined for no such case */
  async #record(
    result: VerifiedPoint,
    digest: ShareDigest | undefined,
    reachedAt: string | undefined,
  ): Promise<void> {
    const { level, entries } = result;
    if (level === 'copied') return;
    // A level that is kept says when it was reached, not when something less was proven again.
    const isReached = level === this.#point.level && level !== 'listing-verified';
    const isKept = isReached && this.#options.content.kind === 'none';
    if (isKept && (reachedAt === undefined || level === 'differs')) return;
    const { id, sourceSnapshot, targetSnapshot } = this.#point;
    await replaceLevel(this.#folder, id, level, {
      sourceSnapshot,
      targetSnapshot,
      entries,
      digest: level === 'differs' ? undefined : digest,
      verifiedAt: isKept ? reachedAt : undefined,
    });
  }
}

/** Whether the files that were read are those that the listing has. */
function isAllOf({ files, bytes }: ShareDigest, { filesRead, fileBytes }: ContentVerification): boolean {
  return files === filesRead && bytes === fileBytes;
}
