import { secret, settings } from './schema-parts.ts';

export const SIGNING_KEY = 'an Ed25519 private key in PEM (PKCS #8)';

export const manifestSchema = settings(
  { signingKey: secret(SIGNING_KEY, 'Signs the manifest of every recovery point: an Ed25519 private key.') },
  'The manifest that each recovery point has.',
);
