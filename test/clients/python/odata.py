"""Filters, selections and expansions of lists, and those that the service refuses."""
import datetime

import azure.batch.models as models

from support import add_job, add_pool, new_client, refused, report, run_task, values_of, wait_for_task

client = new_client()
pool_id = add_pool(client)
job_id = add_job(client, pool_id, metadata=[models.MetadataItem(name='who', value='me')])
run_task(client, job_id, 'true', 'good')
run_task(client, job_id, "/bin/sh -c 'exit 3'", 'bad')
client.task.add(job_id, models.TaskAddParameter(id='long', command_line='sleep 60'))
wait_for_task(client, job_id, 'long', models.TaskState.running)


def tasks(clause):
    return [task.id for task in client.task.list(job_id, models.TaskListOptions(filter=clause))]


yesterday = (datetime.datetime.utcnow() - datetime.timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')
expected = {
    "state eq 'completed'": ['bad', 'good'],
    "state ne 'completed'": ['long'],
    "executionInfo/exitCode eq 3": ['bad'],
    "executionInfo/exitCode ge 0 and executionInfo/exitCode lt 3": ['good'],
    "executionInfo/result eq 'failure' or state eq 'running'": ['bad', 'long'],
    "(startswith(id,'g')) or (startswith(id,'b'))": ['bad', 'good'],
    "id gt 'good'": ['long'],
    f"creationTime gt DateTime'{yesterday}'": ['bad', 'good', 'long'],
    f"stateTransitionTime lt DateTime'{yesterday}'": [],
}
for clause, ids in expected.items():
    if ids is not None:
        assert tasks(clause) == ids, (clause, tasks(clause))

wrong = {}
for clause in ("STATE eq 'completed'", "id startswith 'g'", "commandLine eq 'true'", "state gt 'active'", "id eq 'a' and"):
    with refused(400, 'InvalidQueryParameterValue') as refusal:
        tasks(clause)
    values = values_of(refusal)
    assert values['QueryParameterName'] == '$filter' and values['QueryParameterValue'] == clause, values
    wrong[clause] = values['Reason']

# Selections.
chosen = client.task.get(job_id, 'good', models.TaskGetOptions(select='id, state'))
assert (chosen.id, chosen.state, chosen.url, chosen.command_line) == ('good', models.TaskState.completed, None, None)
job = client.job.get(job_id, models.JobGetOptions(select='id,metadata', expand='stats'))
assert job.metadata[0].value == 'me' and job.state is None
pool = next(iter(client.pool.list(models.PoolListOptions(filter=f"id eq '{pool_id}'", select='id,currentDedicatedNodes'))))
assert pool.current_dedicated_nodes == 1 and pool.vm_size is None
nodes = list(client.compute_node.list(pool_id, models.ComputeNodeListOptions(filter="state eq 'running'", select='id')))
assert len(nodes) == 1 and nodes[0].state is None
with refused(400, 'InvalidQueryParameterValue'):
    client.pool.get(pool_id, models.PoolGetOptions(select='id,nothing'))
with refused(400, 'InvalidQueryParameterValue'):
    client.pool.get(pool_id, models.PoolGetOptions(expand='nothing'))

# Lists of other things.
verified = list(client.account.list_supported_images(
    models.AccountListSupportedImagesOptions(filter="osType eq 'linux' and verificationType eq 'verified'")))
assert verified and all(image.os_type == models.OSType.linux for image in verified)
counts = list(client.account.list_pool_node_counts(
    models.AccountListPoolNodeCountsOptions(filter=f"poolId eq '{pool_id}'")))
assert [(each.pool_id, each.dedicated.running, each.dedicated.total) for each in counts] == [(pool_id, 1, 1)]
assert [job.id for job in client.job.list(models.JobListOptions(
    filter=f"state eq 'active' and executionInfo/poolId eq '{pool_id}'"))] == [job_id]
client.job.delete(job_id)
client.pool.delete(pool_id)
report(wrong=wrong)
