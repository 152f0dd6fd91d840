import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** The Ed25519 signature of a manifest's bytes (RFC 8032), 64 bytes. */
export function signManifest(manifest: Uint8Array, privateKey: KeyObject): Uint8Array {
  return sign(null, manifest, privateKey);
}

export function isSignedBy(manifest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return verify(null, manifest, publicKey, signature);
}

/** Names a key: SHA-256 of its public part as SubjectPublicKeyInfo (RFC 8410), in hexadecimal digits. */
export function keyFingerprint(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }));
}
