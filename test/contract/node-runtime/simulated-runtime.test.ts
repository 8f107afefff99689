// The node-runtime contract on nodes that exist only in time, here on the real clock so that one suite serves all.
import { SimulatedRuntime } from '../../../adapters/simulated/index.ts';
import { systemClock } from '../../../adapters/system/index.ts';
import { describeNodeRuntimeContract } from './node-runtime-contract.ts';

const nothingRuns = 'a simulated node runs no program';
const nothingMoves = 'a simulated node moves no bytes';

describeNodeRuntimeContract({
  name: 'simulated',
  create: () => {
    const runtime = new SimulatedRuntime({ clock: systemClock });
    return Promise.resolve({
      runtime,
      loseNode: (nodeId) => Promise.resolve(runtime.loseNode(nodeId)),
      leftovers: () => Promise.resolve([]),
    });
  },
  commands: { exit: (code) => `/bin/sh -c 'exit ${code}'`, forever: 'sleep 1000' },
  skip: {
    commands: nothingRuns,
    'process trees': nothingRuns,
    environment: nothingRuns,
    'resource files': nothingMoves,
    'output files': nothingMoves,
    packages: nothingMoves,
    files: 'the files of a simulated node are what its script says',
    'kept logs': nothingRuns,
    'many runs': nothingRuns,
  },
});
