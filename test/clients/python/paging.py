"""Pages: `max_results`, next links that the client follows by itself, and lists that change while they are read."""
import os

import azure.batch.models as models

from support import add_job, new_client, pool_parameter, refused, report, unique, values_of


def pages_of(paged):
    """The items of every page, as the service sent them."""
    pages = []
    try:
        while True:
            pages.append(list(paged.advance_page()))
    except StopIteration:
        return pages


client = new_client()
job_id = add_job(client)
client.task.add_collection(job_id, [
    models.TaskAddParameter(id=f't{index:03}', command_line='true') for index in range(25)])

pages = pages_of(client.task.list(job_id, models.TaskListOptions(max_results=10)))
ids = [task.id for page in pages for task in page]
assert ids == [f't{index:03}' for index in range(25)], ids

# A filter and a selection hold for every page.
chosen = pages_of(client.task.list(job_id, models.TaskListOptions(
    max_results=4, filter="startswith(id,'t01')", select='id')))
assert [task.id for page in chosen for task in page] == [f't{index:03}' for index in range(10, 20)]
assert all(task.state is None and task.url is None for page in chosen for task in page)

# Items that go, and items that come, do not disturb those that stay.
changing = client.task.list(job_id, models.TaskListOptions(max_results=10))
first = list(changing.advance_page())
for gone in ('t003', 't009', 't010', 't024'):
    client.task.delete(job_id, gone)
client.task.add(job_id, models.TaskAddParameter(id='t0001', command_line='true'))
client.task.add(job_id, models.TaskAddParameter(id='t0155', command_line='true'))
rest = [task.id for page in pages_of(changing) for task in page]
stayed = [f't{index:03}' for index in range(11, 24)]
assert [each for each in rest if each != 't0155'] == stayed, rest
assert 't0155' in rest and 't0001' not in rest and not set(rest) & {task.id for task in first}

# Iterating the same list again starts over.
again = client.task.list(job_id, models.TaskListOptions(max_results=5))
assert len(list(again)) == 23
again.reset()
assert len(list(again)) == 23

prefix = unique('paged')
pool_ids = [f'{prefix}-{index}' for index in range(3)]
for pool_id in pool_ids:
    client.pool.add(pool_parameter(pool_id, nodes=0))
only_these = models.PoolListOptions(max_results=2, filter=f"startswith(id,'{prefix}')")
found = pages_of(client.pool.list(only_these))
assert [pool.id for page in found for pool in page] == pool_ids
jobs = models.JobListOptions(max_results=1, filter=f"id eq '{job_id}'")
assert [job.id for job in client.job.list(jobs)] == [job_id]
for pool_id in pool_ids:
    client.pool.delete(pool_id)

# The client itself keeps `max_results` within 1 and 1000; a next link that it did not get from here is refused.
forged = client.task.list(job_id)
forged.next_link = f'{os.environ["AZURE_BATCH_ENDPOINT"]}/jobs/{job_id}/tasks?$skiptoken=forged&api-version=2022-10-01.16.0'
with refused(400, 'InvalidQueryParameterValue') as refusal:
    forged.advance_page()
client.job.delete(job_id)
report(pages=[len(page) for page in pages], filtered=[len(page) for page in chosen],
       pools=[len(page) for page in found], refused=values_of(refusal)['QueryParameterName'])
