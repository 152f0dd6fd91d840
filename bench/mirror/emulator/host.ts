import { startEmulator } from '../../../emulator/main.ts';
import { SOURCE, TARGET } from '../scenario.ts';
import { scenarioNamed } from '../scenarios/index.ts';
import { BenchEmulator } from './bench-emulator.ts';
import type { Answer, HostReady, HostRequest } from './host-messages.ts';

/** An emulator in a process of its own, steered by the messages of its parent, whose end is its own, too. */
const [name = '', scale = '1'] = process.argv.slice(2);
const emulator = await startEmulator({
  accounts: [{ name: SOURCE }, { name: TARGET }],
  shareDeleteRetentionDays: 0,
});
const bench = new BenchEmulator(emulator, scenarioNamed(name), Number(scale));
process.on('message', (request: HostRequest) => answer(request));
process.on('disconnect', () => void emulator.close());
tell({ source: emulator.account(SOURCE), target: emulator.account(TARGET) });

function answer(request: HostRequest): void {
  try {
    tell({ value: carryOut(request) ?? null });
  } catch (error) {
    tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function carryOut({ command, share }: HostRequest) {
  switch (command) {
    case 'prepare':
      return bench.prepare(share);
    case 'change':
      return bench.change(share);
    case 'snapshotSource':
      return bench.snapshotSource(share);
    case 'start':
      return bench.start();
    case 'finish':
      return bench.finish(share);
    case 'drop':
      return bench.drop(share);
  }
}

function tell(message: HostReady | Answer<unknown>): void {
  process.send?.(message);
}
