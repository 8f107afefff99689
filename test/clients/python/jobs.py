"""Jobs through their life: changed, disabled, enabled, terminated; with a manager, preparation and release; counted."""
import datetime

import azure.batch.models as models

from support import (
    add_job, add_pool, new_client, read_file, refused, report, run_task, shell, unique, values_of, wait_for_task,
    wait_until)


def wait_for_job(job_id, state):
    def reached():
        job = client.job.get(job_id)
        return job.state == state and job
    return wait_until(f'{job_id} is {state}', reached)


client = new_client()
pool_id = add_pool(client)

# What a job gets by itself, and what PATCH and PUT change.
job_id = add_job(client, pool_id, constraints=models.JobConstraints(max_task_retry_count=5),
                 metadata=[models.MetadataItem(name='a', value='1')])
job = client.job.get(job_id)
assert (job.priority, job.max_parallel_tasks, job.uses_task_dependencies) == (0, -1, False), job
assert job.constraints.max_wall_clock_time.days == 10675199, 'unlimited is the longest time that there is'
assert job.execution_info.pool_id == pool_id
client.job.patch(job_id, models.JobPatchParameter(
    priority=7, constraints=models.JobConstraints(max_wall_clock_time=datetime.timedelta(hours=3))))
patched = client.job.get(job_id)
assert patched.priority == 7 and patched.metadata[0].name == 'a'
assert patched.constraints.max_task_retry_count == 0, 'constraints are replaced as a whole'
assert patched.constraints.max_wall_clock_time == datetime.timedelta(hours=3)
client.job.update(job_id, models.JobUpdateParameter(pool_info=models.PoolInformation(pool_id=pool_id)))
updated = client.job.get(job_id)
assert updated.priority == 0 and updated.metadata is None

# Disabled: what runs goes back to the queue, and comes back with the job.
client.task.add(job_id, models.TaskAddParameter(id='long', command_line='sleep 60'))
wait_for_task(client, job_id, 'long', models.TaskState.running)
client.job.disable(job_id, models.DisableJobOption.requeue)
disabled = wait_for_job(job_id, models.JobState.disabled)
assert disabled.previous_state == models.JobState.active
requeued = wait_for_task(client, job_id, 'long', models.TaskState.active)
assert requeued.execution_info.requeue_count == 1
client.job.enable(job_id)
wait_for_job(job_id, models.JobState.active)
with refused(409, 'JobNotActive') as refusal:
    client.job.enable(job_id)
wait_for_task(client, job_id, 'long', models.TaskState.running)
client.job.terminate(job_id, 'enough')
done = wait_for_job(job_id, models.JobState.completed)
assert done.execution_info.terminate_reason == 'enough' and done.execution_info.end_time
ended = client.task.get(job_id, 'long')
assert ended.execution_info.failure_info.code == 'TaskEnded', ended.execution_info
for change in (lambda: client.job.terminate(job_id), lambda: client.job.disable(job_id, 'wait')):
    with refused(409, 'JobCompleted'):
        change()
client.job.delete(job_id)

# Preparation before the first task of a node, release when the job ends.
prepared = add_job(
    client, pool_id,
    job_preparation_task=models.JobPreparationTask(
        command_line=shell('echo ready > $AZ_BATCH_NODE_SHARED_DIR/ready-$AZ_BATCH_JOB_ID')),
    job_release_task=models.JobReleaseTask(command_line=shell('rm $AZ_BATCH_NODE_SHARED_DIR/ready-$AZ_BATCH_JOB_ID')),
    common_environment_settings=[models.EnvironmentSetting(name='GREETING', value='hello')],
    on_all_tasks_complete=models.OnAllTasksComplete.no_action)
task = run_task(client, prepared, shell('cat $AZ_BATCH_NODE_SHARED_DIR/ready-$AZ_BATCH_JOB_ID; echo $GREETING'))
assert read_file(client.file.get_from_task(prepared, 'task', 'stdout.txt')) == 'ready\nhello\n'
client.job.terminate(prepared)
assert wait_for_job(prepared, models.JobState.completed).execution_info.terminate_reason == 'UserTerminate'
[status] = list(client.job.list_preparation_and_release_task_status(prepared))
assert status.node_id == task.node_info.node_id
assert status.job_preparation_task_execution_info.result == models.TaskExecutionResult.success
assert status.job_release_task_execution_info.exit_code == 0
with refused(409, 'JobPreparationTaskNotSpecified'):
    list(client.job.list_preparation_and_release_task_status(add_job(client)))

# A manager whose end is the job's end, and tasks that depend on others.
managed = add_job(client, pool_id, job_manager_task=models.JobManagerTask(
    id='manager', command_line=shell('env | grep AZ_BATCH_ | sort'), kill_job_on_completion=True))
wait_for_job(managed, models.JobState.completed)
environment = read_file(client.file.get_from_task(managed, 'manager', 'stdout.txt'))
assert f'AZ_BATCH_JOB_ID={managed}\n' in environment, environment
assert client.job.get(managed).execution_info.terminate_reason == 'JMComplete'
chain = add_job(client, pool_id, uses_task_dependencies=True,
                on_all_tasks_complete=models.OnAllTasksComplete.no_action)
client.task.add_collection(chain, [
    models.TaskAddParameter(id='last', command_line='true', depends_on=models.TaskDependencies(task_ids=['first'])),
    models.TaskAddParameter(id='first', command_line='true'),
])
last = wait_for_task(client, chain, 'last')
assert client.task.get(chain, 'first').execution_info.end_time <= last.execution_info.start_time
client.job.patch(chain, models.JobPatchParameter(on_all_tasks_complete=models.OnAllTasksComplete.terminate_job))
assert wait_for_job(chain, models.JobState.completed).execution_info.terminate_reason == 'AllTasksComplete'

# Failed tasks, terminated ones, and once more.
retried = add_job(client, pool_id)
failed = run_task(client, retried, shell('echo once more; exit 2'), constraints=models.TaskConstraints(max_task_retry_count=2))
assert (failed.execution_info.exit_code, failed.execution_info.retry_count) == (2, 2), failed.execution_info
assert failed.execution_info.failure_info.category == models.ErrorCategory.user_error
with refused(409, 'TaskCompleted'):
    client.task.terminate(retried, 'task')
with refused(409, 'TaskCompleted'):
    client.task.update(retried, 'task', models.TaskConstraints(max_task_retry_count=0))
client.task.reactivate(retried, 'task')
again = wait_for_task(client, retried, 'task')
assert again.execution_info.retry_count == 2 and again.execution_info.start_time > failed.execution_info.end_time
waiting = add_job(client)
client.task.add(waiting, models.TaskAddParameter(id='task', command_line='true'))
with refused(409, 'TaskNotCompleted'):
    client.task.reactivate(waiting, 'task')
client.task.update(waiting, 'task', models.TaskConstraints(max_task_retry_count=3))
assert client.task.get(waiting, 'task').constraints.max_task_retry_count == 3
client.task.terminate(waiting, 'task')
never_run = client.task.get(waiting, 'task')
assert never_run.node_info.node_id is None and never_run.execution_info.start_time is None, never_run.node_info
client.job.delete(waiting)
counts = client.job.get_task_counts(retried).task_counts
run_task(client, retried, 'true', 'good')
with refused(409, 'TaskSucceeded'):
    client.task.reactivate(retried, 'good')
missing = run_task(client, retried, 'no-such-program', 'missing')
assert list(client.task.list_subtasks(retried, 'good').value) == []

# A job that makes its own pool.
auto = unique('auto')
client.job.add(models.JobAddParameter(id=auto, pool_info=models.PoolInformation(
    auto_pool_specification=models.AutoPoolSpecification(
        auto_pool_id_prefix='made', pool_lifetime_option=models.PoolLifetimeOption.job,
        pool=models.PoolSpecification(
            vm_size='standard_d2s_v3', target_dedicated_nodes=1,
            virtual_machine_configuration=models.VirtualMachineConfiguration(
                image_reference=client.pool.get(pool_id).virtual_machine_configuration.image_reference,
                node_agent_sku_id='batch.node.ubuntu 22.04'))))))
run_task(client, auto, 'true')
made = client.job.get(auto).execution_info.pool_id
client.job.delete(auto)
wait_until('the auto pool goes with its job', lambda: not client.pool.exists(made))
for each in (prepared, managed, chain, retried):
    client.job.delete(each)
client.pool.delete(pool_id)
report(failedCounts=counts.as_dict(), autoPool=made[:5], missingProgram=missing.execution_info.failure_info.code,
       enableActive=values_of(refusal))
