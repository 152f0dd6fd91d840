const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes of a size as it is written: `4096`, `"512 B"`, `"10 MiB"`, `"1.5 GiB"`. Undefined where it is none. */
export function parseSize(written: number | string): number | undefined {
  if (typeof written === 'number') return wholeBytes(written);
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(written) ?? [];
  const power = UNITS.indexOf(unit);
  return value === undefined || power === -1 ? undefined : wholeBytes(Number(value) * 1024 ** power);
}

function wholeBytes(value: number): number | undefined {
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
