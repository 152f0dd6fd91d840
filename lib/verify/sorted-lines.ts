import { type SpilledPart, SpillFile } from '../mirror/spill-file.ts';

/** Lines of a run in memory, and of one part of it, of which one for each run is in memory while runs are merged. */
const RUN_LINES = 20_000;
const PART_LINES = 500;

/**
 * Lines in the order of their UTF-8 bytes, whatever the order in which they come: what `LC_ALL=C sort` makes of
 * them. Those that memory has no place for are sorted by way of a temporary file.
 */
export class SortedLines {
  readonly #runLines: number;
  readonly #partLines: number;
  readonly #runs: (readonly SpilledPart[])[] = [];
  #lines: string[] = [];
  #file: SpillFile | undefined;
  #spilling: Promise<void> = Promise.resolve();

  constructor({ runLines = RUN_LINES, partLines = PART_LINES } = {}) {
    this.#runLines = runLines;
    this.#partLines = partLines;
  }

  /** `lines` without line feeds. Waits while lines are on their way to the file. */
  async add(lines: readonly string[]): Promise<void> {
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length >= this.#runLines) this.#spilling = this.#spilling.then(() => this.#spill());
    await this.#spilling;
  }

  /** All lines in order, some at a time. Nothing may be added afterwards. */
  async *inOrder(): AsyncGenerator<readonly string[]> {
    await this.#spilling;
    if (this.#file === undefined) {
      yield this.#lines.sort(compareUtf8);
      return;
    }
    await this.#spill();
    const file = this.#file;
    const runs = this.#runs.map((parts): Run => ({ parts: [...parts], lines: [] }));
    for (;;) {
      for (const run of runs) {
        const part = run.lines.length === 0 ? run.parts.shift() : undefined;
        if (part !== undefined) run.lines = await file.read<string[]>(part);
      }
      if (runs.every(({ lines }) => lines.length === 0)) return;
      yield takeReady(runs);
    }
  }

  async close(): Promise<void> {
    await this.#spilling.catch(() => undefined);
    const file = this.#file;
    this.#file = undefined;
    this.#lines = [];
    await file?.close();
  }

  async #spill(): Promise<void> {
    const lines = this.#lines.sort(compareUtf8);
    this.#lines = [];
    this.#file ??= await SpillFile.create();
    const parts: SpilledPart[] = [];
    for (let at = 0; at < lines.length; at += this.#partLines) {
      parts.push(await this.#file.append(lines.slice(at, at + this.#partLines)));
    }
    this.#runs.push(parts);
  }
}

interface Run {
  /** What is still in the file. */
  readonly parts: SpilledPart[];
  lines: string[];
}

/** The lines that come before all that are still in the file; of one run at least, all that are in memory. */
function takeReady(runs: readonly Run[]): readonly string[] {
  const ends = runs.flatMap(({ parts, lines }) => (parts.length === 0 ? [] : lines.slice(-1)));
  const limit = ends.sort(compareUtf8)[0];
  const ready: string[] = [];
  for (const run of runs) {
    const later = limit === undefined ? -1 : run.lines.findIndex((line) => compareUtf8(line, limit) > 0);
    const taken = run.lines.splice(0, later === -1 ? run.lines.length : later);
    for (const line of taken) ready.push(line);
  }
  return ready.sort(compareUtf8);
}

/** The order of the UTF-8 bytes, which is not that of UTF-16 where there are characters beyond U+FFFF. */
export function compareUtf8(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

/** Surrogates stand for characters beyond all others. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}
