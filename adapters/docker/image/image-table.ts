/**
 * Which container image stands for which image of the Marketplace (batch-semantics 11.8; design, decision 8).
 * Options extend the table with lines such as `canonical:ubuntu-24_04-lts:server=my-ubuntu:1`.
 */

export interface MarketplaceImage {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
}

/** `container`: the image to run. `problem`: a sentence with the remedy. */
export type ImageChoice = { readonly container: string } | { readonly problem: string };

/** Patterns of `publisher:offer:sku` in lower case, where `*` stands for any letters; the first that fits is taken. */
const BUILT_IN: readonly (readonly [pattern: string, container: string])[] = [
  ['canonical:0001-com-ubuntu-server-focal:*', 'ubuntu:20.04'],
  ['canonical:0001-com-ubuntu-server-jammy:*', 'ubuntu:22.04'],
  ['canonical:ubuntu-22_04-lts:*', 'ubuntu:22.04'],
  ['canonical:ubuntu-24_04-lts:*', 'ubuntu:24.04'],
  ['canonical:ubuntuserver:20*', 'ubuntu:20.04'],
  ['microsoft-dsvm:ubuntu-hpc:20*', 'ubuntu:20.04'],
  ['microsoft-dsvm:ubuntu-hpc:22*', 'ubuntu:22.04'],
  ['microsoft-dsvm:ubuntu-hpc:24*', 'ubuntu:24.04'],
  ['microsoft-dsvm:ubuntu-2004:*', 'ubuntu:20.04'],
  ['microsoft-dsvm:ubuntu-2204:*', 'ubuntu:22.04'],
  ['microsoft-azure-batch:ubuntu-server-container*:20*', 'ubuntu:20.04'],
  ['debian:debian-11:*', 'debian:11'],
  ['debian:debian-12:*', 'debian:12'],
  ['almalinux:almalinux*:8*', 'almalinux:8'],
  ['almalinux:almalinux*:9*', 'almalinux:9'],
  ['oracle:oracle-linux:8*', 'oraclelinux:8'],
  ['oracle:oracle-linux:9*', 'oraclelinux:9'],
];

const WINDOWS = 'microsoftwindowsserver:*:*';
const WINDOWS_DSVM = 'microsoft-dsvm:dsvm-win*:*';

const PATTERN_OF_A_LINE = /^([^\s:=]+):([^\s:=]+):([^\s:=]+)=(\S+)$/;

export class ImageTable {
  readonly #rules: readonly { readonly pattern: RegExp; readonly container: string }[];

  /** `lines` come before the built-in ones, the last of them first. Throws for a line that cannot be read. */
  constructor(lines: readonly string[] = []) {
    const own = lines.map((line) => parseImageLine(line)).toReversed();
    this.#rules = [...own, ...BUILT_IN].map(([pattern, container]) => ({ pattern: asRegExp(pattern), container }));
  }

  choose(image: MarketplaceImage): ImageChoice {
    const name = `${image.publisher}:${image.offer}:${image.sku}`.toLowerCase();
    const rule = this.#rules.find(({ pattern }) => pattern.test(name));
    if (rule !== undefined) return { container: rule.container };
    if (asRegExp(WINDOWS).test(name) || asRegExp(WINDOWS_DSVM).test(name)) {
      return {
        problem:
          `The image "${name}" is Windows, and nodes here are Linux containers; ` +
          'choose a Linux image for this pool, for example canonical:0001-com-ubuntu-server-jammy:22_04-lts.',
      };
    }
    return {
      problem:
        `No container image stands for "${name}"; name one in the configuration ` +
        `or on the command line: --image ${name}=IMAGE.`,
    };
  }
}

/** Reads `publisher:offer:sku=image`. Throws an error that names the line and its form. */
function parseImageLine(line: string): readonly [pattern: string, container: string] {
  const [, publisher, offer, sku, container] = PATTERN_OF_A_LINE.exec(line.trim()) ?? [];
  if (publisher === undefined || offer === undefined || sku === undefined || container === undefined) {
    throw new Error(
      `"${line}" does not map an image: write publisher:offer:sku=image, ` +
        'for example canonical:ubuntu-24_04-lts:server=ubuntu:24.04 (* stands for any letters).',
    );
  }
  return [`${publisher}:${offer}:${sku}`.toLowerCase(), container];
}

function asRegExp(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^:]*')}$`);
}
