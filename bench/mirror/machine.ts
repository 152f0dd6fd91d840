import { cpus, release, totalmem, type } from 'node:os';
import { VERSION } from '../../lib/version.ts';
import type { AzCopy } from '../../test/support/azcopy.ts';

/** What measurements depend on. */
export type Machine = {
  readonly processors: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  /** "Sharepair 0.1.0, Node.js 24.21.0, AzCopy 10.32.2". */
  readonly versions: string;
};

export async function describeMachine(azCopy: AzCopy | { readonly unavailable: string }): Promise<Machine> {
  const processors = cpus();
  const versions = [`Sharepair ${VERSION}`, `Node.js ${process.versions.node}`];
  if (!('unavailable' in azCopy)) {
    const { output } = await azCopy.run(['--version']);
    versions.push(
      output
        .trim()
        .split('\n')[0]
        ?.replace(/^azcopy version /, 'AzCopy ') ?? 'AzCopy',
    );
  }
  return {
    processors: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${process.arch}`,
    versions: versions.join(', '),
  };
}
