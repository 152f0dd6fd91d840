import { type Seed, scaled } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const FILES = 100_000;
const FILES_PER_DIRECTORY = 100;

/** How many files the share of 100,000 files has at a scale. */
export function hundredThousand(scale: number): number {
  return scaled(FILES, scale);
}

/** The share of 100,000 files in 1,000 directories. */
export function hundredThousandFiles(scale: number): readonly Seed[] {
  return [
    { seed: 1, files: hundredThousand(scale), filesPerDirectory: FILES_PER_DIRECTORY, depth: 1, ...SMALL },
  ];
}
