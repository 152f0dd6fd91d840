import { createHash } from 'node:crypto';

/**
 * The stream number of a seeded file: a function of the seed and of the file's path (names joined by slashes)
 * below where it was seeded.
 */
export function syntheticStream(seed: number, path: string): number {
  const digest = createHash('sha1').update(`${seed}/${path}`).digest();
  return digest.readUIntBE(0, 6);
}

/**
 * Bytes `[offset, offset + length)` of a stream: every aligned run of eight bytes mixes the stream's number
 * with the run's own, so that any part can be told without the rest. Streams are below 2^48.
 */
export function syntheticBytes(stream: number, offset: number, length: number): Buffer {
  const firstRun = Math.floor(offset / 8);
  const skipped = offset - firstRun * 8;
  const runs = Math.ceil((skipped + length) / 8);
  const words = new Uint32Array(runs * 2);
  const streamLow = stream >>> 0;
  const streamHigh = Math.floor(stream / 2 ** 32);
  let low = firstRun >>> 0;
  let high = Math.floor(firstRun / 2 ** 32);
  for (let index = 0; index < runs; index++) {
    const a = mix(low ^ streamLow);
    const b = mix(a ^ high ^ Math.imul(streamHigh + 1, 0x9e3779b1));
    words[index * 2] = mix(b + low);
    words[index * 2 + 1] = b;
    low = (low + 1) >>> 0;
    if (low === 0) high++;
  }
  return Buffer.from(words.buffer, skipped, length);
}

/** A bijection of 32-bit words whose every output bit depends on every input bit. */
function mix(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
