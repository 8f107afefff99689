/**
 * Serves programs of this machine, such as the Node.js binary, to nodes. A program's URL holds a secret
 * of this emulator, so that only who has been given it can read the file.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

export class ProgramShelf {
  readonly #secret: string;
  readonly #paths = new Map<string, string>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The path below the control plane under which the file is served from now on. */
  offer(file: string): string {
    const name = encodeURIComponent(basename(file));
    this.#paths.set(name, file);
    return `programs/${this.#secret}/${name}`;
  }

  /** Answers `programs/{secret}/{name}`; false when there is no such program. */
  async serve(path: string, target: ServerResponse): Promise<boolean> {
    const [folder, secret, name = ''] = path.split('/');
    const file = this.#paths.get(name);
    if (folder !== 'programs' || secret !== this.#secret || file === undefined) return false;
    const { size } = await stat(file);
    target.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), target);
    return true;
  }
}
