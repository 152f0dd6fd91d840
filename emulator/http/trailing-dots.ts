import { invalidUri } from './request-errors.ts';

/**
 * The names of a path as the service takes them: all dots at the end of a name are dropped unless the
 * request allows them by `x-ms-allow-trailing-dot: true` (for a source: `x-ms-source-allow-trailing-dot`).
 * Throws 400 `InvalidUri` for a name of nothing but dots.
 */
export function withoutTrailingDots(path: readonly string[], allowed: boolean): readonly string[] {
  if (allowed || !path.some((name) => name.endsWith('.'))) return path;
  return path.map((name) => {
    const kept = name.replace(/\.+$/, '');
    if (kept === '') throw invalidUri();
    return kept;
  });
}
