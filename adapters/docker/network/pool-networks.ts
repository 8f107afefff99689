/** The networks of all pools: one is made for a pool's first node and removed with its last. */
import type Docker from 'dockerode';
import type { NodeSpec } from '../../../emulator/engine/index.ts';
import { POOL_LABEL } from '../hygiene/labels.ts';
import type { Labels } from '../hygiene/labels.ts';
import { PoolNetwork } from './pool-network.ts';

export interface PoolNetworksOptions {
  readonly docker: Docker;
  /** Begins the name of every network. */
  readonly prefix: string;
  readonly labels: Labels;
}

interface Use {
  readonly nodes: Set<string>;
  readonly network: Promise<PoolNetwork>;
}

export class PoolNetworks {
  readonly #options: PoolNetworksOptions;
  readonly #uses = new Map<string, Use>();
  #count = 0;

  constructor(options: PoolNetworksOptions) {
    this.#options = options;
  }

  /** The network of the node's pool. Ends with `leave`. Rejects with the engine's error when it cannot be made. */
  async join(node: NodeSpec): Promise<PoolNetwork> {
    const pool = poolKey(node);
    const use = this.#uses.get(pool) ?? this.#open(pool, node);
    use.nodes.add(node.nodeId);
    try {
      return await use.network;
    } catch (error) {
      if (this.#uses.get(pool) === use) this.#uses.delete(pool);
      throw error;
    }
  }

  /** After the node's container is gone. */
  async leave(node: NodeSpec): Promise<void> {
    const pool = poolKey(node);
    const use = this.#uses.get(pool);
    if (use === undefined || !use.nodes.delete(node.nodeId) || use.nodes.size > 0) return;
    // A node that comes now gets a new network: names differ, so the old one's removal is not in its way.
    this.#uses.delete(pool);
    await (await use.network).remove();
  }

  async close(): Promise<void> {
    const uses = [...this.#uses.values()];
    this.#uses.clear();
    await Promise.all(
      uses.map(async ({ network }) => {
        const made = await network.catch(() => undefined);
        await made?.remove();
      }),
    );
  }

  #open(pool: string, { poolId }: NodeSpec): Use {
    this.#count += 1;
    const { docker, prefix, labels } = this.#options;
    const name = `${prefix}-${poolId.replace(/[^\w-]/g, '_').slice(0, 40)}-net${this.#count}`;
    const network = PoolNetwork.create({ docker, name, labels: { ...labels, [POOL_LABEL]: poolId } });
    const use: Use = { nodes: new Set(), network };
    this.#uses.set(pool, use);
    return use;
  }
}

function poolKey({ accountName, poolId }: NodeSpec): string {
  return `${accountName.toLowerCase()}/${poolId.toLowerCase()}`;
}
