/** What the doctor looks at on this machine: Node, the Docker engine and its image, and the usual ports. */
import { createServer } from 'node:net';
import { dockerEngine, probeImage } from '../../docker/index.ts';
import type { PlannedPool } from '../../../scenarios/index.ts';
import type { Settings } from '../../config/index.ts';
import type { Check } from './check.ts';
import { fail, ok, warn } from './check.ts';

const NEEDED_MAJOR = 24;

export function checkNode(version = process.versions.node): Check {
  if (Number(version.split('.')[0]) >= NEEDED_MAJOR) return ok('Node.js', `version ${version}`);
  return fail('Node.js', `version ${version}`, `Install Node.js ${NEEDED_MAJOR} or later.`);
}

/** Without an engine nodes are processes, which only somebody who asked for containers minds. */
export async function checkDocker(runtime: Settings['runtime'], pools: readonly PlannedPool[]): Promise<Check[]> {
  if (runtime === 'process') return [ok('Docker', 'not used: nodes are processes, as asked')];
  const engine = await dockerEngine();
  if (!engine.available) {
    const remedy = 'Start a Docker engine for nodes that are containers.';
    return runtime === 'docker'
      ? [fail('Docker', engine.reason, 'Start a Docker engine, or use --runtime process.')]
      : [warn('Docker', `${engine.reason}; nodes are processes`, remedy)];
  }
  const images = await Promise.all(pools.map(({ image }) => checkContainerImage(image)));
  return [ok('Docker', engine.reason), ...images];
}

async function checkContainerImage(image: PlannedPool['image']): Promise<Check> {
  const probe = await probeImage(image);
  if ('problem' in probe)
    return fail('Docker image', probe.problem, 'Name an image with --image, or use --runtime process.');
  if (probe.isThere) return ok('Docker image', `${probe.container} is there`);
  return warn(
    'Docker image',
    `${probe.container} is not there and is pulled by the first run`,
    `Run \`docker pull ${probe.container}\` while there is a network.`,
  );
}

/** The ports that `batchrite start` takes unless it is told otherwise; a run takes free ones. */
export async function checkPorts(ports: Readonly<Record<string, number>>): Promise<Check> {
  const taken: string[] = [];
  for (const [what, port] of Object.entries(ports)) {
    if (!(await isFree(port))) taken.push(`${port} (${what})`);
  }
  const all = Object.values(ports).join(' and ');
  if (taken.length === 0) return ok('Ports', `${all} are free on 127.0.0.1`);
  return warn(
    'Ports',
    `in use on 127.0.0.1: ${taken.join(' and ')}; runs take free ones`,
    'If that is not an emulator of yours, give `batchrite start` others: --port and --blob-port, 0 takes free ones.',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
