/** Removes what servers that were killed left on the engine: containers first, then the networks they were in. */
import type Docker from 'dockerode';
import { ignoreMissing, removeUnusedNetwork } from '../engine/engine-error.ts';
import { SERVER_LABEL } from './labels.ts';
import { fateOf } from './server-identity.ts';

export interface Swept {
  readonly containers: number;
  readonly networks: number;
  /** Names of networks that stay because somebody else's containers are on them. */
  readonly networksInUse: readonly string[];
}

/** Only what carries our label and whose server is certainly dead. */
export async function sweepDeadServers(docker: Docker): Promise<Swept> {
  return sweep(docker, SERVER_LABEL, (labels) => fateOf(labels[SERVER_LABEL] ?? '') === 'dead');
}

/** Everything that carries the label with exactly this value; the last step of a server that closes. */
export async function sweepLabel(docker: Docker, name: string, value: string): Promise<Swept> {
  return sweep(docker, `${name}=${value}`, (labels) => labels[name] === value);
}

type Labelled = { readonly [name: string]: string };

async function sweep(docker: Docker, label: string, isOurs: (labels: Labelled) => boolean): Promise<Swept> {
  const filters = { label: [label] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => isOurs(Labels));
  await Promise.all(
    containers.map(({ Id }) => ignoreMissing(docker.getContainer(Id).remove({ force: true, v: true }))),
  );
  const networks = (await docker.listNetworks({ filters })).filter(({ Labels }) => isOurs(Labels ?? {}));
  const outcomes = await Promise.all(networks.map(({ Id }) => removeUnusedNetwork(docker.getNetwork(Id))));
  return {
    containers: containers.length,
    networks: outcomes.filter((outcome) => outcome === 'removed').length,
    networksInUse: networks.filter((_, index) => outcomes[index] === 'in use').map(({ Name }) => Name),
  };
}
