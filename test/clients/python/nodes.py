"""Nodes: users, scheduling, reboot, remote login, and nodes taken out of a pool."""
import datetime

import azure.batch.models as models

from support import add_job, add_pool, new_client, refused, report, run_task, unique, values_of, wait_for_nodes, wait_until

client = new_client()
pool_id = add_pool(client, nodes=2, start_task=models.StartTask(
    command_line="/bin/sh -c 'date +%s%N >> $AZ_BATCH_NODE_SHARED_DIR/starts'", wait_for_success=True))
node_ids = [node.id for node in client.compute_node.list(pool_id)]
node_id = node_ids[0]
node = client.compute_node.get(pool_id, node_id)
assert node.is_dedicated and node.affinity_id == f'TVM:{node_id}' and node.scheduling_state == 'enabled', node
assert node.start_task_info.state == models.StartTaskState.completed and node.start_task_info.exit_code == 0
assert node.virtual_machine_info.image_reference.offer == '0001-com-ubuntu-server-jammy'
assert node.node_agent_info.version and node.ip_address

# Users.
expiry = datetime.datetime.utcnow() + datetime.timedelta(hours=1)
client.compute_node.add_user(pool_id, node_id, models.ComputeNodeUser(
    name='visitor', password='a Password 1', is_admin=True, expiry_time=expiry))
with refused(409, 'NodeUserExists'):
    client.compute_node.add_user(pool_id, node_id, models.ComputeNodeUser(name='visitor', password='a Password 1'))
client.compute_node.update_user(pool_id, node_id, 'visitor', models.NodeUpdateUserParameter(password='another 1'))
client.compute_node.delete_user(pool_id, node_id, 'visitor')
with refused(404, 'NodeUserNotFound'):
    client.compute_node.delete_user(pool_id, node_id, 'visitor')
login = client.compute_node.get_remote_login_settings(pool_id, node_id)
assert login.remote_login_ip_address and login.remote_login_port

# A node without scheduling gets no tasks.
client.compute_node.disable_scheduling(pool_id, node_id, models.DisableComputeNodeSchedulingOption.requeue)
assert client.compute_node.get(pool_id, node_id).scheduling_state == models.SchedulingState.disabled
with refused(409, 'NodeAlreadyInTargetSchedulingState'):
    client.compute_node.disable_scheduling(pool_id, node_id)
job_id = add_job(client, pool_id)
for index in range(3):
    assert run_task(client, job_id, 'true', f't{index}').node_info.node_id == node_ids[1]
client.compute_node.enable_scheduling(pool_id, node_id)
assert client.compute_node.get(pool_id, node_id).scheduling_state == models.SchedulingState.enabled
assert [each.task_id for each in client.compute_node.get(pool_id, node_ids[1]).recent_tasks or []] != []

# A reboot runs the start task again.
before = client.compute_node.get(pool_id, node_id).last_boot_time
client.compute_node.reboot(pool_id, node_id, models.ComputeNodeRebootOption.requeue)
wait_until('the node has booted again', lambda: (
    client.compute_node.get(pool_id, node_id).state == models.ComputeNodeState.idle
    and client.compute_node.get(pool_id, node_id).last_boot_time > before))
starts = b''.join(client.file.get_from_compute_node(pool_id, node_id, 'shared/starts')).decode().splitlines()
with refused(409, 'OperationNotValidOnNode') as reimage:
    client.compute_node.reimage(pool_id, node_id)
extensions = list(client.compute_node_extension.list(pool_id, node_id))

# Removed by name, and by size.
client.pool.remove_nodes(pool_id, models.NodeRemoveParameter(node_list=[node_id]))
[left] = wait_for_nodes(client, pool_id, 1)
assert left.id == node_ids[1]
pool = client.pool.get(pool_id)
assert (pool.target_dedicated_nodes, pool.current_dedicated_nodes) == (1, 1)
with refused(404, 'NodeNotFound'):
    client.compute_node.get(pool_id, node_id)
client.pool.resize(pool_id, models.PoolResizeParameter(target_dedicated_nodes=3, target_low_priority_nodes=1))
nodes = wait_for_nodes(client, pool_id, 4)
low = [each for each in nodes if not each.is_dedicated]
assert len(low) == 1 and low[0].id.endswith('_p'), [each.id for each in nodes]
client.pool.resize(pool_id, models.PoolResizeParameter(
    target_dedicated_nodes=0, target_low_priority_nodes=0,
    node_deallocation_option=models.ComputeNodeDeallocationOption.terminate))
wait_for_nodes(client, pool_id, 0)
client.job.delete(job_id)
client.pool.delete(pool_id)
report(starts=len(starts), reimage=values_of(reimage), extensions=[each.instance_view.name for each in extensions])
