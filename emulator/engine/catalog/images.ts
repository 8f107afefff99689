/** The images that the service lists as supported, with their node agents (batch-semantics 11.8). */
import type { ImageInformation } from '../resources/account.ts';

interface Offer {
  readonly publisher: string;
  readonly offer: string;
  readonly skus: readonly string[];
  readonly agent: string;
  readonly os?: 'windows';
  readonly capabilities?: readonly string[];
  readonly verified?: false;
  readonly endOfLife?: string;
}

const OFFERS: readonly Offer[] = [
  {
    publisher: 'almalinux',
    offer: 'almalinux',
    skus: ['8-gen1', '8-gen2'],
    agent: 'batch.node.el 8',
    capabilities: ['DockerCompatible'],
  },
  {
    publisher: 'almalinux',
    offer: 'almalinux',
    skus: ['9-gen1', '9-gen2'],
    agent: 'batch.node.el 9',
    capabilities: ['DockerCompatible'],
  },
  {
    publisher: 'almalinux',
    offer: 'almalinux-hpc',
    skus: ['8-hpc-gen1', '8-hpc-gen2'],
    agent: 'batch.node.el 8',
    capabilities: ['DockerCompatible', 'SupportsRDMAOnly'],
  },
  {
    publisher: 'canonical',
    offer: '0001-com-ubuntu-server-focal',
    skus: ['20_04-lts', '20_04-lts-gen2'],
    agent: 'batch.node.ubuntu 20.04',
    capabilities: ['DockerCompatible'],
    endOfLife: '2025-04-22T00:00:00Z',
  },
  {
    publisher: 'canonical',
    offer: '0001-com-ubuntu-server-jammy',
    skus: ['22_04-lts', '22_04-lts-gen2'],
    agent: 'batch.node.ubuntu 22.04',
    capabilities: ['DockerCompatible'],
    endOfLife: '2027-05-01T00:00:00Z',
  },
  {
    publisher: 'canonical',
    offer: 'ubuntu-24_04-lts',
    skus: ['server', 'server-gen1'],
    agent: 'batch.node.ubuntu 24.04',
    capabilities: ['DockerCompatible'],
    endOfLife: '2029-05-31T00:00:00Z',
  },
  { publisher: 'debian', offer: 'debian-11', skus: ['11', '11-gen2'], agent: 'batch.node.debian 11' },
  {
    publisher: 'debian',
    offer: 'debian-12',
    skus: ['12', '12-gen2'],
    agent: 'batch.node.debian 12',
    verified: false,
  },
  { publisher: 'microsoft-dsvm', offer: 'ubuntu-2004', skus: ['2004', '2004-gen2'], agent: 'batch.node.ubuntu 20.04' },
  {
    publisher: 'microsoft-dsvm',
    offer: 'ubuntu-hpc',
    skus: ['2004', '2204', '2404'],
    agent: 'batch.node.ubuntu 22.04',
    capabilities: ['DockerCompatible', 'NvidiaTeslaDriverInstalled', 'SupportsRDMAOnly'],
  },
  {
    publisher: 'microsoftcblmariner',
    offer: 'cbl-mariner',
    skus: ['cbl-mariner-2', 'cbl-mariner-2-gen2'],
    agent: 'batch.node.mariner 2.0',
  },
  {
    publisher: 'microsoftwindowsserver',
    offer: 'windowsserver',
    skus: ['2019-datacenter', '2022-datacenter', '2022-datacenter-core'],
    agent: 'batch.node.windows amd64',
    os: 'windows',
  },
];

export const SUPPORTED_IMAGES: readonly ImageInformation[] = OFFERS.flatMap((offer) =>
  offer.skus.map((sku): ImageInformation => {
    const capabilities = [...(offer.capabilities ?? []), ...(sku.endsWith('gen2') ? ['Generation2VMImage'] : [])];
    return {
      imageReference: { publisher: offer.publisher, offer: offer.offer, sku, version: 'latest' },
      verificationType: offer.verified === false ? 'unverified' : 'verified',
      nodeAgentSKUId: agentFor(offer, sku),
      ...(capabilities.length === 0 ? {} : { capabilities }),
      ...(offer.endOfLife === undefined ? {} : { batchSupportEndOfLife: Date.parse(offer.endOfLife) }),
      osType: offer.os ?? 'linux',
    };
  }),
);

/** The HPC offer's SKUs name the Ubuntu release that they are made of. */
function agentFor(offer: Offer, sku: string): string {
  const release = offer.offer === 'ubuntu-hpc' ? /^(\d\d)(\d\d)$/.exec(sku) : null;
  return release === null ? offer.agent : `batch.node.ubuntu ${release[1]}.${release[2]}`;
}

/** The listed image that a reference names, whatever its case; undefined when the service does not support it. */
export function findImage(reference: {
  readonly publisher?: string;
  readonly offer?: string;
  readonly sku?: string;
}): ImageInformation | undefined {
  const isSame = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase();
  return SUPPORTED_IMAGES.find(
    ({ imageReference }) =>
      isSame(imageReference.publisher, reference.publisher) &&
      isSame(imageReference.offer, reference.offer) &&
      isSame(imageReference.sku, reference.sku),
  );
}
