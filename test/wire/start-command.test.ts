// `batchrite start` as a process of its own: its accounts, HTTPS, bearer tokens, strictness and access log, and how it refuses what does not fit.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { BatchServer } from '../../emulator/rest/index.ts';
import { throwAwayCertificate } from './support/certificate.ts';
import type { RawRequest } from './support/wire-server.ts';
import { send } from './support/wire-server.ts';

const main = join(import.meta.dirname, '../../adapters/cli/main.ts');
const certificate = throwAwayCertificate();
afterAll(() => certificate.remove());
const https = ['--cert', certificate.certFile, '--key', certificate.keyFile];

const key = Buffer.from('first key').toString('base64');
const key2 = Buffer.from('second key').toString('base64');
const accounts = `first:${key};second:${key}:${key2}`;

function batchriteStart(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const fixed = ['--port', '0', '--blob-port', '0'];
  const child = spawn(process.execPath, [main, 'start', ...fixed, ...words], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], BATCHRITE_RUNTIME: 'process', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || !child.kill('SIGINT')) return;
    await once(child, 'exit');
  });
  return child;
}

interface Ready {
  readonly batchEndpoint: string;
  readonly account: string;
  readonly key: string;
}

/** The first line is the ready line. Errors are collected. */
async function started(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = batchriteStart([...words, '--json'], environment);
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('\n')) break;
  }
  if (!output.includes('\n')) throw new Error(`It did not start: ${errors}`);
  const ready = JSON.parse(output) as Ready;
  const port = Number(new URL(ready.batchEndpoint).port);
  const call = (request: Omit<RawRequest, 'headers'> & { readonly headers?: Record<string, string> }) =>
    send({ port } as BatchServer, {
      ...request,
      headers: { 'ocp-date': new Date().toUTCString(), ...request.headers },
      ...(ready.batchEndpoint.startsWith('https') ? { ca: certificate.cert } : {}),
    });
  return { ready, call, errors: () => errors };
}

/** Exit code and what is said, of a start that does not come about. */
async function refused(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = batchriteStart(words, environment);
  const [[exitCode], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  return { exitCode: exitCode as number, errors };
}

describe('batchrite start', () => {
  test('serves several accounts over HTTPS to keys and to bearer tokens, and logs each request', async () => {
    const words = [...https, '--oauth', 'basic', '--access-log', '--strict-api-version'];
    const { ready, call, errors } = await started(words, { BATCHRITE_ACCOUNTS: accounts });
    expect(ready).toMatchObject({
      batchEndpoint: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      account: 'first',
      accounts: [
        { account: 'first', key },
        { account: 'second', key },
      ],
    });
    const body = '{"id":"j","poolInfo":{"poolId":"p"}}';
    const add = { method: 'POST', path: '/jobs', body };
    expect((await call({ ...add, account: 'first', key })).status).toBe(201);
    expect((await call({ path: '/jobs/j', account: 'first', key })).status).toBe(200);
    expect((await call({ path: '/jobs/j', account: 'second', key: key2 })).status).toBe(404);
    expect((await call({ path: '/jobs/j', account: 'first', key: key2 })).status).toBe(403);

    const seconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'https://sts.windows.net/t/',
      aud: 'https://batch.core.windows.net/',
      nbf: seconds,
      exp: seconds + 60,
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const authorization = `Bearer ${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
    const statusAt = async (host: string) => (await call({ path: '/jobs/j', headers: { authorization, host } })).status;
    expect(await statusAt('first.local.batch.localhost')).toBe(200);
    expect(await statusAt('second.local.batch.localhost')).toBe(404);
    expect(await statusAt('127.0.0.1')).toBe(403);

    const future = { path: '/jobs/j?api-version=2031-01-01.30.0', account: 'first', key };
    expect((await call(future)).status).toBe(400);
    expect(errors()).toMatch(/^POST \/jobs 201 Job_Add first [\w-]+$/m);
    expect(errors()).toMatch(/^GET \/jobs\/j 404 JobNotFound Job_Get second [\w-]+$/m);
    expect(errors()).not.toMatch(/Bearer|SharedKey|c2ln|api-version/);
  });

  test('lists its other accounts beside the first, and serves newer api-versions unless it is strict', async () => {
    const child = batchriteStart([], { BATCHRITE_ACCOUNTS: accounts });
    let output = '';
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output.includes('Ctrl-C')) break;
    }
    // As the environment of `batchriteStart` says, where no option does.
    expect(output).toContain('Nodes are processes');
    expect(output).toContain(`export AZURE_BATCH_ACCOUNT='first'\nexport AZURE_BATCH_ACCESS_KEY='${key}'`);
    expect(output).toContain(`AZURE_BATCH_ACCOUNT='second' AZURE_BATCH_ACCESS_KEY='${key}'`);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    const headers = { 'ocp-date': new Date().toUTCString() };
    const future = { path: '/jobs?api-version=2031-01-01.30.0', account: 'first', key, headers };
    expect((await send({ port } as BatchServer, future)).status).toBe(200);
  });

  test('overlooks what it does not know when it is loose', async () => {
    const { ready, call } = await started(['--loose']);
    const body = '{"id":"j","poolInfo":{"poolId":"p"},"colour":"red"}';
    const { account, key: itsKey } = ready;
    expect((await call({ method: 'POST', path: '/jobs', body, account, key: itsKey })).status).toBe(201);
  });

  test.each([
    [
      'a runtime of the environment that is none',
      [],
      { BATCHRITE_RUNTIME: 'vm' },
      /The runtime of the nodes "vm" from environment BATCHRITE_RUNTIME cannot be used/,
    ],
    ['--oauth without HTTPS', ['--oauth', 'basic'], {}, /--oauth needs HTTPS.*give --cert and --key/],
    ['a certificate without its key', ['--cert', certificate.certFile], {}, /--cert needs --key .* or --pwd/],
    ['a key without its certificate', ['--key', certificate.keyFile], {}, /--key needs --cert/],
    ['a key and a password', [...https, '--pwd', 'x'], {}, /give one of them/],
    [
      'a file that is not there',
      ['--cert', '/nowhere/c.pem', '--key', certificate.keyFile],
      {},
      /\/nowhere\/c\.pem of --cert cannot be read \(ENOENT\)/,
    ],
    ['a key that is none', ['--cert', certificate.certFile, '--key', certificate.certFile], {}, /belong together/],
    ['a wrong password', ['--cert', certificate.pfxFile, '--pwd', 'wrong'], {}, /check the file and its password/],
    [
      'accounts that cannot be read',
      [],
      { BATCHRITE_ACCOUNTS: 'first' },
      /BATCHRITE_ACCOUNTS, account 1: first has no key/,
    ],
  ])('refuses %s with one sentence', async (_what, words, environment, sentence) => {
    const { exitCode, errors } = await refused(words, environment);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});
