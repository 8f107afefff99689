"""Many tasks at once: chunks of a hundred, several threads, and the client's own exception for those that failed."""
import azure.batch.models as models

from support import add_job, add_pool, new_client, refused, report, shell, values_of, wait_until

client = new_client()
pool_id = add_pool(client, nodes=2, task_slots_per_node=8)
job_id = add_job(client, pool_id)


def tasks(count, prefix='t', command='true'):
    return [models.TaskAddParameter(id=f'{prefix}{index:03}', command_line=command) for index in range(count)]


result = client.task.add_collection(job_id, tasks(250))
assert len(result.value) == 250
assert {each.status for each in result.value} == {models.TaskAddStatus.success}
first = next(each for each in result.value if each.task_id == 't000')
assert first.location.endswith(f'/jobs/{job_id}/tasks/t000') and first.e_tag and first.last_modified
parallel = client.task.add_collection(job_id, tasks(150, prefix='u'), threads=3)
assert len(parallel.value) == 150

# Those that are there already are counted as done by this client.
repeated = client.task.add_collection(job_id, tasks(3) + tasks(1, prefix='v'))
again = {each.task_id: each for each in repeated.value}
assert again['t000'].error.code == 'TaskExists', again['t000']

# One bad task does not keep the others out.
try:
    client.task.add_collection(job_id, [
        models.TaskAddParameter(id='good', command_line='true'),
        models.TaskAddParameter(id='bad', command_line='true', required_slots=-1),
    ])
    raise AssertionError('the bad task was accepted')
except models.CreateTasksErrorException as error:
    failed = [(each.task_id, each.error.code) for each in error.failure_tasks]
    assert not error.errors and not error.pending_tasks, error
assert client.task.get(job_id, 'good').id == 'good'

# A body beyond a megabyte is halved by the client until it fits.
long_line = shell('true ' + 'x' * 30000)
big = client.task.add_collection(job_id, tasks(60, prefix='w', command=long_line))
assert len(big.value) == 60
with refused(413, 'RequestBodyTooLarge') as too_large:
    client.task.add(job_id, models.TaskAddParameter(id='huge', command_line='x' * 1100000))
limit = values_of(too_large)['MaxLimit']

total = 250 + 150 + 1 + 1 + 60
wait_until('every task has succeeded',
           lambda: client.job.get_task_counts(job_id).task_counts.succeeded == total)
counts = client.job.get_task_counts(job_id)
assert len(list(client.task.list(job_id))) == total
client.job.terminate(job_id)
wait_until('the job is completed', lambda: client.job.get(job_id).state == models.JobState.completed)
with refused(409, 'JobCompleted'):
    client.task.add(job_id, models.TaskAddParameter(id='late', command_line='true'))
client.job.delete(job_id)
client.pool.delete(pool_id)
report(failed=failed, limit=limit, counts=counts.task_counts.as_dict(), slots=counts.task_slot_counts.as_dict())
