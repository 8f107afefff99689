// Pages of lists: what the link to the next one carries, and that it stays right while items come and go (wire-facts 1.12).
import { describe, expect, test } from 'vitest';
import { success } from '../../core/kernel/index.ts';
import type { ListQuery, TaskResource } from '../../emulator/engine/index.ts';
import { activeTask } from './support/resources.ts';
import { API_VERSION, send, startWireServer } from './support/wire-server.ts';

interface TaskPage {
  readonly value: readonly { readonly id: string }[];
  readonly 'odata.nextLink'?: string;
}

/** A list of tasks by id, as the engine gives it: the next page starts after the last id. */
function tasksNamed(...ids: string[]) {
  const list = (_jobId: string, { limit, after = '', where }: ListQuery<TaskResource>) => {
    const items = ids.map((id) => ({ ...activeTask, id })).filter((task) => task.id > after && (where?.(task) ?? true));
    const page = items.slice(0, limit);
    const last = page.at(-1)?.id ?? '';
    return Promise.resolve(success({ items: page, ...(items.length > limit ? { next: last } : {}) }));
  };
  return { tasks: { list } };
}

describe('the link to the next page', () => {
  test('carries filter, selection, expansion and page size, and ends with the api-version', async () => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b', 'c') });
    const filter = encodeURIComponent("state eq 'active' and id ne 'x'");
    const query = `$filter=${filter}&$select=id&$expand=stats&maxresults=2&timeout=30`;
    const answer = await send(server, { path: `/jobs/j/tasks?${query}&api-version=${API_VERSION}` });
    const { value, 'odata.nextLink': link = '' } = JSON.parse(answer.body) as TaskPage;
    expect(value).toEqual([{ id: 'a' }, { id: 'b' }]);
    const [start, rest = ''] = link.split('?');
    expect(start).toBe(`${server.url}/jobs/j/tasks`);
    expect(rest).toMatch(
      /^\$skipToken=[\w-]+&\$filter=.*&\$select=id&\$expand=stats&maxresults=2&api-version=2022-10-01\.16\.0$/,
    );
    expect(new URLSearchParams(rest).get('$filter')).toBe("state eq 'active' and id ne 'x'");
    expect(rest).not.toContain('timeout');
    expect(answer.body.indexOf('"odata.nextLink"')).toBeGreaterThan(answer.body.indexOf('"value"'));
  });

  test('leads on, as it is, with its query signed', async () => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b', 'c') });
    const first = await send(server, { path: `/jobs/j/tasks?maxresults=2&api-version=${API_VERSION}` });
    const link = (JSON.parse(first.body) as TaskPage)['odata.nextLink'] ?? '';
    const second = await send(server, { path: link.slice(server.url.length) });
    expect(JSON.parse(second.body)).toEqual({
      'odata.metadata': `${server.url}/$metadata#tasks`,
      value: [expect.objectContaining({ id: 'c', url: `${server.url}/jobs/j/tasks/c` })],
    });
  });

  test('is understood in the older spelling too', async () => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b', 'c') });
    const first = await send(server, { path: `/jobs/j/tasks?maxresults=2&api-version=${API_VERSION}` });
    const link = (JSON.parse(first.body) as TaskPage)['odata.nextLink'] ?? '';
    const path = link.slice(server.url.length).replace('skipToken', 'skiptoken');
    expect((JSON.parse((await send(server, { path })).body) as TaskPage).value).toHaveLength(1);
  });

  test('is made with the host that the client addressed', async () => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b') });
    const headers = { host: 'devbatchaccount1.local.batch.localhost:1234' };
    const answer = await send(server, { path: `/jobs/j/tasks?maxresults=1&api-version=${API_VERSION}`, headers });
    expect((JSON.parse(answer.body) as TaskPage)['odata.nextLink']).toContain(
      'http://devbatchaccount1.local.batch.localhost:1234/jobs/j/tasks?',
    );
  });

  test('does not repeat a host that is none', async () => {
    const server = await startWireServer({ answers: tasksNamed('a') });
    const answer = await send(server, { path: '/jobs/j/tasks', headers: { host: 'a"b' } });
    expect(answer.body).toContain(`"odata.metadata":"${server.url}/$metadata#tasks"`);
  });
});

describe('a filter', () => {
  test.each([
    ["id eq 'A'", ['a']],
    ["startswith(id,'b')", ['b', 'bb']],
    ["id gt 'a' and id lt 'c'", ['b', 'bb']],
    ["(id eq 'a') or ((id eq 'c'))", ['a', 'c']],
    ["state ne 'ACTIVE'", []],
    ['executionInfo/exitCode eq 0', []],
    ["creationTime le DateTime'2030-01-01T00:00:00.1234573Z'", ['a', 'b', 'bb', 'c']],
    ["creationTime lt DateTime'2030-01-01T00:00:00.1234573Z'", []],
    ["creationTime ge datetime'2030-01-01T01:00:00.1234573+01:00'", ['a', 'b', 'bb', 'c']],
  ])('that reads %s leaves %j', async (filter, ids) => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b', 'bb', 'c') });
    const { body } = await send(server, {
      path: `/jobs/j/tasks?api-version=${API_VERSION}&$filter=${encodeURIComponent(filter)}`,
    });
    expect((JSON.parse(body) as TaskPage).value.map(({ id }) => id)).toEqual(ids);
  });

  test('may be written with an encoded dollar', async () => {
    const server = await startWireServer({ answers: tasksNamed('a', 'b') });
    const { body } = await send(server, {
      path: `/jobs/j/tasks?api-version=${API_VERSION}&%24filter=id%20eq%20%27b%27`,
    });
    expect((JSON.parse(body) as TaskPage).value.map(({ id }) => id)).toEqual(['b']);
  });

  test('that cannot be understood says why', async () => {
    const server = await startWireServer();
    const { status, body } = await send(server, {
      path: `/jobs/j/tasks?api-version=${API_VERSION}&$filter=id%20startswith%20%27dev%27`,
    });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      code: 'InvalidQueryParameterValue',
      values: [
        { key: 'QueryParameterName', value: '$filter' },
        { key: 'QueryParameterValue', value: "id startswith 'dev'" },
        { key: 'Reason', value: "'startswith' is not an operator of a filter." },
      ],
    });
  });
});
