/**
 * Members of requests that the emulator knows and does not simulate, as data: how each is answered, and why. What a task
 * or a client would miss is refused by name; what only describes how the service does its work is stored and shown as
 * it was sent. `docs/coverage.md` is made of this list.
 */
import { findImage } from '../catalog/images.ts';
import type { ImageReference } from '../resources/pool.ts';

export interface UnsimulatedMember {
  /** Dotted, from the resource; members of lists are named as if there were one item. */
  readonly member: string;
  readonly answer: 'refused' | 'stored';
  /** For the client that is refused and for the reader of the coverage page. */
  readonly reason: string;
  /** Whether a value asks for what is not simulated; absent: every value does, but for empty lists. */
  readonly asksFor?: (value: unknown) => boolean;
}

const refused = (member: string, reason: string): UnsimulatedMember => ({ member, answer: 'refused', reason });
const stored = (member: string, reason: string): UnsimulatedMember => ({ member, answer: 'stored', reason });

const NO_VIRTUAL_NETWORKS = 'Nodes are on this machine and belong to no virtual network of Azure.';
const NO_IDENTITIES = 'There are no managed identities: use a URL with a shared access signature, or a password.';
const machine = 'virtualMachineConfiguration';

const pool: readonly UnsimulatedMember[] = [
  refused('cloudServiceConfiguration', 'Nodes of cloud services run Windows: use virtualMachineConfiguration.'),
  {
    member: `${machine}.imageReference`,
    answer: 'refused',
    reason: 'Nodes run Linux, so tasks for Windows images cannot run: use a Linux image.',
    asksFor: (value) => findImage(value as ImageReference)?.osType === 'windows',
  },
  refused(
    `${machine}.imageReference.virtualMachineImageId`,
    'There are no image galleries: use an image by publisher, offer and sku.',
  ),
  refused(`${machine}.dataDisks`, "Nodes have no disks of their own: use the node's file system."),
  refused(`${machine}.extensions`, 'Nodes run no virtual machine extensions: use a start task.'),
  refused(`${machine}.containerConfiguration.containerRegistries.identityReference`, NO_IDENTITIES),
  stored(`${machine}.windowsConfiguration`, 'Nodes run Linux.'),
  stored(`${machine}.licenseType`, 'Nodes run Linux, which needs no licence.'),
  stored(`${machine}.diskEncryptionConfiguration`, 'Encryption of disks shows neither to tasks nor to clients.'),
  stored(`${machine}.nodePlacementConfiguration`, 'Zones show neither to tasks nor to clients.'),
  stored(`${machine}.osDisk`, "The kind of a node's disk shows neither to tasks nor to clients."),
  stored(`${machine}.securityProfile`, 'Secure boot and trusted launch show neither to tasks nor to clients.'),
  stored(`${machine}.serviceArtifactReference`, 'There are no gallery images whose versions it would choose.'),
  refused('networkConfiguration.subnetId', NO_VIRTUAL_NETWORKS),
  {
    ...refused('networkConfiguration.dynamicVNetAssignmentScope', NO_VIRTUAL_NETWORKS),
    asksFor: (value) => value !== 'none',
  },
  refused(
    'networkConfiguration.endpointConfiguration.inboundNATPools',
    'No load balancer stands before the nodes: reach them by the address that the node shows.',
  ),
  stored('networkConfiguration.publicIPAddressConfiguration', 'Nodes have addresses of this machine alone.'),
  stored('networkConfiguration.enableAcceleratedNetworking', 'It changes speed, and nothing else.'),
  refused(
    'mountConfiguration',
    'A mount needs rights over the machine that nodes do not get here, and tools that their images do not have: use resource files and output files.',
  ),
  refused('startTask.resourceFiles.identityReference', NO_IDENTITIES),
  refused('startTask.containerSettings.registry.identityReference', NO_IDENTITIES),
  stored('userAccounts.linuxUserConfiguration.sshPrivateKey', 'Nodes do not log in to one another by SSH.'),
  stored('applicationLicenses', 'Nodes bring no licensed applications; licences are billed by the service.'),
  stored(
    'certificateReferences',
    'The account keeps and shows certificates, and nodes do not get them: AZ_BATCH_CERTIFICATES_DIR stays empty.',
  ),
  stored('autoScaleFormula', 'The formula language is not evaluated yet; autoScaleRun carries an error that says so.'),
  stored('targetNodeCommunicationMode', 'Nodes reach the emulator without any network.'),
  stored('resourceTags', 'Tags belong to resources in Azure, of which there are none.'),
  stored('upgradePolicy', 'The operating system of a node is not upgraded while the node lives.'),
];

const job: readonly UnsimulatedMember[] = [
  refused('networkConfiguration', NO_VIRTUAL_NETWORKS),
  stored(
    'allowTaskPreemption',
    'Running tasks give way to those of a job of higher priority where the setting taskPreemption says so; as on Azure it is off.',
  ),
  ...['jobManagerTask', 'jobPreparationTask', 'jobReleaseTask'].flatMap((task) => [
    refused(`${task}.resourceFiles.identityReference`, NO_IDENTITIES),
    refused(`${task}.containerSettings.registry.identityReference`, NO_IDENTITIES),
  ]),
  refused('jobManagerTask.outputFiles.destination.container.identityReference', NO_IDENTITIES),
];

const task: readonly UnsimulatedMember[] = [
  refused('resourceFiles.identityReference', NO_IDENTITIES),
  refused('multiInstanceSettings.commonResourceFiles.identityReference', NO_IDENTITIES),
  refused('outputFiles.destination.container.identityReference', NO_IDENTITIES),
  refused('containerSettings.registry.identityReference', NO_IDENTITIES),
  stored(
    'containerSettings.containerHostBatchBindMounts',
    "A task's container sees all of the node's directories, also where fewer are asked for.",
  ),
];

export const unsimulatedMembers = { pool, job, task } as const;
