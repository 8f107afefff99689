/**
 * One pool's network: a bridge of its own, on which its nodes see each other by address, and the relays by which
 * they reach the emulator's ports. It lasts as long as the pool has nodes.
 */
import type Docker from 'dockerode';
import { BlockList } from 'node:net';
import type { AgentSetup } from '../../../emulator/agent/index.ts';
import { removeUnusedNetwork } from '../engine/engine-error.ts';
import type { Labels } from '../hygiene/labels.ts';
import { openHostRelay } from './host-relay.ts';
import type { HostRelay } from './host-relay.ts';

/** The name by which engines that run in a virtual machine (Docker Desktop) give the host's loopback to containers. */
export const HOST_GATEWAY_NAME = 'host.docker.internal';

export interface PoolNetworkOptions {
  readonly docker: Docker;
  readonly name: string;
  readonly labels: Labels;
}

type Relays = AgentSetup['relays'];

export class PoolNetwork {
  readonly name: string;
  readonly #network: Docker.Network;
  readonly #place: Place;
  readonly #relays = new Map<number, Promise<HostRelay | undefined>>();

  private constructor(name: string, network: Docker.Network, place: Place) {
    this.name = name;
    this.#network = network;
    this.#place = place;
  }

  /** Rejects with the engine's error. */
  static async create({ docker, name, labels }: PoolNetworkOptions): Promise<PoolNetwork> {
    const network = await docker.createNetwork({
      Name: name,
      Driver: 'bridge',
      CheckDuplicate: true,
      Labels: { ...labels },
    });
    return new PoolNetwork(name, network, placeOf(await network.inspect()));
  }

  /** For each port of the host's loopback, what the node's agent is to connect the node's loopback to. */
  async relaysTo(ports: readonly number[]): Promise<Relays> {
    return Promise.all(
      ports.map(async (port) => {
        const relay = await this.#relayTo(port);
        return relay === undefined
          ? { port, host: HOST_GATEWAY_NAME, hostPort: port }
          : { port, host: this.#place.gateway, hostPort: relay.port };
      }),
    );
  }

  async remove(): Promise<void> {
    const relays = await Promise.all(this.#relays.values());
    await Promise.all(relays.map(async (relay) => relay?.close()));
    await removeUnusedNetwork(this.#network);
  }

  #relayTo(port: number): Promise<HostRelay | undefined> {
    const known = this.#relays.get(port);
    if (known !== undefined) return known;
    const { gateway, nodes } = this.#place;
    // Where the gateway is not an address of this machine, the engine's own way to the host serves.
    const relay = openHostRelay({ gateway, targetPort: port, nodes }).catch(() => undefined);
    this.#relays.set(port, relay);
    return relay;
  }
}

interface Place {
  readonly gateway: string;
  readonly nodes: BlockList;
}

function placeOf(network: Docker.NetworkInspectInfo): Place {
  const config = network.IPAM?.Config?.find(({ Subnet }) => Subnet?.includes('.') === true);
  const [base, prefix] = (config?.Subnet ?? '').split('/');
  if (config?.Gateway === undefined || base === undefined || prefix === undefined) {
    throw new Error(`the engine gave the network "${network.Name}" no IPv4 subnet with a gateway`);
  }
  const nodes = new BlockList();
  nodes.addSubnet(base, Number(prefix), 'ipv4');
  return { gateway: config.Gateway, nodes };
}
