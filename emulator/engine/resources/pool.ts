/** Pools: what a client sends to create one, and what the service shows. */
import type { Instant, Milliseconds } from '../../../core/kernel/index.ts';
import type {
  ApplicationPackageReference,
  ContainerRegistry,
  ContainerSettings,
  DeallocationOption,
  EnvironmentSetting,
  MetadataItem,
  Opaque,
  ResourceFile,
  ServiceError,
  Stamped,
  UserIdentity,
} from './common.ts';

export interface ImageReference {
  readonly publisher?: string;
  readonly offer?: string;
  readonly sku?: string;
  readonly version?: string;
  readonly virtualMachineImageId?: string;
}

export interface VirtualMachineConfiguration {
  readonly imageReference: ImageReference;
  readonly nodeAgentSKUId: string;
  readonly containerConfiguration?: {
    readonly type: string;
    readonly containerImageNames?: readonly string[];
    readonly containerRegistries?: readonly ContainerRegistry[];
  };
  readonly windowsConfiguration?: Opaque;
  readonly dataDisks?: readonly Opaque[];
  readonly licenseType?: string;
  readonly diskEncryptionConfiguration?: Opaque;
  readonly nodePlacementConfiguration?: Opaque;
  readonly extensions?: readonly Opaque[];
  readonly osDisk?: Opaque;
}

export interface StartTask {
  readonly commandLine: string;
  readonly containerSettings?: ContainerSettings;
  readonly resourceFiles?: readonly ResourceFile[];
  readonly environmentSettings?: readonly EnvironmentSetting[];
  readonly userIdentity?: UserIdentity;
  readonly maxTaskRetryCount?: number;
  readonly waitForSuccess?: boolean;
}

export interface UserAccount {
  readonly name: string;
  readonly password: string;
  readonly elevationLevel?: 'nonadmin' | 'admin';
  readonly linuxUserConfiguration?: {
    readonly uid?: number;
    readonly gid?: number;
    readonly sshPrivateKey?: string;
  };
  readonly windowsUserConfiguration?: { readonly loginMode?: string };
}

/** The members of a pool that auto pools (`PoolSpecification`) share with explicit ones. */
export interface PoolSpecification {
  readonly displayName?: string;
  readonly vmSize: string;
  readonly cloudServiceConfiguration?: { readonly osFamily: string; readonly osVersion?: string };
  readonly virtualMachineConfiguration?: VirtualMachineConfiguration;
  readonly resizeTimeout?: Milliseconds;
  readonly targetDedicatedNodes?: number;
  readonly targetLowPriorityNodes?: number;
  readonly enableAutoScale?: boolean;
  readonly autoScaleFormula?: string;
  readonly autoScaleEvaluationInterval?: Milliseconds;
  readonly enableInterNodeCommunication?: boolean;
  readonly networkConfiguration?: Opaque;
  readonly startTask?: StartTask;
  readonly certificateReferences?: readonly Opaque[];
  readonly applicationPackageReferences?: readonly ApplicationPackageReference[];
  readonly applicationLicenses?: readonly string[];
  readonly taskSlotsPerNode?: number;
  readonly taskSchedulingPolicy?: { readonly nodeFillType: 'spread' | 'pack' };
  readonly userAccounts?: readonly UserAccount[];
  readonly metadata?: readonly MetadataItem[];
  readonly mountConfiguration?: readonly Opaque[];
  readonly targetNodeCommunicationMode?: 'default' | 'classic' | 'simplified';
}

export interface PoolAdd extends PoolSpecification {
  readonly id: string;
}

export interface PoolPatch {
  readonly startTask?: StartTask;
  readonly certificateReferences?: readonly Opaque[];
  readonly applicationPackageReferences?: readonly ApplicationPackageReference[];
  readonly metadata?: readonly MetadataItem[];
  readonly targetNodeCommunicationMode?: 'default' | 'classic' | 'simplified';
}

export interface PoolUpdateProperties extends PoolPatch {
  readonly certificateReferences: readonly Opaque[];
  readonly applicationPackageReferences: readonly ApplicationPackageReference[];
  readonly metadata: readonly MetadataItem[];
}

export interface PoolResize {
  readonly targetDedicatedNodes?: number;
  readonly targetLowPriorityNodes?: number;
  readonly resizeTimeout?: Milliseconds;
  readonly nodeDeallocationOption?: DeallocationOption;
}

export interface NodesRemoval {
  readonly nodeList: readonly string[];
  readonly resizeTimeout?: Milliseconds;
  readonly nodeDeallocationOption?: DeallocationOption;
}

export interface AutoScaleEnablement {
  readonly autoScaleFormula?: string;
  readonly autoScaleEvaluationInterval?: Milliseconds;
}

export interface AutoScaleRun {
  readonly timestamp: Instant;
  readonly results?: string;
  readonly error?: ServiceError;
}

/** A pool as `GET /pools/{id}` shows it, without URLs. */
export interface PoolResource extends Stamped, PoolSpecification {
  readonly state: 'active' | 'deleting';
  readonly stateTransitionTime: Instant;
  readonly allocationState: 'steady' | 'resizing' | 'stopping';
  readonly allocationStateTransitionTime: Instant;
  readonly resizeTimeout: Milliseconds;
  readonly currentDedicatedNodes: number;
  readonly targetDedicatedNodes: number;
  readonly currentLowPriorityNodes: number;
  readonly targetLowPriorityNodes: number;
  readonly resizeErrors?: readonly ServiceError[];
  readonly enableAutoScale: boolean;
  readonly autoScaleRun?: AutoScaleRun;
  readonly enableInterNodeCommunication: boolean;
  readonly taskSlotsPerNode: number;
  readonly taskSchedulingPolicy: { readonly nodeFillType: 'spread' | 'pack' };
  readonly currentNodeCommunicationMode?: 'classic' | 'simplified';
}
