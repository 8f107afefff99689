/**
 * What is ours and not Azure's, under /_batchrite: health, explanations, and the programs that are served
 * to nodes. It asks for no key, so it answers on the loopback address alone and refuses pages of other sites.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { RunningEngine } from '../engine/index.ts';
import type { ExtraRoutes } from '../rest/index.ts';
import { refuseStranger } from './guard.ts';
import { type JsonBody, readJson, sendJson } from './json-message.ts';
import type { PackageStore } from './applications/package-store.ts';
import type { ProgramShelf } from './programs.ts';
import { type ControlRoute, matchPath } from './route.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { type AttemptFiles, attemptRoutes } from './routes/attempt-routes.ts';
import { applicationRoutes } from './routes/application-routes.ts';
import { explainRoutes } from './routes/explain-routes.ts';
import { type TimeControl, timeRoutes } from './routes/time-routes.ts';

export interface ControlPlaneOptions {
  readonly programs: ProgramShelf;
  /** Engines by the account's name as it is written; the first is meant when a request names none. */
  readonly engines: ReadonlyMap<string, RunningEngine>;
  readonly time: TimeControl;
  /** Where application packages are kept; absent: the accounts have no storage. */
  readonly packages?: PackageStore;
  readonly logs: AttemptFiles;
  /** What `GET /_batchrite/health` tells. */
  readonly health: () => Readonly<Record<string, unknown>>;
  readonly onFailure: (error: unknown) => void;
}

interface Plane extends ControlPlaneOptions {
  readonly routes: readonly ControlRoute[];
}

export const CONTROL_PREFIX = '/_batchrite';

export function createControlPlane(options: ControlPlaneOptions): ExtraRoutes {
  const plane: Plane = {
    ...options,
    routes: [
      ...accountRoutes,
      ...explainRoutes,
      ...attemptRoutes(options.logs),
      ...applicationRoutes(options.packages),
      ...timeRoutes(options.time),
    ],
  };
  return {
    prefix: CONTROL_PREFIX,
    handle: (message, target) => {
      answer(plane, message, target).catch((error: unknown) => {
        if (!target.destroyed) options.onFailure(error);
        target.destroy();
      });
    },
  };
}

async function answer(plane: Plane, message: IncomingMessage, target: ServerResponse): Promise<void> {
  const refusal = refuseStranger(message.headers);
  const [path = '', query = ''] = (message.url ?? '').slice(CONTROL_PREFIX.length + 1).split('?', 2);
  if (refusal !== undefined) {
    message.resume();
    sendJson(target, 403, { error: refusal });
  } else if (message.method === 'GET' && path === 'health') {
    message.resume();
    sendJson(target, 200, plane.health());
  } else if (!(message.method === 'GET' && (await plane.programs.serve(path, target)))) {
    await route(plane, { message, target, path, query: new URLSearchParams(query) });
    // Content that was refused has not been read: its sender waits until it is.
    message.resume();
  }
}

interface Request {
  readonly message: IncomingMessage;
  readonly target: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
}

async function route(plane: Plane, { message, target, path, query }: Request): Promise<void> {
  const refuse = (status: number, error: string): void => sendJson(target, status, { error });
  const segments = decode(path);
  const matches = plane.routes.flatMap((each) => {
    const parameters = segments === undefined ? undefined : matchPath(each.path, segments);
    return parameters === undefined ? [] : [{ route: each, parameters }];
  });
  const match = matches.find((each) => each.route.method === message.method);
  const takesContent = match?.route.takesContent === true;
  const body: JsonBody = takesContent ? { ok: true, value: {} } : await readJson(message);
  if (matches.length === 0) {
    refuse(404, 'There is nothing under this path of the control plane.');
  } else if (match === undefined) {
    const known = matches.map((each) => each.route.method).join(' and ');
    refuse(405, `The method ${message.method ?? ''} is not known here; ${known} is.`);
  } else if (!body.ok) {
    refuse(400, body.problem);
  } else {
    const engine = engineOf(plane, query.get('account'));
    if (engine === undefined) {
      const names = [...plane.engines.keys()].map((name) => `"${name}"`).join(', ');
      refuse(404, `There is no account "${query.get('account') ?? ''}" here; there is ${names}.`);
      return;
    }
    const call = { engine, parameters: match.parameters, query, body: body.value, content: message };
    const reply = await match.route.handle(call);
    if (!('stream' in reply)) {
      sendJson(target, reply.status, reply.body);
      return;
    }
    target.writeHead(reply.status, { 'Content-Type': reply.type });
    await pipeline(reply.stream, target);
  }
}

function decode(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function engineOf({ engines }: ControlPlaneOptions, account: string | null): RunningEngine | undefined {
  if (account === null || account === '') return engines.values().next().value;
  for (const [name, engine] of engines) if (name.toLowerCase() === account.toLowerCase()) return engine;
  return undefined;
}
