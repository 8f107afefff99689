"""Files of tasks and nodes: listed, described, read whole and in part, and deleted."""
import azure.batch.models as models

from support import add_job, add_pool, new_client, read_file, refused, report, run_task, shell, wait_for_task, wait_until

client = new_client()
pool_id = add_pool(client)
job_id = add_job(client, pool_id)
run_task(client, job_id, shell('echo 0123456789; echo wrong >&2; mkdir sub; printf "\\001\\002" > sub/blob.bin; echo a > "a b.txt"'))
task = client.task.get(job_id, 'task')
node_id = task.node_info.node_id

# Lists.
flat = list(client.file.list_from_task(job_id, 'task'))
names = [file.name for file in flat]
assert names[:3] == ['stdout.txt', 'stderr.txt', 'wd'] or set(names) >= {'stdout.txt', 'stderr.txt', 'wd'}, names
deep = {file.name: file for file in client.file.list_from_task(job_id, 'task', recursive=True)}
assert {'wd/sub', 'wd/sub/blob.bin', 'wd/a b.txt'} <= set(deep), deep.keys()
stdout = deep['stdout.txt']
assert stdout.properties.content_length == 11 and not stdout.is_directory
assert stdout.url.endswith(f'/jobs/{job_id}/tasks/task/files/stdout.txt')
assert deep['wd/sub'].is_directory and deep['wd/sub'].properties is None
one = models.FileListFromTaskOptions(filter="startswith(name,'std')", max_results=1)
assert sorted(file.name for file in client.file.list_from_task(job_id, 'task', file_list_from_task_options=one)) == [
    'stderr.txt', 'stdout.txt']

# Read whole, in part, and described.
assert read_file(client.file.get_from_task(job_id, 'task', 'stdout.txt')) == '0123456789\n'
part = models.FileGetFromTaskOptions(ocp_range='bytes=2-4')
assert read_file(client.file.get_from_task(job_id, 'task', 'stdout.txt', part)) == '234'
tail = models.FileGetFromTaskOptions(ocp_range='bytes=8-')
assert read_file(client.file.get_from_task(job_id, 'task', 'stdout.txt', tail)) == '89\n'
with refused(416, 'InvalidRange'):
    read_file(client.file.get_from_task(
        job_id, 'task', 'stdout.txt', models.FileGetFromTaskOptions(ocp_range='bytes=100-200')))
assert b''.join(client.file.get_from_task(job_id, 'task', 'wd/sub/blob.bin')) == b'\x01\x02'
assert read_file(client.file.get_from_task(job_id, 'task', 'wd/a b.txt')) == 'a\n'
about = client.file.get_properties_from_task(job_id, 'task', 'stdout.txt', raw=True).headers
folder = client.file.get_properties_from_task(job_id, 'task', 'wd', raw=True).headers
with refused(404, 'FileNotFound'):
    client.file.get_from_task(job_id, 'task', 'nothing.txt')
try:
    client.file.get_properties_from_task(job_id, 'task', 'nothing.txt')
    raise AssertionError('a missing file has properties')
except models.BatchErrorException as error:
    assert error.response.status_code == 404

# The same files from the node's side.
root = task.node_info.task_root_directory
assert root == f'workitems/{job_id}/job-1/task'
assert read_file(client.file.get_from_compute_node(pool_id, node_id, f'{root}/stdout.txt')) == '0123456789\n'
top = [file.name for file in client.file.list_from_compute_node(pool_id, node_id)]
assert {'shared', 'workitems', 'startup'} <= set(top), top
assert f'{root}/wd/sub/blob.bin' in [
    file.name for file in client.file.list_from_compute_node(pool_id, node_id, recursive=True)]
node_part = models.FileGetFromComputeNodeOptions(ocp_range='bytes=0-0')
assert read_file(client.file.get_from_compute_node(pool_id, node_id, f'{root}/stderr.txt', node_part)) == 'w'
described = client.file.get_properties_from_compute_node(pool_id, node_id, f'{root}/stdout.txt', raw=True).headers
assert described['Content-Length'] == 11
with refused(404, 'NodeNotFound'):
    client.file.get_from_compute_node(pool_id, 'tvmps_nowhere_d', 'startup/stdout.txt')

# Read while the task writes.
client.task.add(job_id, models.TaskAddParameter(id='long', command_line=shell('echo begun; while [ ! -e stop ]; do sleep 0.05; done')))
wait_for_task(client, job_id, 'long', models.TaskState.running)


def begun():
    try:
        return read_file(client.file.get_from_task(job_id, 'long', 'stdout.txt')) == 'begun\n'
    except models.BatchErrorException as error:
        # The file is not there before the command has started.
        assert error.error.code == 'FileNotFound', error
        return False


wait_until('a running task has written', begun)
client.task.terminate(job_id, 'long')
wait_for_task(client, job_id, 'long')

# Deleted.
client.file.delete_from_task(job_id, 'task', 'wd/a b.txt')
with refused(404, 'FileNotFound'):
    client.file.get_from_task(job_id, 'task', 'wd/a b.txt')
client.file.delete_from_task(job_id, 'task', 'wd/sub', recursive=True)
client.file.delete_from_compute_node(pool_id, node_id, f'{root}/stderr.txt')
left = [file.name for file in client.file.list_from_task(job_id, 'task', recursive=True)]
client.task.delete(job_id, 'task')
with refused(404, 'TaskNotFound'):
    client.file.list_from_task(job_id, 'task').advance_page()
client.job.delete(job_id)
client.pool.delete(pool_id)
report(stdoutHeaders={name: about.get(name) for name in (
    'Content-Type', 'Content-Length', 'ocp-batch-file-isdirectory', 'ocp-batch-file-mode', 'ETag')},
    folder=folder.get('ocp-batch-file-isdirectory'), left=left)
