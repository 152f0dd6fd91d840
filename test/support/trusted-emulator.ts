import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { TokenCredential } from '@azure/identity';
import { ShareServiceClient } from '@azure/storage-file-share';
import type { Emulator } from '../../emulator/main.ts';

/** Makes this process trust the certificate of an emulator; returns how to end that. */
export async function trustCertificate(emulator: Emulator): Promise<() => void> {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, await emulator.certificate()]);
  return () => setDefaultCACertificates(before);
}

/** A credential with tokens of a principal of the emulator, new ones at each call. */
export function credentialOf(
  emulator: Emulator,
  principal: string,
  resource = 'https://storage.azure.com',
): TokenCredential {
  return {
    getToken: async () => {
      const token = tokenOf(emulator, principal, resource);
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

/** An access token of a principal of the emulator. */
export function tokenOf(emulator: Emulator, name: string, resource = 'https://storage.azure.com'): string {
  const principal = emulator.identity.principals.find(name);
  if (principal === undefined) throw new Error(`the emulator has no principal ${name}`);
  return emulator.identity.issueToken(principal, resource).token;
}

/** The JavaScript SDK with a token credential, over HTTPS and without retries. */
export function tokenClient(
  emulator: Emulator,
  credential: TokenCredential,
  account = 'source',
): ShareServiceClient {
  const { httpsEndpoint } = emulator.account(account);
  if (httpsEndpoint === undefined) throw new Error('the emulator does not listen for HTTPS');
  return new ShareServiceClient(httpsEndpoint, credential, {
    fileRequestIntent: 'backup',
    retryOptions: { maxTries: 1 },
  });
}
