/** An ETag as headers and listings write it, without its quotes, so that both spell it alike. */
export function unquotedEtag(etag: string): string {
  return etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
}
