const NUMBER = new Intl.NumberFormat('en-US');

/** `1 entry`, `5,012 entries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`;
}

/** `1 entry`, `5,012 entries`: what every message counts. */
export function countedEntries(value: number): string {
  return counted(value, 'entry', 'entries');
}
