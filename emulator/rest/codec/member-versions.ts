/**
 * How models differ between api-versions. The mappers describe 2022-10-01.16.0; what came later is kept and shown as it
 * was sent, what came before is called by its older name or is not there yet (wire-facts 1.2, 8, and the changelogs of
 * the service's SDKs).
 */
import type { ApiVersion } from '../operations/api-version.ts';

type ByMember<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** Members that the mappers do not have yet, with the first version that has them. The emulator does not interpret them. */
export const laterMembers: ByMember<ApiVersion> = {
  OSDisk: {
    caching: '2023-05-01.17.0',
    managedDisk: '2023-05-01.17.0',
    diskSizeGB: '2023-05-01.17.0',
    writeAcceleratorEnabled: '2023-05-01.17.0',
  },
  NetworkConfiguration: { enableAcceleratedNetworking: '2023-05-01.17.0' },
  VMExtension: { enableAutomaticUpgrade: '2023-05-01.17.0' },
  VirtualMachineConfiguration: {
    serviceArtifactReference: '2023-11-01.18.0',
    securityProfile: '2023-11-01.18.0',
  },
  PoolAddParameter: { resourceTags: '2023-11-01.18.0', upgradePolicy: '2024-02-01.19.0' },
  PoolSpecification: { resourceTags: '2023-11-01.18.0', upgradePolicy: '2024-02-01.19.0' },
  CloudPool: { resourceTags: '2023-11-01.18.0', upgradePolicy: '2024-02-01.19.0' },
  NodeCounts: { upgradingOS: '2024-02-01.19.0' },
  ImageReference: { sharedGalleryImageId: '2024-07-01.20.0', communityGalleryImageId: '2024-07-01.20.0' },
  TaskContainerSettings: { containerHostBatchBindMounts: '2024-07-01.20.0' },
};

/** Members of the mappers that the oldest versions served do not have. */
export const memberSince: ByMember<ApiVersion> = {
  TaskAddParameter: { requiredSlots: '2020-09-01.12.0' },
  CloudTask: { requiredSlots: '2020-09-01.12.0' },
  JobManagerTask: { requiredSlots: '2020-09-01.12.0' },
  ComputeNode: { runningTaskSlotsCount: '2020-09-01.12.0' },
  JobAddParameter: { allowTaskPreemption: '2022-01-01.15.0' },
  JobPatchParameter: { allowTaskPreemption: '2022-01-01.15.0' },
  JobUpdateParameter: { allowTaskPreemption: '2022-01-01.15.0' },
  JobSpecification: { allowTaskPreemption: '2022-01-01.15.0' },
  CloudJob: { allowTaskPreemption: '2022-01-01.15.0' },
  PoolAddParameter: { targetNodeCommunicationMode: '2022-10-01.16.0' },
  PoolSpecification: { targetNodeCommunicationMode: '2022-10-01.16.0' },
  PoolPatchParameter: { targetNodeCommunicationMode: '2022-10-01.16.0' },
  PoolUpdatePropertiesParameter: { targetNodeCommunicationMode: '2022-10-01.16.0' },
  CloudPool: {
    targetNodeCommunicationMode: '2022-10-01.16.0',
    currentNodeCommunicationMode: '2022-10-01.16.0',
  },
};

const maxTasksPerNode = { taskSlotsPerNode: { name: 'maxTasksPerNode', until: '2020-09-01.12.0' } } as const;

/** Members that had another name before a version. */
export const earlierNames: ByMember<{ readonly name: string; readonly until: ApiVersion }> = {
  PoolAddParameter: maxTasksPerNode,
  PoolSpecification: maxTasksPerNode,
  CloudPool: maxTasksPerNode,
};
