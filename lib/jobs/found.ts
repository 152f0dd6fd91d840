/** A value as the end of "found …". Text is not shown where it is or might be a secret. */
export function describeFound(value: unknown, isSecret: boolean): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return describeText(value, isSecret);
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return isSecret ? `a ${typeof value}` : String(value);
}

function describeText(text: string, isSecret: boolean): string {
  if (text === '') return 'an empty string';
  if (!isSecret && !mayBeSecret(text)) return JSON.stringify(text);
  return `a string of ${text.length} ${text.length === 1 ? 'character' : 'characters'}`;
}

/** A name as it is shown to people. A secret in the place of a name is not shown either. */
export function quoteName(name: string): string {
  return mayBeSecret(name) ? `a name of ${name.length} characters` : JSON.stringify(name);
}

/** Whether text holds a secret that may have got into a wrong place: a SAS, an account key, a password in a URL. */
export function mayBeSecret(text: string): boolean {
  if (/sig=|accountkey=|secret=|password=|:\/\/[^/]*@/i.test(text)) return true;
  // Keys and client secrets are long and of mixed case; names of jobs and shares are never of mixed case.
  return /\S{40,}/.test(text) && /[A-Z]/.test(text);
}
