import { describe, expect, it } from 'vitest';
import { parseSize } from '../../../lib/jobs/size.ts';

describe('parseSize', () => {
  it.each<[written: number | string, bytes: number | undefined]>([
    [0, 0],
    [4096, 4096],
    ['512 B', 512],
    ['1KiB', 1024],
    ['10 MiB', 10_485_760],
    ['1.5 GiB', 1_610_612_736],
    ['4 TiB', 4_398_046_511_104],
    ['0.1 KiB', undefined],
    ['1.5 B', undefined],
    [-1, undefined],
    [1.5, undefined],
    [2 ** 53, undefined],
    ['9000000 TiB', undefined],
    ['10', undefined],
    ['10 MB', undefined],
    ['10 mib', undefined],
    ['-1 MiB', undefined],
    ['MiB', undefined],
    ['', undefined],
    ['1e3 B', undefined],
  ])('%j', (written, bytes) => {
    expect(parseSize(written)).toBe(bytes);
  });
});
