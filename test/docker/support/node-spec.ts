// A node of pool `pool`, on the image that `.ci/run` makes.
import type { NodeSpec } from '../../../emulator/engine/index.ts';

export function nodeSpec(nodeId: string): NodeSpec {
  return {
    nodeId,
    poolId: 'pool',
    accountName: 'acc',
    isDedicated: true,
    image: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts', version: 'latest' },
    vmSize: 'standard_d2s_v3',
    suggestedIpAddress: '10.0.0.4',
    userAccounts: [],
    interNodeCommunication: false,
  };
}
