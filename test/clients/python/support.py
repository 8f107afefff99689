"""What every script of this folder starts with: the client, pools and jobs that it owns, waiting, expected refusals."""
import json
import os
import sys
import time
import uuid
from contextlib import contextmanager

import azure.batch as batch
import azure.batch.models as models
from azure.batch.batch_auth import SharedKeyCredentials

DEADLINE_S = 30
IMAGE = models.ImageReference(
    publisher='canonical', offer='0001-com-ubuntu-server-jammy', sku='22_04-lts', version='latest')


def new_client():
    """A client as an application makes it, but without retries: they would only hide a refusal of the wrong kind."""
    credentials = SharedKeyCredentials(os.environ['AZURE_BATCH_ACCOUNT'], os.environ['AZURE_BATCH_ACCESS_KEY'])
    client = batch.BatchServiceClient(credentials, batch_url=os.environ['AZURE_BATCH_ENDPOINT'])
    client.config.retry_policy.retries = 0
    return client


def unique(name):
    return f'{name}-{uuid.uuid4().hex[:8]}'


def wait_until(what, condition):
    """Polls as clients of Batch must; returns what the condition gave when it was true."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f'not within {DEADLINE_S} s: {what}')


def pool_parameter(pool_id, nodes=1, **members):
    return models.PoolAddParameter(
        id=pool_id,
        vm_size='STANDARD_D2s_v3',
        target_dedicated_nodes=nodes,
        virtual_machine_configuration=models.VirtualMachineConfiguration(
            image_reference=IMAGE, node_agent_sku_id='batch.node.ubuntu 22.04'),
        **members)


def add_pool(client, nodes=1, **members):
    """A pool whose nodes are idle."""
    pool_id = unique('pool')
    client.pool.add(pool_parameter(pool_id, nodes, **members))
    wait_for_nodes(client, pool_id, nodes)
    return pool_id


def wait_for_nodes(client, pool_id, nodes):
    def idle():
        found = list(client.compute_node.list(pool_id))
        states = [node.state for node in found]
        return len(states) == nodes and all(state == models.ComputeNodeState.idle for state in states) and found
    steady = lambda: client.pool.get(pool_id).allocation_state == models.AllocationState.steady
    wait_until(f'{pool_id} is steady', steady)
    return wait_until(f'{nodes} idle nodes in {pool_id}', idle) if nodes else []


def add_job(client, pool_id='nowhere', **members):
    job_id = unique('job')
    client.job.add(models.JobAddParameter(id=job_id, pool_info=models.PoolInformation(pool_id=pool_id), **members))
    return job_id


def run_task(client, job_id, command_line, task_id='task', **members):
    """Adds a task and gives it back completed."""
    client.task.add(job_id, models.TaskAddParameter(id=task_id, command_line=command_line, **members))
    return wait_for_task(client, job_id, task_id)


def wait_for_task(client, job_id, task_id, state=models.TaskState.completed):
    def reached():
        task = client.task.get(job_id, task_id)
        return task.state == state and task
    return wait_until(f'{task_id} is {state}', reached)


def shell(command):
    return f"/bin/sh -c '{command}'"


@contextmanager
def refused(status, code):
    """The block must raise the client's own exception with this status and code; gives a holder of the exception."""
    holder = {}
    try:
        yield holder
    except models.BatchErrorException as error:
        actual = (error.response.status_code, error.error.code if error.error else None)
        assert actual == (status, code), f'refused with {actual} instead of {(status, code)}: {error}'
        holder['error'] = error
        return
    raise AssertionError(f'was not refused with {status} {code}')


def values_of(holder):
    """The `values` of the error as a dict."""
    return {each.key: each.value for each in holder['error'].error.values or []}


def read_file(stream):
    return b''.join(stream).decode()


def report(**facts):
    """Tells the test what was seen, as one line of JSON."""
    json.dump(facts, sys.stdout)
    sys.stdout.write('\n')
