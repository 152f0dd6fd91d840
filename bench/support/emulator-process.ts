import { startEmulator } from '../../emulator/main.ts';
import type { Ready, Usage } from './measured-emulator.ts';

/** An emulator in a process of its own: tells its parent when it is ready, and what it uses whenever asked. */
const emulator = await startEmulator();
const { name, key, endpoint } = emulator.account('source');
tell({ control: emulator.control, name, key, endpoint } satisfies Ready);

process.on('message', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  tell({
    bytes: process.memoryUsage.rss(),
    peakBytes: maxRSS * 1024,
    processorMs: (userCPUTime + systemCPUTime) / 1000,
  } satisfies Usage);
});
process.on('disconnect', () => void emulator.close());

function tell(message: Ready | Usage): void {
  process.send?.(message);
}
