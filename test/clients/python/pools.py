"""Pools: what is filled in, what is changed by PATCH and by an update, resizing that is stopped, start tasks that fail."""
import azure.batch.models as models

from support import add_pool, new_client, pool_parameter, refused, report, shell, unique, wait_for_nodes, wait_until

client = new_client()
pool_id = unique('pool')
client.pool.add(pool_parameter(
    pool_id, nodes=0, display_name='a pool', metadata=[models.MetadataItem(name='a', value='1')],
    user_accounts=[models.UserAccount(name='worker', password='a Password 1')]))
pool = client.pool.get(pool_id)
assert pool.display_name == 'a pool' and pool.vm_size == 'standard_d2s_v3' and pool.task_slots_per_node == 1
assert pool.state == models.PoolState.active and pool.enable_auto_scale is False
assert pool.resize_timeout.total_seconds() == 900
assert pool.task_scheduling_policy.node_fill_type == models.ComputeNodeFillType.spread
assert pool.user_accounts[0].password is None, 'secrets do not come back'
assert pool.url.endswith(f'/pools/{pool_id}') and pool.e_tag and pool.creation_time <= pool.last_modified
assert client.pool.exists(pool_id) is True

# PATCH replaces what is given; an update replaces everything.
client.pool.patch(pool_id, models.PoolPatchParameter(
    start_task=models.StartTask(command_line='true'), metadata=[models.MetadataItem(name='b', value='2')]))
patched = client.pool.get(pool_id)
assert patched.start_task.command_line == 'true' and patched.start_task.max_task_retry_count == 0
assert [(item.name, item.value) for item in patched.metadata] == [('b', '2')]
client.pool.update_properties(pool_id, models.PoolUpdatePropertiesParameter(
    certificate_references=[], application_package_references=[], metadata=[]))
updated = client.pool.get(pool_id)
assert updated.start_task is None and updated.metadata is None

# A resize that is stopped says so.
wait_until('steady', lambda: client.pool.get(pool_id).allocation_state == models.AllocationState.steady)
with refused(409, 'OperationInvalidForCurrentState'):
    client.pool.stop_resize(pool_id)
client.pool.resize(pool_id, models.PoolResizeParameter(target_dedicated_nodes=1))
assert client.pool.get(pool_id).target_dedicated_nodes == 1
[node] = wait_for_nodes(client, pool_id, 1)

# A start task that fails, as the node tells it.
failing = unique('pool')
client.pool.add(pool_parameter(failing, nodes=1, start_task=models.StartTask(
    command_line=shell('echo no luck >&2; exit 4'), wait_for_success=True, max_task_retry_count=1)))


def failed_node():
    return [each for each in client.compute_node.list(failing)
            if each.state == models.ComputeNodeState.start_task_failed]


[unlucky] = wait_until('the start task has failed', failed_node)
info = unlucky.start_task_info
assert (info.exit_code, info.retry_count, info.failure_info.code) == (4, 1, 'FailureExitCode'), info
said = b''.join(client.file.get_from_compute_node(failing, unlucky.id, 'startup/stderr.txt')).decode()
client.pool.delete(failing)

# Deleted with its nodes; while it goes it takes no changes.
client.pool.delete(pool_id)
try:
    client.pool.resize(pool_id, models.PoolResizeParameter(target_dedicated_nodes=3))
    after_delete = 'accepted'
except models.BatchErrorException as error:
    after_delete = error.error.code
wait_until('the pool is gone', lambda: not client.pool.exists(pool_id))
statistics = client.pool.get_all_lifetime_statistics()
assert statistics.url.endswith('/lifetimepoolstats'), statistics.url
assert list(client.pool.list_usage_metrics()) == []
report(said=said, afterDelete=after_delete)
