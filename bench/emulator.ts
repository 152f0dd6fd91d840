import { formatTable } from '../cli/output/table.ts';
import { type MeasuredEmulator, startMeasuredEmulator } from './support/measured-emulator.ts';
import { medianOf, timed } from './support/timing.ts';

/** What was measured, and the most that it is meant to be. */
type Row = { readonly what: string; readonly result: number; readonly unit: string; readonly goal?: number };

const FILES = 1_000_000;
const LISTED = 5000;
const RUNS = 30;
const REQUESTS = 20_000;
const CONNECTIONS = 32;
const MIB = 2 ** 20;
const EVERY_INCLUDE = 'include=Timestamps%2CEtag%2CAttributes%2CPermissionKey';

/** Measures an emulator at scale, in a process of its own, and prints what came out and what it is meant to be. */
async function measure(): Promise<void> {
  const rows = [...(await withEmulator(measureBigShare)), ...(await withEmulator(measureHugeFiles))];
  const columns = ['measured', 'result', 'goal', ''].map((title) => ({ title }));
  process.stdout.write(formatTable(columns, rows.map(cellsOf)));
}

async function measureBigShare(emulator: MeasuredEmulator): Promise<Row[]> {
  const seed = { account: 'source', share: 'big', seed: 1, files: FILES, filesPerDirectory: LISTED };
  const seeding = await timed(() => emulator.control('seed', seed));
  const seeded = await emulator.usage();
  const listing = `big/dir-00/dir-00?restype=directory&comp=list&${EVERY_INCLUDE}`;
  const list = await medianOf(RUNS, () => emulator.send('GET', listing, 200));
  const listed = await emulator.usage();
  const listProcessorMs = (listed.processorMs - seeded.processorMs) / RUNS;
  const snapshot = await medianOf(RUNS, () => emulator.send('PUT', 'big?restype=share&comp=snapshot', 201));
  const { wallMs, processorMs } = await emulator.flood(
    'big/dir-00/dir-00/file-000000.dat',
    REQUESTS,
    CONNECTIONS,
  );
  return [
    { what: `seed ${shown(FILES)} files in one call`, result: seeding / 1000, unit: 's', goal: 20 },
    {
      what: '  memory of the whole process at its peak',
      result: seeded.peakBytes / MIB,
      unit: 'MiB',
      goal: 1024,
    },
    {
      what: `list ${shown(LISTED)} entries with every include, over HTTP`,
      result: list,
      unit: 'ms',
      goal: 30,
    },
    { what: '  processor time of the emulator', result: listProcessorMs, unit: 'ms' },
    { what: 'snapshot of that share, over HTTP', result: snapshot, unit: 'ms', goal: 10 },
    {
      what: 'Get File Properties, per second of processor time',
      result: REQUESTS / (processorMs / 1000),
      unit: 'requests',
    },
    {
      what: `  per second by the clock, ${CONNECTIONS} connections`,
      result: REQUESTS / (wallMs / 1000),
      unit: 'requests',
    },
  ];
}

async function measureHugeFiles(emulator: MeasuredEmulator): Promise<Row[]> {
  const files = 10;
  const size = 1e12 / files;
  const seed = {
    account: 'source',
    share: 'huge',
    seed: 1,
    files,
    depth: 0,
    minSize: size,
    maxSize: size,
  };
  const before = await emulator.usage();
  const copying = await timed(async () => {
    await emulator.control('seed', seed);
    for (let file = 0; file < files; file++) {
      const headers = { 'x-ms-copy-source': emulator.url(`huge/file-${file}.dat`) };
      await emulator.send('PUT', `huge/copy-${file}.dat`, 202, headers);
    }
  });
  const after = await emulator.usage();
  return [
    { what: 'seed 1 TB in files of 100 GB, and copy them', result: copying, unit: 'ms' },
    {
      what: '  memory that it added at its peak',
      result: (after.peakBytes - before.bytes) / MIB,
      unit: 'MiB',
      goal: 100,
    },
  ];
}

async function withEmulator(use: (emulator: MeasuredEmulator) => Promise<Row[]>): Promise<Row[]> {
  const emulator = await startMeasuredEmulator(CONNECTIONS);
  try {
    return await use(emulator);
  } finally {
    await emulator.end();
  }
}

function cellsOf({ what, result, unit, goal }: Row): string[] {
  const verdict = goal === undefined ? '' : result <= goal ? 'met' : 'missed';
  return [what, `${shown(result)} ${unit}`, goal === undefined ? '' : `${shown(goal)} ${unit}`, verdict];
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

await measure();
