// The layer table: which folder may import what (design, sections 1 and 2). It is data; `rules.ts` turns it into rules
// for dependency-cruiser, so `npm run layers` fails on an import that is not listed here.

export interface Layer {
  /** Path from the repository's root. A file belongs to the layer with the longest folder that holds it. */
  readonly folder: string;
  /** What the folder is, for the message when its rule is broken. */
  readonly role: string;
  /** Other layers it may import, each through its `index.ts` alone. */
  readonly doors: readonly string[];
  /** Layers it may import types of, through their `index.ts`: nothing of them remains when it runs. */
  readonly typeDoors?: readonly string[];
  /** npm packages it may import. */
  readonly packages: readonly string[];
  /** Whether it may import `node:*`. */
  readonly node: boolean;
}

const kernel = 'core/kernel';
const core = 'core';
const engine = 'emulator/engine';
const agent = 'emulator/agent';
const bundles = 'adapters/bundles';

const emulatorInside: readonly Layer[] = [
  { folder: engine, role: "the service's rules, pure", doors: [kernel], packages: [], node: false },
  {
    folder: agent,
    role: 'the program inside a node, bundled to one file',
    doors: [kernel],
    typeDoors: [engine],
    packages: ['yauzl'],
    node: true,
  },
  { folder: 'emulator/store', role: 'state behind the store SPI', doors: [kernel, engine], packages: [], node: true },
  {
    folder: 'emulator/rest',
    role: "the service's HTTP interface; of the SDK only its mappers",
    doors: [kernel, engine],
    packages: ['@azure/batch'],
    node: true,
  },
  {
    folder: 'emulator/control',
    role: 'what is ours, under /_batchrite',
    doors: [kernel, engine, agent, 'emulator/rest'],
    packages: [],
    node: true,
  },
  {
    folder: 'emulator/dashboard',
    role: 'the pages over the control plane',
    doors: [kernel, engine, 'emulator/control'],
    packages: [],
    node: true,
  },
];

const adaptersOfPorts: readonly Layer[] = [
  {
    folder: 'adapters/azure',
    role: "core's Batch ports through the SDK, independent of the emulator",
    doors: [core, kernel],
    packages: ['@azure/batch', '@azure/core-auth', '@azure/core-rest-pipeline', '@azure/identity', '@azure/ms-rest-js'],
    node: true,
  },
  {
    folder: 'adapters/storage',
    role: "core's blob ports through the SDK",
    doors: [core, kernel],
    packages: ['@azure/storage-blob'],
    node: true,
  },
  {
    folder: 'adapters/local',
    role: "core's Batch ports on the engine in this process",
    doors: [core, kernel, engine],
    packages: [],
    node: true,
  },
  {
    folder: 'adapters/docker',
    role: 'a node is a container',
    doors: [kernel, engine, agent, bundles, 'adapters/process'],
    packages: ['dockerode'],
    node: true,
  },
  {
    folder: 'adapters/process',
    role: 'a node is a folder and processes',
    doors: [kernel, engine, agent, bundles],
    packages: [],
    node: true,
  },
  {
    folder: 'adapters/simulated',
    role: 'a node is a script in virtual time',
    doors: [kernel, engine],
    packages: [],
    node: false,
  },
];

const adaptersOfTheHost: readonly Layer[] = [
  {
    folder: 'adapters/azurite',
    role: 'Azurite as a child process',
    doors: [core, kernel],
    packages: ['azurite'],
    node: true,
  },
  {
    folder: 'adapters/terminal',
    role: 'progress and questions on a terminal',
    doors: [core, kernel],
    packages: ['ora', 'picocolors'],
    node: true,
  },
  { folder: 'adapters/files', role: "this machine's files", doors: [core, kernel], packages: [], node: true },
  {
    folder: 'adapters/config',
    role: 'settings from options, the environment and files',
    doors: [core, kernel],
    packages: ['zod'],
    node: true,
  },
  {
    folder: 'adapters/system',
    role: "the machine's time, randomness and temporary folders",
    doors: [kernel],
    packages: [],
    node: true,
  },
  {
    folder: bundles,
    role: 'the programs that are staged into nodes',
    doors: [],
    packages: ['esbuild'],
    node: true,
  },
];

const everyAdapter = [...adaptersOfPorts, ...adaptersOfTheHost].map((layer) => layer.folder);
const everyEmulatorPart = emulatorInside.map((layer) => layer.folder);

export const layers: readonly Layer[] = [
  { folder: kernel, role: 'clock, randomness, outcomes and faults', doors: [], packages: [], node: false },
  { folder: core, role: 'what a client of Batch knows', doors: [kernel], packages: [], node: false },
  { folder: 'scenarios', role: 'stories written with core alone', doors: [core], packages: [], node: false },
  { folder: 'worker', role: 'the program inside a task, a bundle of its own', doors: [], packages: [], node: true },
  ...emulatorInside,
  {
    folder: 'emulator/composition',
    role: 'where the emulator is put together',
    doors: [kernel, core, ...everyEmulatorPart, ...everyAdapter],
    packages: ['inversify'],
    node: true,
  },
  ...adaptersOfPorts,
  ...adaptersOfTheHost,
  {
    folder: 'adapters/composition',
    role: 'where a scenario meets its adapters',
    doors: [kernel, core, 'scenarios', ...everyEmulatorPart, 'emulator/composition', ...everyAdapter],
    packages: ['inversify'],
    node: true,
  },
  {
    folder: 'adapters/embedded',
    role: 'where a program starts an emulator of its own',
    doors: [kernel, core, ...everyEmulatorPart, 'emulator/composition', ...everyAdapter, 'adapters/composition'],
    packages: ['@azure/batch', '@azure/storage-blob'],
    node: true,
  },
  {
    folder: 'adapters/vitest',
    role: 'an emulator for each test of vitest',
    doors: ['adapters/embedded'],
    packages: ['vitest'],
    node: false,
  },
  {
    folder: 'adapters/cli',
    role: 'the command',
    doors: [
      kernel,
      core,
      'scenarios',
      ...everyEmulatorPart,
      'emulator/composition',
      ...everyAdapter,
      'adapters/composition',
    ],
    packages: ['commander', 'ora', 'picocolors'],
    node: true,
  },
];

/** Folders whose files may import anything. */
export const freeFolders: readonly string[] = ['test'];
