/** Deletes a node's root folder, also when it holds what only root may delete and the server is somebody else. */
import type Docker from 'dockerode';
import { rmdir } from 'node:fs/promises';
import { removeTree } from '../../../emulator/agent/index.ts';
import { FILES_BUNDLE, NODE_BINARY, NODE_ROOT } from '../container/inside-paths.ts';
import { ignoreMissing } from '../engine/engine-error.ts';
import type { Labels } from '../hygiene/labels.ts';
import { isDenied } from './closed-files.ts';

export interface RootRemoval {
  readonly docker: Docker;
  readonly root: string;
  /** A container image on which the node's Node runs. */
  readonly image: string;
  readonly labels: Labels;
  readonly nodePath: string;
  /** The program of inside-main.ts. */
  readonly filesPath: string;
}

/** Rejects with the reason when something of it is left. */
export async function removeRoot({ root, ...means }: RootRemoval): Promise<void> {
  try {
    await removeTree(root);
  } catch (error) {
    if (!isDenied(error)) throw error;
    await emptyInside({ root, ...means });
    await rmdir(root);
  }
}

async function emptyInside({ docker, root, image, labels, nodePath, filesPath }: RootRemoval): Promise<void> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [NODE_BINARY, FILES_BUNDLE],
    Cmd: ['empty'],
    User: '0:0',
    Labels: { ...labels },
    HostConfig: {
      NetworkMode: 'none',
      Binds: [`${root}:${NODE_ROOT}:rw`, `${nodePath}:${NODE_BINARY}:ro`, `${filesPath}:${FILES_BUNDLE}:ro`],
      CapDrop: ['ALL'],
      CapAdd: ['DAC_OVERRIDE', 'FOWNER'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  try {
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { readonly StatusCode: number };
    if (status !== 0) throw new Error(`what tasks left in "${root}" could not be deleted (exit code ${status})`);
  } finally {
    await ignoreMissing(container.remove({ force: true, v: true }));
  }
}
