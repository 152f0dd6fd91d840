/**
 * The percent-encoded form of a name that XML cannot hold, undefined for the others. The service marks such
 * names with `Encoded="true"` (learn.microsoft.com rest/api/storageservices/list-directories-and-files).
 */
export function encodedName(name: string): string | undefined {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code >= 0xfffe) return encodeURIComponent(name.toWellFormed());
  }
  return undefined;
}

const SPECIAL = /[&<>"]/;

/** Text for an XML element or a double-quoted attribute. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
