"""Job schedules: the first job at once, one more after a change, disabled, enabled, terminated, deleted."""
import datetime

import azure.batch.models as models

from support import add_pool, new_client, refused, report, unique, wait_for_task, wait_until

client = new_client()
pool_id = add_pool(client)
schedule_id = unique('schedule')
specification = models.JobSpecification(
    pool_info=models.PoolInformation(pool_id=pool_id),
    job_manager_task=models.JobManagerTask(id='manager', command_line='true'))
client.job_schedule.add(models.JobScheduleAddParameter(
    id=schedule_id, job_specification=specification,
    schedule=models.Schedule(recurrence_interval=datetime.timedelta(hours=1)),
    metadata=[models.MetadataItem(name='a', value='1')]))
assert client.job_schedule.exists(schedule_id) is True
assert client.job_schedule.exists('nowhere') is False
with refused(409, 'JobScheduleExists'):
    client.job_schedule.add(models.JobScheduleAddParameter(
        id=schedule_id.upper(), job_specification=specification, schedule=models.Schedule()))
first = f'{schedule_id}:job-1'


def recent():
    job = client.job_schedule.get(schedule_id).execution_info.recent_job
    return job and job.id == first


wait_until('the first job is there', recent)
schedule = client.job_schedule.get(schedule_id)
assert schedule.state == models.JobScheduleState.active
assert schedule.job_specification.priority == 0 and schedule.job_specification.max_parallel_tasks == -1
assert schedule.execution_info.next_run_time > schedule.creation_time + datetime.timedelta(minutes=59)
assert schedule.execution_info.recent_job.url.endswith(f'/jobs/{first}')
wait_for_task(client, first, 'manager')
wait_until('the job ends with its manager', lambda: client.job.get(first).state == models.JobState.completed)
assert client.task.get(first, 'manager').node_info.task_root_directory == f'workitems/{schedule_id}/job-1/manager'
assert [job.id for job in client.job.list_from_job_schedule(schedule_id)] == [first]

client.job_schedule.patch(schedule_id, models.JobSchedulePatchParameter(
    schedule=models.Schedule(recurrence_interval=datetime.timedelta(hours=2))))
patched = client.job_schedule.get(schedule_id)
assert patched.schedule.recurrence_interval == datetime.timedelta(hours=2) and patched.e_tag != schedule.e_tag
client.job_schedule.update(schedule_id, models.JobScheduleUpdateParameter(
    schedule=models.Schedule(recurrence_interval=datetime.timedelta(hours=3)), job_specification=specification))
assert client.job_schedule.get(schedule_id).metadata is None
with refused(400, 'InvalidPropertyValue'):
    client.job_schedule.patch(schedule_id, models.JobSchedulePatchParameter(
        schedule=models.Schedule(recurrence_interval=datetime.timedelta(seconds=1))))
with refused(412, 'ConditionNotMet'):
    client.job_schedule.disable(schedule_id, models.JobScheduleDisableOptions(if_match=schedule.e_tag))
client.job_schedule.disable(schedule_id)
assert client.job_schedule.get(schedule_id).state == models.JobScheduleState.disabled
client.job_schedule.enable(schedule_id)
assert client.job_schedule.get(schedule_id).state == models.JobScheduleState.active
listed = [each.id for each in client.job_schedule.list(models.JobScheduleListOptions(
    filter=f"startswith(id,'{schedule_id}') and state eq 'active'"))]
assert listed == [schedule_id]
client.job_schedule.terminate(schedule_id)
wait_until('the schedule is completed',
           lambda: client.job_schedule.get(schedule_id).state == models.JobScheduleState.completed)
ended = client.job_schedule.get(schedule_id)
with refused(409, 'JobScheduleCompleted'):
    client.job_schedule.disable(schedule_id)
client.job_schedule.delete(schedule_id)
wait_until('the schedule is gone', lambda: not client.job_schedule.exists(schedule_id))
with refused(404, 'JobNotFound'):
    client.job.get(first)
client.pool.delete(pool_id)
report(previous=ended.previous_state.value, ended=ended.execution_info.end_time is not None)
