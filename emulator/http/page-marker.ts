import { invalidQueryParameterValue } from './request-errors.ts';

/** Markers look as the service's do: a length, and base64 of where to go on with hyphens for padding. */
export function markerOf(next: string): string {
  const base64 = Buffer.from(next, 'utf8').toString('base64').replaceAll('=', '-');
  return `1!${base64.length}!${base64}`;
}

/** Reads a marker; throws 400 `InvalidQueryParameterValue` for what `markerOf` did not make. */
export function parseMarker(marker: string): string {
  const match = /^1!(\d+)!([A-Za-z0-9+/]*-{0,2})$/.exec(marker);
  const base64 = match?.[2];
  if (base64 === undefined || base64.length !== Number(match?.[1])) {
    throw invalidQueryParameterValue('marker', marker);
  }
  return Buffer.from(base64.replaceAll('-', '='), 'base64').toString('utf8');
}
