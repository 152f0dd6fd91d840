import { describe, expect, it } from 'vitest';
import { runMeasured } from '../../bench/mirror/run-measured.ts';

const HELD_MIB = 200;

describe('runMeasured', () => {
  it('tells how a program ended and what it wrote', async () => {
    const run = await runMeasured(node("console.log('said'); console.error('warned'); process.exit(3)"), {
      seconds: 60,
      stop: new AbortController().signal,
    });
    expect(run).toMatchObject({ code: 3, cutOff: false, stdout: 'said\n', stderr: 'warned\n' });
  });

  it.skipIf(process.platform !== 'linux')('tells the peak of the memory that it held', async () => {
    const held = `const held = Buffer.alloc(${HELD_MIB} * 2 ** 20, 1); setTimeout(() => held.length, 300)`;
    const run = await runMeasured(node(held), { seconds: 60, stop: new AbortController().signal });
    expect(run.peakBytes).toBeGreaterThan(HELD_MIB * 2 ** 20);
    expect(run.peakBytes).toBeLessThan(3 * HELD_MIB * 2 ** 20);
  });

  it('cuts off what does not end in time', async () => {
    const run = await runMeasured(node('setInterval(() => {}, 1000)'), {
      seconds: 0.2,
      stop: new AbortController().signal,
    });
    expect(run).toMatchObject({ code: null, cutOff: true });
  });

  it('ends the program when the bench is stopped', async () => {
    const stop = new AbortController();
    const running = runMeasured(node('setInterval(() => {}, 1000)'), { seconds: 60, stop: stop.signal });
    stop.abort(new Error('stopped by SIGINT'));
    await expect(running).rejects.toThrow('stopped by SIGINT');
  });
});

function node(script: string) {
  return { file: process.execPath, parameters: ['-e', script], env: process.env };
}
