import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShareBuilder } from '../support/share-builder.ts';
import { World } from '../support/world.ts';

const FILES = 120;
const LIMIT = { requestsPerSecond: 60 };

let world: World;

beforeEach(async () => {
  world = await World.start({ concurrency: 32, retries: 12 });
  const source = new ShareBuilder(world.source);
  for (let index = 0; index < FILES; index += 1) source.file(`folder-${index % 4}/file-${index}`, 'content');
  world.createTarget();
});

afterEach(() => world.close());

function busyAnswers(): number {
  return world.emulator.requests.accounts().dracct?.errors.ServerBusy ?? 0;
}

it('completes a backup to a share that refuses past a rate, and is refused for few of its requests', async () => {
  world.emulator.limits.set('dracct', 'finance-copy', LIMIT);
  const end = await world.backup();
  expect(end.outcome).toBe('complete');
  expect(end.failures).toBe(0);
  const sent = world.emulator.requests.total('dracct');
  const busy = busyAnswers();
  expect(busy).toBeGreaterThan(0);
  expect(busy / sent).toBeLessThan(0.35);
});
