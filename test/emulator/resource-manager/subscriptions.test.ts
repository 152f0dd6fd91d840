import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/main.ts';

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';

describe('subscriptions of Resource Manager', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ resourceManager: { subscriptionId: SUBSCRIPTION } });
  });
  afterAll(() => emulator.close());

  async function ask(path: string, method = 'GET', headers = { authorization: 'Bearer any' }) {
    const response = await fetch(`${emulator.url}/subscriptions${path}`, { method, headers });
    return { status: response.status, body: await response.json() };
  }

  it('are one, listed and told by its id', async () => {
    const listed = await ask('?api-version=2022-12-01');
    const { tenant } = emulator.identityInfo();
    const one = { id: `/subscriptions/${SUBSCRIPTION}`, subscriptionId: SUBSCRIPTION, tenantId: tenant };
    expect(listed).toMatchObject({ status: 200, body: { value: [{ ...one, state: 'Enabled' }] } });
    expect(await ask(`/${SUBSCRIPTION}?api-version=2022-12-01`)).toMatchObject({ status: 200, body: one });
  });

  it.each<[string, string, number, string]>([
    ['GET', '', 400, 'MissingApiVersionParameter'],
    ['GET', '/00000000-0000-0000-0000-00000000000a?api-version=2022-12-01', 404, 'SubscriptionNotFound'],
    ['PUT', `/${SUBSCRIPTION}?api-version=2022-12-01`, 405, 'MethodNotAllowed'],
  ])('%s %s is %i', async (method, path, status, code) => {
    const answer = await ask(path, method);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });

  it('need a token', async () => {
    const response = await fetch(`${emulator.url}/subscriptions?api-version=2022-12-01`);
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error: { code: 'AuthenticationFailed' } },
    ]);
  });
});
