import { describe, expect, it } from 'vitest';
import { Limiter, TaskGroup } from '../../lib/limiter.ts';

describe('TaskGroup', () => {
  it('never runs more at once than its limiter lets in, over all groups', async () => {
    const limiter = new Limiter(3);
    const groups = [new TaskGroup(limiter), new TaskGroup(limiter)];
    let running = 0;
    let most = 0;
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(
      groups.map(async (group) => {
        for (let index = 0; index < 20; index += 1) await group.start(task);
        await group.settled();
      }),
    );
    expect(most).toBe(3);
    expect(running).toBe(0);
  });

  it('settles when everything started has ended', async () => {
    const group = new TaskGroup(new Limiter(2));
    const ended: number[] = [];
    for (const index of [1, 2, 3]) {
      await group.start(async () => {
        await new Promise(setImmediate);
        ended.push(index);
      });
    }
    await group.settled();
    expect(ended.sort()).toEqual([1, 2, 3]);
  });
});
