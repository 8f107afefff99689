/** What a node's container is asked of the engine: the agent as its main process, little right, no port to the outside. */
import type Docker from 'dockerode';
import type { NodeSpec } from '../../../emulator/engine/index.ts';
import type { Labels } from '../hygiene/labels.ts';
import { AGENT_BUNDLE, FILES_BUNDLE, NODE_BINARY, NODE_ROOT } from './inside-paths.ts';

/**
 * What the agent and root's tasks need: files of several users, switching to them, ending their processes, ports
 * below 1024, and what `apt-get install` and an SSH server ask for. No raw sockets, no devices, no tracing.
 */
export const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
];

/** Enough for a node full of threads; a fork bomb ends before the machine does. */
export const MOST_PROCESSES = 8_192;

/** A machine has half of its memory there, a container 64 MB: too little for MPI and for browsers. */
const SHARED_MEMORY_BYTES = 1024 ** 3;

/** The agent's own memory: most of a machine's belongs to its tasks. */
const AGENT_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128'];

export interface Limits {
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface NodeContainerOptions {
  readonly node: NodeSpec;
  readonly name: string;
  /** The container image. */
  readonly image: string;
  readonly labels: Labels;
  readonly networkName: string;
  /** Files of the host: the node's root folder, the agent's bundle, the Node binary. */
  readonly root: string;
  readonly agentPath: string;
  readonly nodePath: string;
  /** The file API's program, for servers that are not root. */
  readonly filesPath?: string;
  readonly limits?: Limits;
  /** `name:address` lines for the hosts file. */
  readonly extraHosts: readonly string[];
  readonly hasSelinux: boolean;
}

export function nodeContainer(options: NodeContainerOptions): Docker.ContainerCreateOptions {
  const { name, image, labels, networkName, root, agentPath, nodePath, filesPath, limits, extraHosts, hasSelinux } =
    options;
  return {
    name,
    Image: image,
    Entrypoint: [NODE_BINARY, ...AGENT_FLAGS, AGENT_BUNDLE],
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Labels: { ...labels },
    OpenStdin: true,
    // The agent's input ends with the server's connection: a server that is killed takes its agents along.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    HostConfig: {
      // Reaps what tasks leave behind, as the first process of a machine does.
      Init: true,
      NetworkMode: networkName,
      Binds: [
        bind(root, NODE_ROOT),
        bind(nodePath, NODE_BINARY, 'ro'),
        bind(agentPath, AGENT_BUNDLE, 'ro'),
        ...(filesPath === undefined ? [] : [bind(filesPath, FILES_BUNDLE, 'ro')]),
      ],
      // The protocol is nobody's log.
      LogConfig: { Type: 'none', Config: {} },
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      SecurityOpt: ['no-new-privileges', ...(hasSelinux ? ['label=disable'] : [])],
      PidsLimit: MOST_PROCESSES,
      ShmSize: SHARED_MEMORY_BYTES,
      ExtraHosts: [...extraHosts],
      ...(limits === undefined ? {} : { NanoCpus: Math.round(limits.cores * 1e9), Memory: limits.memoryBytes }),
    },
  };
}

function bind(source: string, target: string, mode: 'rw' | 'ro' = 'rw'): string {
  return `${source}:${target}:${mode}`;
}
