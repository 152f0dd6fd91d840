/** A moment of a SAS field, in milliseconds since 1970. */
export type SasTime = number;

const SAS_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?Z)?$/;

/**
 * Reads `st` or `se`: a UTC date, or a date with hours and minutes and perhaps seconds and a fraction
 * (learn.microsoft.com rest/api/storageservices/formatting-datetime-values); undefined when it is none.
 */
export function parseSasTime(text: string): SasTime | undefined {
  if (!SAS_TIME.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** A moment as fields of a SAS are commonly written, `2026-11-21T05:30:00Z`. */
export function formatSasTime(time: SasTime): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
