// The node-runtime contract on nodes that are containers.
import { describeNeeding } from '../support/suite.ts';
import { describeNodeRuntimeContract } from '../contract/node-runtime/node-runtime-contract.ts';
import { createDockerTarget } from './support/docker-target.ts';

await describeNeeding(['docker'], 'docker', () => {
  describeNodeRuntimeContract({
    name: 'containers',
    create: async ({ ports }) => {
      const target = await createDockerTarget();
      target.runtime.relay(ports);
      return target;
    },
  });
});
