// The door of the bundles: the programs that are staged into nodes, each one file, and the Node binary they run on.
export { ensureBundle } from './ensure-bundle.ts';
export type { BundleName } from './ensure-bundle.ts';
export { nodeBinaryPath, nodeBinaryVersion } from './node-binary.ts';
