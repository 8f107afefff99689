// Lists come page after page, no earlier than they are wanted.
import { expect, test } from 'vitest';
import type { Exchange } from '../../support/batch-double.ts';
import { azureOn, collect, faultOf } from './azure-fixture.ts';

const PAGES = [['a', 'b'], [], ['c']] as const;

/** Three pages of jobs, the second one empty as a filter can make it (wire-facts 1.12). */
function threePages({ request, json }: Exchange, linkOrigin?: string): void {
  const number = Number(request.query.get('$skipToken') ?? 0);
  const origin = linkOrigin ?? `http://${request.headers.host ?? ''}`;
  const next = `${origin}/jobs?$skipToken=${number + 1}&api-version=2022-10-01.16.0`;
  json(200, {
    value: (PAGES[number] ?? []).map((id) => ({ id, state: 'active' })),
    ...(number < PAGES.length - 1 ? { 'odata.nextLink': next } : {}),
  });
}

test('a list goes through all pages, empty ones too', async () => {
  const { service, double } = await azureOn(threePages);
  const jobs = await collect(service.jobs.list());
  expect(jobs.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(double.requests.map(({ query }) => query.get('$skipToken'))).toEqual([null, '1', '2']);
});

test('a page is asked for only when its first item is wanted', async () => {
  const { service, double } = await azureOn(threePages);
  const list = service.jobs.list()[Symbol.asyncIterator]();
  expect(double.requests).toHaveLength(0);
  await list.next();
  await list.next();
  expect(double.requests).toHaveLength(1);
  await list.next();
  expect(double.requests).toHaveLength(3);
});

test('a reader that stops early asks for no further page', async () => {
  const { service, double } = await azureOn(threePages);
  for await (const job of service.jobs.list()) if (job.id === 'b') break;
  expect(double.requests).toHaveLength(1);
});

test('a link to another host is followed at the endpoint: a signed request goes nowhere else', async () => {
  const { service, double } = await azureOn((exchange) => threePages(exchange, 'https://elsewhere.invalid'));
  expect(await collect(service.jobs.list())).toHaveLength(3);
  expect(double.requests).toHaveLength(3);
});

test('a page that names itself as the next one ends the list with a fault', async () => {
  const { service } = await azureOn(({ request, json }) => {
    const link = `http://${request.headers.host ?? ''}/jobs?$skipToken=same&api-version=2022-10-01.16.0`;
    json(200, { value: [{ id: 'a', state: 'active' }], 'odata.nextLink': link });
  });
  expect((await faultOf(collect(service.jobs.list()))).fault.message).toContain('names itself');
});

test('a failure on a later page comes after the items of the earlier ones', async () => {
  const { service } = await azureOn((exchange) =>
    exchange.request.query.has('$skipToken')
      ? exchange.refuse(400, 'InvalidQueryParameterValue')
      : threePages(exchange),
  );
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const job of service.jobs.list()) seen.push(job.id);
  };
  expect((await faultOf(read())).fault.code).toBe('invalid');
  expect(seen).toEqual(['a', 'b']);
});

test('a list that is cancelled between two items says so', async () => {
  const { service } = await azureOn(threePages);
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    for await (const job of service.jobs.list({ signal: abort.signal })) if (job.id === 'a') abort.abort();
  };
  expect((await faultOf(read())).fault.code).toBe('cancelled');
});

test('states are asked for with the filter language, which the pages keep', async () => {
  const { service, double } = await azureOn(({ json }) => json(200, { value: [] }));
  await collect(service.tasks.list('j', { states: ['active', 'running'] }));
  expect(double.requests[0]?.query.get('$filter')).toBe("state eq 'active' or state eq 'running'");
});
