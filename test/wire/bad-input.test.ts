// Input that no operation may accept, made for every operation from the table and the SDK's mappers: each gets a 4xx in
// the service's form, and the engine is never asked.
import { BatchServiceMappers } from '@azure/batch';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BatchEngine } from '../../emulator/engine/index.ts';
import type { OperationId } from '../../emulator/rest/index.ts';
import { createBatchServer, operationIds, operationTable } from '../../emulator/rest/index.ts';
import { seededRandom, VirtualClock } from '../../core/kernel/index.ts';
import { cannedEngine } from './support/canned-engine.ts';
import { memoryFiles } from './support/memory-files.ts';
import type { RawRequest } from './support/wire-server.ts';
import { ACCOUNT, API_VERSION, JSON_TYPE, KEY, NOW, send } from './support/wire-server.ts';

interface Spec {
  readonly method: string;
  readonly path: string;
  readonly body?: { readonly mapper: string; readonly optional?: true };
  readonly query?: readonly string[];
  readonly since?: string;
}

interface ErrorBody {
  readonly code: string;
  readonly message: { readonly value: string };
}

interface MapperMember {
  readonly serializedName?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly type: { readonly name: string };
}

const specs = operationIds
  .map((id): [OperationId, Spec] => [id, operationTable[id]])
  .filter(([, { since = '' }]) => since <= API_VERSION);
const withBody = specs.flatMap(([id, spec]) => (spec.body === undefined ? [] : [[id, spec, spec.body] as const]));

/** An engine that notes when it is asked. */
function watchedServer() {
  const asked: string[] = [];
  const engine = cannedEngine();
  const watched = new Proxy(engine, {
    get: (target, group: keyof BatchEngine) => {
      asked.push(group);
      return target[group];
    },
  });
  const server = createBatchServer({
    accounts: new Map([[ACCOUNT, { key: KEY, engine: watched, files: memoryFiles({}, NOW) }]]),
    clock: new VirtualClock(NOW),
    credentialClock: null,
    random: seededRandom('bad input'),
  });
  onTestFinished(() => server.close());
  return { server, asked };
}

async function expectRefusal(raw: RawRequest, code: string | RegExp): Promise<void> {
  const { server, asked } = watchedServer();
  await server.listen(0);
  const answer = await send(server, raw);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  // HEAD has no body to tell a code in.
  const error = JSON.parse(answer.body || '{"code":"","message":{"value":""}}') as ErrorBody;
  expect(error.code).toMatch(raw.method === 'HEAD' ? /^$/ : code);
  const tail = `\nRequestId:${answer.headers['request-id'] ?? ''}\nTime:`;
  expect(error.message.value).toContain(raw.method === 'HEAD' ? '' : tail);
  expect(asked).toEqual([]);
}

/** The operation's path with something for each parameter. */
function pathOf({ path }: Spec, value = 'x'): string {
  return `/${path.replaceAll(/\{\w+\}/g, value)}`;
}

function membersOf(mapper: string): readonly MapperMember[] {
  const all = BatchServiceMappers as unknown as Record<
    string,
    { type: { modelProperties?: Record<string, MapperMember> } }
  >;
  return Object.values(all[mapper]?.type.modelProperties ?? {});
}

/** A value of a type that the member does not have. */
function wrongValue(member: MapperMember): unknown {
  return member.type.name === 'Composite' || member.type.name === 'Sequence' ? 'text' : { not: 'a scalar' };
}

describe('a body', () => {
  test.each(withBody)('of %s that is not JSON is refused (batch-semantics 3.9)', async (_id, spec) => {
    const { method } = spec;
    for (const body of ['{', 'null and void', '{"id":}', '\u0000', '[1,2']) {
      await expectRefusal({ method, path: pathOf(spec), body }, 'InvalidRequestBody');
    }
  });

  test.each(withBody)('of %s that is no object is refused', async (_id, spec) => {
    const { method } = spec;
    for (const body of ['[]', '"text"', '1', 'null', 'true']) {
      await expectRefusal({ method, path: pathOf(spec), body }, 'InvalidRequestBody');
    }
  });

  test.each(withBody)('of %s with a member that the type does not have is refused', async (_id, spec) => {
    const { method } = spec;
    for (const body of ['{"noSuchMember":1}', '{"__proto__":{}}', '{"constructor":{}}', '{"ID":"x"}']) {
      await expectRefusal({ method, path: pathOf(spec), body }, 'InvalidRequestBody');
    }
  });

  test.each([
    ['vmSize', 'standard_d2s_v3'],
    ['virtualMachineConfiguration', { imageReference: {}, nodeAgentSKUId: 'batch.node.ubuntu 22.04' }],
    ['taskSlotsPerNode', 4],
    ['enableInterNodeCommunication', true],
    ['userAccounts', [{ name: 'ann', password: 'p' }]],
  ])('cannot change %s of a pool (batch-semantics 10.4, 11.1)', async (member, value) => {
    for (const [method, path] of [
      ['PATCH', '/pools/p'],
      ['POST', '/pools/p/updateproperties'],
    ] as const) {
      await expectRefusal({ method, path, body: JSON.stringify({ [member]: value }) }, 'InvalidRequestBody');
    }
  });

  test.each(withBody)('of %s with a member of a wrong type is refused', async (_id, spec, { mapper }) => {
    for (const member of membersOf(mapper)) {
      const body = JSON.stringify({ [member.serializedName ?? '']: wrongValue(member) });
      await expectRefusal({ method: spec.method, path: pathOf(spec), body }, 'InvalidRequestBody');
    }
  });

  const requiring = withBody.filter(([, , { mapper }]) => membersOf(mapper).some((member) => member.required === true));
  test.each(requiring)('of %s without what is required is refused', async (_id, spec) => {
    await expectRefusal({ method: spec.method, path: pathOf(spec), body: '{}' }, 'MissingRequiredProperty');
  });

  test.each(withBody)('of %s over 1 MiB is refused (batch-semantics 3.9, 9.1)', async (_id, spec) => {
    const body = `{"x":"${'y'.repeat(1_048_576)}"}`;
    await expectRefusal({ method: spec.method, path: pathOf(spec), body }, 'RequestBodyTooLarge');
  });

  test.each(withBody)('of %s with another content type is refused', async (_id, spec) => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/json',
      'application/jsonp; odata=minimalmetadata',
    ]) {
      const headers = { 'content-type': type };
      await expectRefusal({ method: spec.method, path: pathOf(spec), body: '{}', headers }, 'InvalidHeaderValue');
    }
  });

  const needing = withBody.filter(([, , body]) => body.optional !== true);
  test.each(needing)('of %s must be there', async (_id, spec) => {
    const headers = { 'content-type': JSON_TYPE, 'content-length': '0' };
    await expectRefusal({ method: spec.method, path: pathOf(spec), headers }, 'InvalidRequestBody');
  });
});

describe('a query', () => {
  test.each(specs)('of %s with an unknown parameter is refused', async (_id, spec) => {
    const path = `${pathOf(spec)}?api-version=${API_VERSION}&nonsense=1`;
    await expectRefusal({ method: spec.method, path, ...bodyFor(spec) }, 'UnsupportedQueryParameter');
  });

  test.each(specs)('of %s with a timeout that is no number is refused', async (_id, spec) => {
    const path = `${pathOf(spec)}?api-version=${API_VERSION}&timeout=soon`;
    await expectRefusal({ method: spec.method, path, ...bodyFor(spec) }, 'InvalidQueryParameterValue');
  });

  test.each(specs)('of %s without an api-version is refused', async (_id, spec) => {
    await expectRefusal(
      { method: spec.method, path: `${pathOf(spec)}?`, ...bodyFor(spec) },
      'MissingRequiredQueryParameter',
    );
  });

  test.each(specs)('of %s with an api-version that never was is refused', async (_id, spec) => {
    for (const version of ['latest', '2017-01-01.1.0', '2022-10-01', '2022-10-01.99.0', "2022-10-01.16.0'"]) {
      const path = `${pathOf(spec)}?api-version=${encodeURIComponent(version)}`;
      await expectRefusal({ method: spec.method, path, ...bodyFor(spec) }, 'UnsupportedRequestVersion');
    }
  });

  const taking = (name: string) => specs.filter(([, spec]) => spec.query?.includes(name) === true);
  const path = (spec: Spec, text: string) => `${pathOf(spec)}?api-version=${API_VERSION}&${text}`;

  test.each(taking('$filter'))('of %s with a filter that cannot be understood is refused', async (_id, spec) => {
    const filters = [
      'id startswith x',
      "unknown eq 'x'",
      '(((',
      "id eq 'x' and",
      'id',
      "name eq 'unclosed",
      '(('.repeat(5000),
    ];
    for (const filter of filters) {
      const query = path(spec, `$filter=${encodeURIComponent(filter)}`);
      await expectRefusal({ path: query }, 'InvalidQueryParameterValue');
    }
  });

  test.each(taking('$select'))('of %s with an unknown member to select is refused', async (_id, spec) => {
    await expectRefusal({ path: path(spec, '$select=id,nothing') }, 'InvalidQueryParameterValue');
  });

  test.each(taking('$expand'))('of %s with something else than statistics to expand is refused', async (_id, spec) => {
    await expectRefusal({ path: path(spec, '$expand=tasks') }, 'InvalidQueryParameterValue');
  });

  test.each(taking('maxresults'))('of %s with a page size out of range is refused', async (_id, spec) => {
    for (const size of ['0', '-1', '1001']) {
      await expectRefusal({ path: path(spec, `maxresults=${size}`) }, 'OutOfRangeQueryParameterValue');
    }
    await expectRefusal({ path: path(spec, 'maxresults=many') }, 'InvalidQueryParameterValue');
  });

  test.each(taking('$skipToken'))('of %s with a token that was not given out is refused', async (_id, spec) => {
    await expectRefusal({ path: path(spec, '$skipToken=forged') }, 'InvalidQueryParameterValue');
    await expectRefusal({ path: path(spec, '$skiptoken=%00') }, 'InvalidQueryParameterValue');
  });
});

describe('a path', () => {
  test.each([
    '/nowhere',
    '/',
    '/pools/x/y',
    '/pools/../jobs',
    '/jobs/x/tasks/y/files/a/../../b/..%2F../nothing'.replace('files', 'nofiles'),
    '/pools//nodes',
    '/pools/x/nodes/',
    '/certificates(thumbprint=1)',
    '/_batchrite',
  ])('%s that leads nowhere is not found', async (path) => {
    await expectRefusal({ path }, 'ResourceNotFound');
  });

  test.each(['/pools/%', '/pools/%zz', '/pools/%ff', '/jobs/j/tasks/t/files/%c3%28'])(
    '%s that cannot be decoded is refused',
    async (path) => {
      await expectRefusal({ path }, 'RequestUrlFailedToParse');
    },
  );

  test.each(specs)('of %s does not take a method of another operation', async (_id, spec) => {
    const others = ['PUT', 'PATCH', 'DELETE', 'POST'].filter(
      (method) => !specs.some(([, other]) => other.path === spec.path && other.method === method),
    );
    for (const method of others.slice(0, 1)) {
      await expectRefusal({ method, path: pathOf(spec) }, 'UnsupportedHttpVerb');
    }
  });

  test('is not asked with a verb that is none of the service', async () => {
    await expectRefusal({ method: 'OPTIONS', path: '/pools' }, 'InvalidHttpVerb');
  });
});

describe('conditional headers', () => {
  test('are not combined', async () => {
    const headers = { 'if-match': '*', 'if-unmodified-since': new Date(NOW).toUTCString() };
    await expectRefusal({ path: '/pools/x', headers }, 'MultipleConditionHeadersNotSupported');
  });

  test('with a date need one', async () => {
    await expectRefusal({ path: '/pools/x', headers: { 'if-modified-since': 'yesterday' } }, 'InvalidHeaderValue');
  });
});

/** A body that is not looked at, because another check comes first. */
function bodyFor({ body }: Spec): { readonly body?: string } {
  return body === undefined ? {} : { body: '{}' };
}
