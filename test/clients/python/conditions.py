"""Conditional requests: entity tags and dates, on what is read and on what is written."""
import datetime

import azure.batch.models as models

from support import add_job, add_pool, new_client, refused, report, run_task

client = new_client()
pool_id = add_pool(client)
job_id = add_job(client, pool_id)
hour = datetime.timedelta(hours=1)

# The tag of a resource, its header and what a change does to it.
job = client.job.get(job_id)
raw = client.job.get(job_id, raw=True)
assert raw.headers['ETag'] == job.e_tag and not job.e_tag.startswith('"'), raw.headers
changed = client.job.patch(job_id, models.JobPatchParameter(priority=1), raw=True)
assert changed.headers['ETag'] != job.e_tag
assert client.job.get(job_id).e_tag == changed.headers['ETag']

# Written with an old tag, or with one that must not be there.
with refused(412, 'ConditionNotMet') as stale:
    client.job.patch(job_id, models.JobPatchParameter(priority=2), models.JobPatchOptions(if_match=job.e_tag))
with refused(412, 'ConditionNotMet'):
    client.job.terminate(job_id, 'no', models.JobTerminateOptions(if_none_match=changed.headers['ETag']))
assert client.job.get(job_id).priority == 1
client.job.patch(job_id, models.JobPatchParameter(priority=3),
                 models.JobPatchOptions(if_match=changed.headers['ETag']))
client.job.patch(job_id, models.JobPatchParameter(priority=4), models.JobPatchOptions(if_match='*'))
assert client.job.get(job_id).priority == 4

# Dates.
now = client.job.get(job_id).last_modified
with refused(412, 'ConditionNotMet'):
    client.job.patch(job_id, models.JobPatchParameter(priority=5),
                     models.JobPatchOptions(if_unmodified_since=now - hour))
client.job.patch(job_id, models.JobPatchParameter(priority=6),
                 models.JobPatchOptions(if_modified_since=now - hour))
with refused(412, 'ConditionNotMet'):
    client.job.delete(job_id, models.JobDeleteOptions(if_modified_since=now + hour))

# Read only when changed: 304, which this client raises too.
tag = client.job.get(job_id).e_tag
statuses = []
for read in (
    lambda: client.job.get(job_id, models.JobGetOptions(if_none_match=tag)),
    lambda: client.pool.get(pool_id, models.PoolGetOptions(if_modified_since=now + hour)),
    lambda: client.pool.exists(pool_id, models.PoolExistsOptions(if_none_match=client.pool.get(pool_id).e_tag)),
):
    try:
        answer = read()
        statuses.append(f'answered {answer}')
    except models.BatchErrorException as error:
        statuses.append(error.response.status_code)
assert client.job.get(job_id, models.JobGetOptions(if_match=tag)).id == job_id

# Pools and tasks take conditions as jobs do; a file takes dates.
with refused(412, 'ConditionNotMet'):
    client.pool.delete(pool_id, models.PoolDeleteOptions(if_match='0x8DC0000000000000'))
with refused(412, 'ConditionNotMet'):
    client.pool.resize(pool_id, models.PoolResizeParameter(target_dedicated_nodes=3),
                       models.PoolResizeOptions(if_match='0x8DC0000000000000'))
task = run_task(client, job_id, 'true')
with refused(412, 'ConditionNotMet'):
    client.task.delete(job_id, 'task', models.TaskDeleteOptions(if_none_match=task.e_tag))
with refused(412, 'ConditionNotMet'):
    list(client.file.get_from_task(
        job_id, 'task', 'stdout.txt', models.FileGetFromTaskOptions(if_unmodified_since=now - hour)))
try:
    list(client.file.get_from_task(
        job_id, 'task', 'stdout.txt', models.FileGetFromTaskOptions(if_modified_since=now + hour)))
    statuses.append('file answered')
except models.BatchErrorException as error:
    statuses.append(error.response.status_code)

# More than one condition is more than the service takes.
with refused(400, 'MultipleConditionHeadersNotSupported'):
    client.job.get(job_id, models.JobGetOptions(if_match=tag, if_none_match=tag))
client.job.delete(job_id, models.JobDeleteOptions(if_match='*'))
client.pool.delete(pool_id)
report(staleMessage=stale['error'].error.message.value.split('\n')[0], reads=statuses)
