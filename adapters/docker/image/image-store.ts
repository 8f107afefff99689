/** Makes sure that an image is on the engine: pulls it once, whoever asks, with progress and a limit to silence. */
import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import { messageOf, statusOf } from '../engine/engine-error.ts';

export interface PullProgress {
  readonly image: string;
  /** The engine's word for what it does: `Downloading`, `Extracting`, … */
  readonly status: string;
  /** Bytes over all layers, as far as the engine told. */
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serverAddress?: string;
}

export interface ImageStoreOptions {
  readonly docker: Docker;
  readonly onProgress: (progress: PullProgress) => void;
  /** A pull without a word for so long is given up. */
  readonly silenceMs: number;
}

/** `reason` tells what the engine or the registry said; `isDenied` that a login is wrong or missing. */
export class ImageUnavailableError extends Error {
  readonly image: string;
  readonly isDenied: boolean;

  constructor(image: string, reason: string, isDenied: boolean) {
    super(reason);
    this.name = 'ImageUnavailableError';
    this.image = image;
    this.isDenied = isDenied;
  }
}

export class ImageStore {
  readonly #options: ImageStoreOptions;
  readonly #pending = new Map<string, Promise<void>>();
  readonly #abort = new AbortController();

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  /** Resolves when the image can be run. Rejects with `ImageUnavailableError`. */
  ensure(image: string, login?: RegistryLogin): Promise<void> {
    const key = JSON.stringify([image, login?.username, login?.password]);
    const known = this.#pending.get(key);
    if (known !== undefined) return known;
    const work = this.#ensure(image, login).finally(() => this.#pending.delete(key));
    this.#pending.set(key, work);
    return work;
  }

  /** Gives up what is being pulled. */
  close(): void {
    this.#abort.abort();
  }

  async #ensure(image: string, login: RegistryLogin | undefined): Promise<void> {
    try {
      await this.#options.docker.getImage(image).inspect();
      return;
    } catch (error) {
      if (statusOf(error) !== 404) throw new ImageUnavailableError(image, messageOf(error), false);
    }
    try {
      await this.#pull(withTag(image), login);
    } catch (error) {
      const reason = messageOf(error);
      throw new ImageUnavailableError(image, reason, /unauthorized|denied|authentication/i.test(reason));
    }
  }

  async #pull(image: string, login: RegistryLogin | undefined): Promise<void> {
    const { docker, onProgress, silenceMs } = this.#options;
    const silence = new AbortController();
    const giveUp = (): void => silence.abort(new Error(`no word from the registry for ${silenceMs / 1000} s`));
    let timer = setTimeout(giveUp, silenceMs);
    const abortSignal = AbortSignal.any([silence.signal, this.#abort.signal]);
    try {
      const stream = (await docker.pull(image, {
        abortSignal,
        ...(login === undefined ? {} : { authconfig: authConfig(login) }),
      })) as Readable;
      abortSignal.addEventListener('abort', () => stream.destroy(asError(abortSignal.reason)));
      const layers = new Layers();
      for await (const message of jsonLines(stream)) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, silenceMs);
        if (message.error !== undefined) throw new Error(message.error);
        layers.note(message);
        onProgress({ image, status: message.status ?? '', ...layers.sum() });
      }
    } catch (error) {
      throw abortSignal.aborted ? asError(abortSignal.reason) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Without a tag the engine would pull every tag of the name. */
function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? image : `${image}:latest`;
}

function authConfig({ username, password, serverAddress }: RegistryLogin): Docker.AuthConfig {
  return { username, password, serveraddress: serverAddress ?? '' };
}

interface PullMessage {
  readonly status?: string;
  readonly error?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

class Layers {
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();

  note({ id, status, progressDetail }: PullMessage): void {
    if (id === undefined || status !== 'Downloading' || progressDetail?.total === undefined) return;
    this.#layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
  }

  sum(): { readonly receivedBytes: number; readonly totalBytes: number } {
    let receivedBytes = 0;
    let totalBytes = 0;
    for (const { current, total } of this.#layers.values()) {
      receivedBytes += current;
      totalBytes += total;
    }
    return { receivedBytes, totalBytes };
  }
}

async function* jsonLines(stream: Readable): AsyncIterable<PullMessage> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as PullMessage;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
