/** What a pool may be, and what is filled in where nothing is said (wire-facts 3.1, batch-semantics 11). */
import { duration, formatIsoDuration } from '../../../core/kernel/index.ts';
import { findImage } from '../catalog/images.ts';
import { coresOf } from '../catalog/vm-sizes.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { engineFault, invalidProperty } from '../fault.ts';
import { NODE_STARTUP_METADATA, NODE_STARTUP_WORDS, nodeDurations, nodeStartupIn } from '../node-startup.ts';
import type { MetadataItem } from '../resources/common.ts';
import type { PoolSpecification, StartTask } from '../resources/pool.ts';
import {
  type AccountMeans,
  type Check,
  checkAtLeast,
  checkCommandLine,
  checkDisplayName,
  checkInteger,
  checkMetadata,
  checkPackages,
  checkResourceFiles,
  checkUserIdentity,
  firstOf,
} from './checks.ts';

export const DEFAULT_RESIZE_TIMEOUT = duration.minutes(15);
const MIN_RESIZE_TIMEOUT = { min: duration.minutes(5), text: '5 minutes' };

const MAX_FORMULA = 8192;

/** A serialised start task may take 32,768 characters (batch-semantics 6). */
const MAX_START_TASK = 32_768;

export function checkPool(pool: PoolSpecification, means: AccountMeans): Check {
  return firstOf(
    () => checkDisplayName(pool.displayName),
    () => (pool.vmSize.trim() === '' ? invalidProperty('vmSize', pool.vmSize, 'A VM size is required.') : undefined),
    () => checkConfiguration(pool),
    () => checkResizeTimeout(pool.resizeTimeout),
    () => checkTargets(pool),
    () => checkScaling(pool),
    () =>
      checkInteger('taskSlotsPerNode', pool.taskSlotsPerNode, {
        min: 1,
        max: Math.min(4 * coresOf(pool.vmSize), 256),
      }),
    () => checkStartTask(pool.startTask, means),
    () => checkMetadata(pool.metadata),
    () => checkNodeStartup(pool.metadata),
    () => checkPoolPackages(pool.applicationPackageReferences, means),
    () => checkUserAccounts(pool),
    () => checkCount('mountConfiguration', pool.mountConfiguration, 10),
  );
}

/** Ours: a word that the emulator does not understand is better refused than overlooked. */
export function checkNodeStartup(metadata: readonly MetadataItem[] | undefined): Check {
  const text = nodeStartupIn(metadata);
  if (text === undefined || nodeDurations(text) !== undefined) return undefined;
  return invalidProperty(NODE_STARTUP_METADATA, text, `The value must be ${NODE_STARTUP_WORDS}.`);
}

/** At most 10, each of which exists now (batch-semantics 9.2). */
export function checkPoolPackages(
  references: PoolSpecification['applicationPackageReferences'],
  means: AccountMeans,
): Check {
  return firstOf(
    () => checkCount('applicationPackageReferences', references, 10),
    () => checkPackages(references, means),
  );
}

function checkCount(name: string, items: readonly unknown[] | undefined, max: number): Check {
  if (items === undefined || items.length <= max) return undefined;
  return invalidProperty(name, items.length, `At most ${max} items are allowed.`);
}

export function checkResizeTimeout(timeout: number | undefined): Check {
  return checkAtLeast('resizeTimeout', timeout, MIN_RESIZE_TIMEOUT);
}

export function checkTargets(targets: {
  readonly targetDedicatedNodes?: number;
  readonly targetLowPriorityNodes?: number;
}): Check {
  return firstOf(
    () => checkInteger('targetDedicatedNodes', targets.targetDedicatedNodes, { min: 0 }),
    () => checkInteger('targetLowPriorityNodes', targets.targetLowPriorityNodes, { min: 0 }),
  );
}

function checkConfiguration(pool: PoolSpecification): Check {
  const { virtualMachineConfiguration: machine, cloudServiceConfiguration: service } = pool;
  if ((machine === undefined) === (service === undefined)) {
    return invalidProperty(
      'virtualMachineConfiguration',
      undefined,
      'Exactly one of virtualMachineConfiguration and cloudServiceConfiguration must be specified.',
    );
  }
  if (machine === undefined || machine.imageReference.virtualMachineImageId !== undefined) return undefined;
  const { publisher, offer, sku } = machine.imageReference;
  const image = findImage(machine.imageReference);
  if (image === undefined) {
    return engineFault('InvalidPropertyValue', {
      PropertyName: 'imageReference',
      Reason: `The specified imageReference with publisher ${publisher ?? ''} offer ${offer ?? ''} sku ${sku ?? ''} is not supported.`,
    });
  }
  if (machine.nodeAgentSKUId.toLowerCase() !== image.nodeAgentSKUId.toLowerCase()) {
    return invalidProperty(
      'nodeAgentSKUId',
      machine.nodeAgentSKUId,
      `The image needs the node agent SKU ${image.nodeAgentSKUId}.`,
    );
  }
  const isContainerImage = image.capabilities?.includes('DockerCompatible') === true;
  if (machine.containerConfiguration !== undefined && !isContainerImage) {
    return engineFault('InvalidPropertyValue', {
      PropertyName: 'containerConfiguration',
      Reason: `The specified imageReference with publisher ${publisher ?? ''} offer ${offer ?? ''} sku ${sku ?? ''} does not support container feature.`,
    });
  }
  return undefined;
}

/** Users of Linux nodes have no Windows settings (wire-facts 2.2). */
function checkUserAccounts({ userAccounts = [], virtualMachineConfiguration: machine }: PoolSpecification): Check {
  if (machine === undefined || findImage(machine.imageReference)?.osType === 'windows') return undefined;
  const mismatch = userAccounts.find(({ windowsUserConfiguration: windows }) => windows !== undefined);
  if (mismatch === undefined) return undefined;
  return engineFault('InvalidPropertyValue', {
    PropertyName: 'windowsUserConfiguration',
    Reason: `The user configuration for user account '${mismatch.name}' has a mismatch with the OS (Windows/Linux) configuration specified in VirtualMachineConfiguration`,
  });
}

/** A formula and fixed targets exclude each other (batch-semantics 1.9). */
function checkScaling(pool: PoolSpecification): Check {
  if (pool.enableAutoScale === true) {
    if (pool.autoScaleFormula === undefined) {
      return engineFault('InvalidAutoScalingSettings', {
        Reason: 'autoScaleFormula is required with enableAutoScale.',
      });
    }
    if (pool.targetDedicatedNodes !== undefined || pool.targetLowPriorityNodes !== undefined) {
      return engineFault('InvalidAutoScalingSettings', {
        Reason: 'targetDedicatedNodes and targetLowPriorityNodes must not be specified with enableAutoScale.',
      });
    }
    return checkAutoScale(pool);
  }
  if (pool.autoScaleFormula === undefined) return undefined;
  return engineFault('InvalidAutoScalingSettings', { Reason: 'autoScaleFormula needs enableAutoScale.' });
}

/** Length of the formula and bounds of the interval (batch-semantics 1.9). */
export function checkAutoScale(settings: {
  readonly autoScaleFormula?: string;
  readonly autoScaleEvaluationInterval?: number;
}): Check {
  const { autoScaleFormula: formula } = settings;
  if (formula?.trim() === '') return engineFault('AutoScalingFormulaSyntaxError', { Reason: 'The formula is empty.' });
  if ((formula?.length ?? 0) > MAX_FORMULA) return engineFault('AutoScalingFormulaTooLong');
  const interval = settings.autoScaleEvaluationInterval;
  if (interval === undefined) return undefined;
  if (interval >= duration.minutes(5) && interval <= duration.hours(168)) return undefined;
  return invalidProperty(
    'autoScaleEvaluationInterval',
    formatIsoDuration(interval),
    'The interval must be from 5 minutes to 168 hours.',
  );
}

export function checkStartTask(startTask: StartTask | undefined, means: AccountMeans): Check {
  if (startTask === undefined) return undefined;
  return firstOf(
    () => checkCommandLine('startTask.commandLine', startTask.commandLine, startTask.containerSettings !== undefined),
    () => checkInteger('startTask.maxTaskRetryCount', startTask.maxTaskRetryCount, { min: -1 }),
    () => checkUserIdentity(startTask.userIdentity),
    () => {
      const size = JSON.stringify(startTask).length;
      if (size <= MAX_START_TASK) return undefined;
      return invalidProperty(
        'startTask',
        undefined,
        `A start task may take ${MAX_START_TASK} characters; this one takes ${size}.`,
      );
    },
    () => checkResourceFiles(startTask.resourceFiles, means),
  );
}

/** Defaults of a start task, also when it is given by an update: nothing is kept of the old one. */
export function withStartTaskDefaults(startTask: StartTask): StartTask {
  return {
    ...startTask,
    userIdentity: startTask.userIdentity ?? { autoUser: { scope: 'pool', elevationLevel: 'nonadmin' } },
    maxTaskRetryCount: startTask.maxTaskRetryCount ?? 0,
    waitForSuccess: startTask.waitForSuccess ?? true,
  };
}

export function withPoolDefaults(pool: PoolSpecification): PoolSpec {
  const { targetDedicatedNodes: _, targetLowPriorityNodes: __, metadata, startTask, ...rest } = pool;
  return {
    ...rest,
    vmSize: pool.vmSize.toLowerCase(),
    resizeTimeout: pool.resizeTimeout ?? DEFAULT_RESIZE_TIMEOUT,
    enableAutoScale: pool.enableAutoScale ?? false,
    enableInterNodeCommunication: pool.enableInterNodeCommunication ?? false,
    taskSlotsPerNode: pool.taskSlotsPerNode ?? 1,
    taskSchedulingPolicy: pool.taskSchedulingPolicy ?? { nodeFillType: 'spread' },
    ...(pool.enableAutoScale === true
      ? { autoScaleEvaluationInterval: pool.autoScaleEvaluationInterval ?? duration.minutes(15) }
      : {}),
    ...(startTask === undefined ? {} : { startTask: withStartTaskDefaults(startTask) }),
    // An empty list of metadata disappears (wire-facts 1.9).
    ...(metadata === undefined || metadata.length === 0 ? {} : { metadata }),
    ...(pool.userAccounts === undefined
      ? {}
      : {
          userAccounts: pool.userAccounts.map((account) => ({
            ...account,
            elevationLevel: account.elevationLevel ?? 'nonadmin',
          })),
        }),
    ...(pool.virtualMachineConfiguration === undefined
      ? {}
      : {
          virtualMachineConfiguration: {
            ...pool.virtualMachineConfiguration,
            imageReference: {
              ...pool.virtualMachineConfiguration.imageReference,
              ...(pool.virtualMachineConfiguration.imageReference.virtualMachineImageId === undefined
                ? { version: pool.virtualMachineConfiguration.imageReference.version ?? 'latest' }
                : {}),
            },
          },
        }),
  };
}
