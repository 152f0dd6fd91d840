import { expect, it, vi } from 'vitest';

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    readFileSync: (path: string, encoding: 'utf8') => {
      // /proc mounted with hidepid=1: the process of another user is there, its files may not be read.
      if (path === `/proc/${process.ppid}/stat`)
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      return real.readFileSync(path, encoding);
    },
  };
});

it.runIf(process.platform === 'linux')(
  'a holder that this user may not look at is not certainly gone',
  async () => {
    const { isGone, thisProcess } = await import('../../lib/target/holder.ts');
    const { process: identity } = thisProcess();
    const machine = identity?.split('/').slice(0, 2).join('/');
    expect(isGone({ host: 'here', pid: process.ppid, process: `${machine}/12345` })).toBe(false);
  },
);
