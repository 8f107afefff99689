"""What an application catches: BatchErrorException with code, message and values."""
import base64
import os

import azure.batch as batch
import azure.batch.models as models
from azure.batch.batch_auth import SharedKeyCredentials

from support import add_job, new_client, pool_parameter, refused, report, unique, values_of

client = new_client()
seen = {}

with refused(404, 'PoolNotFound') as missing:
    client.pool.get('nowhere')
error = missing['error'].error
lines = error.message.value.split('\n')
assert error.message.lang == 'en-US' and lines[1].startswith('RequestId:') and lines[2].startswith('Time:'), lines
assert lines[1] == 'RequestId:' + missing['error'].response.headers['request-id']
assert error.values is None
seen['message'] = lines[0]
assert client.pool.exists('nowhere') is False

with refused(404, 'JobNotFound'):
    client.task.list('nowhere').advance_page()
with refused(404, 'JobNotFound'):
    client.task.add('nowhere', models.TaskAddParameter(id='t', command_line='true'))
with refused(404, 'TaskNotFound'):
    client.task.terminate(add_job(client), 'nowhere')
with refused(404, 'PoolNotFound'):
    list(client.compute_node.list('nowhere'))
with refused(404, 'JobScheduleNotFound'):
    client.job_schedule.get('nowhere')
with refused(404, 'ApplicationNotFound'):
    client.application.get('nowhere')

# Bad values are named.
with refused(400, 'InvalidPropertyValue') as bad:
    client.pool.add(pool_parameter('not an id'))
seen['badId'] = values_of(bad)
with refused(400, 'InvalidPropertyValue') as bad:
    parameter = pool_parameter(unique('pool'))
    parameter.virtual_machine_configuration.image_reference = models.ImageReference(
        publisher='canonical', offer='nothing', sku='22')
    client.pool.add(parameter)
seen['badImage'] = values_of(bad)
assert 'PropertyName: imageReference' in str(bad['error']), str(bad['error'])
with refused(400, 'OutOfRangePriority') as bad:
    client.job.add(models.JobAddParameter(
        id=unique('job'), priority=1001, pool_info=models.PoolInformation(pool_id='p')))
seen['badPriority'] = values_of(bad)
with refused(400, 'InvalidPropertyValue') as bad:
    client.job.add(models.JobAddParameter(id=unique('job'), pool_info=models.PoolInformation()))
seen['noPool'] = values_of(bad)['PropertyName']

# What is there already.
pool_id = unique('pool')
client.pool.add(pool_parameter(pool_id, nodes=0))
with refused(409, 'PoolExists'):
    client.pool.add(pool_parameter(pool_id.upper(), nodes=0))
job_id = add_job(client, pool_id)
with refused(409, 'JobExists'):
    client.job.add(models.JobAddParameter(id=job_id, pool_info=models.PoolInformation(pool_id=pool_id)))
client.task.add(job_id, models.TaskAddParameter(id='task', command_line='true'))
with refused(409, 'TaskExists'):
    client.task.add(job_id, models.TaskAddParameter(id='TASK', command_line='true'))
with refused(409, 'OperationInvalidForCurrentState') as early:
    list(client.file.get_from_task(job_id, 'task', 'stdout.txt'))
seen['early'] = values_of(early)

# Somebody else's key.
wrong = base64.b64encode(b'another key').decode()
stranger = batch.BatchServiceClient(
    SharedKeyCredentials(os.environ['AZURE_BATCH_ACCOUNT'], wrong), batch_url=os.environ['AZURE_BATCH_ENDPOINT'])
with refused(403, 'AuthenticationFailed') as unknown:
    stranger.pool.get(pool_id)
assert wrong not in str(unknown['error'])
seen['unauthenticated'] = list(values_of(unknown))
client.job.delete(job_id)
client.pool.delete(pool_id)
report(**seen)
