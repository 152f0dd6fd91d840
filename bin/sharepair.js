#!/usr/bin/env node
// Plain JavaScript that old releases of Node can read, too: it finds a Node that can run the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

if (isNewEnough(process.versions.node)) await runHere();
else runOnOwnNode();

/** From these releases on Node runs TypeScript sources without a flag. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

async function runHere() {
  const places = [
    new URL('../cli/main.ts', import.meta.url),
    new URL('../dist/cli/main.js', import.meta.url),
  ];
  const entry = places.find((place) => existsSync(place));
  if (entry === undefined) {
    return giveUp('This copy of Sharepair holds neither its sources nor their build. Install it again.');
  }
  silenceTypeStrippingWarning();
  const { main } = await import(entry.href);
  await main();
}

function silenceTypeStrippingWarning() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('Type Stripping is an experimental feature')) {
      emitWarning.call(process, warning, ...rest);
    }
  };
}

/**
 * Runs this very file on the Node that came with the project, and ends as it ends. Signals go over the
 * channel with a count, because a terminal sends a Ctrl-C to both processes and it must not count twice; the
 * closing of the channel tells the other process that this one is gone, however it went.
 */
function runOnOwnNode() {
  const node = ownNode();
  if (node === undefined || process.env.SHAREPAIR_LAUNCHED === '1') {
    return giveUp(
      `Sharepair needs Node 22.18 or newer, and this is Node ${process.versions.node}. Install a newer Node, or run "npm ci" in a checkout, which brings one along.`,
    );
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    env: { ...process.env, SHAREPAIR_LAUNCHED: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      count += 1;
      if (child.connected) child.send({ signal, count }, () => {});
    });
  }
  child.on('error', (error) => giveUp(`The Node that came with Sharepair does not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function giveUp(message) {
  console.error(message);
  process.exitCode = 1;
}
