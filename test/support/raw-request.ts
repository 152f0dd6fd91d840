import { request } from 'node:http';
import { request as requestTls } from 'node:https';

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** `status code`, as a failure is compared in tests. */
  readonly outcome: string;
  /** What the service says of a credential that failed. */
  readonly detail: string | undefined;
};

export type RawRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Sends one request as it is, over HTTP or over HTTPS to a server that this process trusts. */
export function sendRaw(
  url: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<RawAnswer> {
  const open = url.startsWith('https:') ? requestTls : request;
  return new Promise((resolve, reject) => {
    const sent = open(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const status = response.statusCode ?? 0;
        const code = response.headers['x-ms-error-code'];
        resolve({
          status,
          headers: response.headers,
          text,
          outcome: code === undefined ? String(status) : `${status} ${String(code)}`,
          detail: /<AuthenticationErrorDetail>([^<]*)/.exec(text)?.[1],
        });
      });
    });
    sent.on('error', reject);
    if (method === 'PUT' && body === undefined) sent.setHeader('content-length', '0');
    sent.end(body);
  });
}
