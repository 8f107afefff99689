/** Options about nodes that are containers, for every command that starts some. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ContainerOptions } from '../composition/index.ts';

export interface GivenContainerOptions {
  readonly image?: readonly string[];
  readonly maxContainers?: number;
  readonly vmSizeLimits?: boolean;
}

export function addContainerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--image <MAPPING>', 'container image of a VM image: publisher:offer:sku=image; may be repeated')
        .argParser(imageMapping)
        .default([], 'a built-in table'),
    )
    .addOption(new Option('--max-containers <N>', 'how many nodes may be containers at a time').argParser(positive))
    .option('--vm-size-limits', "give a container no more than its VM size's cores and memory");
}

export function containerOptions(given: GivenContainerOptions): ContainerOptions {
  return {
    images: given.image ?? [],
    ...(given.maxContainers === undefined ? {} : { maxContainers: given.maxContainers }),
    limitsToVmSize: given.vmSizeLimits === true,
  };
}

function imageMapping(text: string, earlier: readonly string[]): readonly string[] {
  if (/^[^:=\s]+:[^:=\s]+:[^:=\s]+=\S+$/.test(text)) return [...earlier, text];
  throw new InvalidArgumentError('It must look like canonical:ubuntu-24_04-lts:server=ubuntu:24.04.');
}

function positive(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}
