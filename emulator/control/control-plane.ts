/** What is ours and not Azure's, under /_batchrite: health, and the programs that are served to nodes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExtraRoutes } from '../rest/index.ts';
import type { ProgramShelf } from './programs.ts';

export interface ControlPlaneOptions {
  readonly programs: ProgramShelf;
  /** What `GET /_batchrite/health` tells. */
  readonly health: () => Readonly<Record<string, unknown>>;
  readonly onFailure: (error: unknown) => void;
}

export const CONTROL_PREFIX = '/_batchrite';

export function createControlPlane(options: ControlPlaneOptions): ExtraRoutes {
  return {
    prefix: CONTROL_PREFIX,
    handle: (message, target) => {
      answer(options, message, target).catch((error: unknown) => {
        if (!target.destroyed) options.onFailure(error);
        target.destroy();
      });
    },
  };
}

async function answer(
  { programs, health }: ControlPlaneOptions,
  message: IncomingMessage,
  target: ServerResponse,
): Promise<void> {
  message.resume();
  const path = (message.url ?? '').slice(CONTROL_PREFIX.length + 1).split('?')[0] ?? '';
  if (message.method !== 'GET') {
    sendJson(target, 405, { error: `The method ${message.method ?? ''} is not known here.` });
  } else if (path === 'health') {
    sendJson(target, 200, health());
  } else if (!(await programs.serve(path, target))) {
    sendJson(target, 404, { error: 'There is nothing under this path of the control plane.' });
  }
}

function sendJson(target: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  target.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  target.end(text);
}
