// The plainest node and the plainest run.
import type { NodeSpec, RunSpec } from '../../../emulator/engine/index.ts';

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

export function runSpec(runId: string, commandLine: string): RunSpec {
  return {
    runId,
    kind: 'task',
    directory: `workitems/job/job-1/${runId}`,
    clean: true,
    commandLine,
    environment: [],
    resourceFiles: [],
    outputFiles: [],
    user: { kind: 'auto', scope: 'pool', admin: false },
  };
}
