"""The tutorial's pipeline: three texts in, the most frequent words of each out, on two nodes with a start task."""
import datetime
import os

import azure.batch.models as models
from azure.storage.blob import BlobServiceClient, BlobSasPermissions, ContainerSasPermissions
from azure.storage.blob import generate_blob_sas, generate_container_sas

from support import add_job, new_client, pool_parameter, read_file, report, unique, wait_for_nodes, wait_until

TEXTS = {
    'taskdata1.txt': 'the cat and the dog\n',
    'taskdata2.txt': 'one two two three three three\n',
    'taskdata3.txt': 'batch batch batch node\n',
}
COUNT_WORDS = """#!/bin/sh
# Prints the most frequent word of a file, and tells on standard error that the start task was here.
cat "$AZ_BATCH_NODE_SHARED_DIR/prepared" >&2
tr -s " " "\\n" < "$1" | grep . | sort | uniq -c | sort -k1,1nr -k2 | head -n 1 | awk '{ print $2 ": " $1 }' | tee "$2"
"""


def main():
    storage = BlobServiceClient.from_connection_string(os.environ['AZURE_STORAGE_CONNECTION_STRING'])
    client = new_client()
    names = {name: unique(name) for name in ('application', 'input', 'output')}
    for name in names.values():
        storage.create_container(name)
    program = upload(storage, names['application'], 'count-words.sh', COUNT_WORDS)
    inputs = [upload(storage, names['input'], name, text) for name, text in TEXTS.items()]
    pool_id = unique('pool')
    client.pool.add(pool_parameter(pool_id, nodes=2, start_task=models.StartTask(
        command_line="/bin/sh -c 'chmod +x count-words.sh && cp -p count-words.sh $AZ_BATCH_NODE_SHARED_DIR && "
                     "echo prepared > $AZ_BATCH_NODE_SHARED_DIR/prepared'",
        resource_files=[program],
        user_identity=models.UserIdentity(auto_user=models.AutoUserSpecification(
            scope=models.AutoUserScope.pool, elevation_level=models.ElevationLevel.admin)),
        wait_for_success=True)))
    job_id = add_job(client, pool_id)
    client.task.add_collection(job_id, [
        task_for(index, resource, container_sas(storage, names['output'])) for index, resource in enumerate(inputs)])
    wait_until('all tasks are completed', lambda: all(
        task.state == models.TaskState.completed for task in client.task.list(job_id)))
    tasks = list(client.task.list(job_id))
    nodes = wait_for_nodes(client, pool_id, 2)
    facts = {
        'results': [task.execution_info.result.value for task in tasks],
        'exitCodes': [task.execution_info.exit_code for task in tasks],
        'stdout': [read_file(client.file.get_from_task(job_id, task.id, 'stdout.txt')) for task in tasks],
        'stderr': [read_file(client.file.get_from_task(job_id, task.id, 'stderr.txt')) for task in tasks],
        'ranOnThePool': all(task.node_info.node_id in {node.id for node in nodes} for task in tasks),
        'startTasks': [node.start_task_info.result.value for node in nodes],
        'outputs': download_all(storage, names['output']),
    }
    client.job.delete(job_id)
    client.pool.delete(pool_id)
    for name in names.values():
        storage.delete_container(name)
    wait_until('the job is gone', lambda: job_id not in [job.id for job in client.job.list()])
    wait_until('the pool is gone', lambda: not client.pool.exists(pool_id))
    report(**facts)


def upload(storage, container, name, text):
    """Gives a resource file with a SAS URL that a node can read."""
    blob = storage.get_blob_client(container, name)
    blob.upload_blob(text)
    token = generate_blob_sas(
        blob.account_name, container, name, account_key=storage.credential.account_key,
        permission=BlobSasPermissions(read=True), expiry=in_two_hours())
    return models.ResourceFile(http_url=f'{blob.url}?{token}', file_path=name)


def container_sas(storage, container):
    client = storage.get_container_client(container)
    token = generate_container_sas(
        client.account_name, container, account_key=storage.credential.account_key,
        permission=ContainerSasPermissions(read=True, write=True, list=True), expiry=in_two_hours())
    return f'{client.url}?{token}'


def in_two_hours():
    return datetime.datetime.utcnow() + datetime.timedelta(hours=2)


def task_for(index, resource, output_url):
    output = resource.file_path.replace('.txt', '_OUTPUT.txt')
    destination = models.OutputFileBlobContainerDestination(container_url=output_url)
    return models.TaskAddParameter(
        id=f'topNtask{index}',
        command_line=f"/bin/sh -c '$AZ_BATCH_NODE_SHARED_DIR/count-words.sh {resource.file_path} {output}'",
        resource_files=[resource],
        output_files=[models.OutputFile(
            file_pattern='*_OUTPUT.txt',
            destination=models.OutputFileDestination(container=destination),
            upload_options=models.OutputFileUploadOptions(
                upload_condition=models.OutputFileUploadCondition.task_success))])


def download_all(storage, container):
    client = storage.get_container_client(container)
    return {blob.name: client.download_blob(blob).readall().decode() for blob in client.list_blobs()}


main()
