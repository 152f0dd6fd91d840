import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

const keyObjects = new Map<string, KeyObject>();

/** The base64 HMAC-SHA256 of `text` (UTF-8 unless told) under a base64 account key. */
export function signature(base64Key: string, text: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return createHmac('sha256', keyObject(base64Key)).update(text, encoding).digest('base64');
}

/** Compares two signatures without telling by its duration where they differ. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function keyObject(base64Key: string): KeyObject {
  let key = keyObjects.get(base64Key);
  if (key === undefined) {
    key = createSecretKey(Buffer.from(base64Key, 'base64'));
    keyObjects.set(base64Key, key);
  }
  return key;
}
