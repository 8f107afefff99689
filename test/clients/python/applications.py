"""Application packages, zipped by Python: added over the control plane, referred to by a pool and by a task, listed by the client."""
import io
import json
import os
import urllib.request
import zipfile

import azure.batch.models as models
from azure.storage.blob import BlobServiceClient

from support import add_job, add_pool, new_client, pool_parameter, read_file, refused, report, run_task, shell, unique
from support import values_of


def manage(method, path, content=None):
    """What the management plane does on Azure."""
    url = f"{os.environ['AZURE_BATCH_ENDPOINT']}/_batchrite/applications/{path}"
    with urllib.request.urlopen(urllib.request.Request(url, method=method, data=content)) as answer:
        return json.load(answer)


def package(script):
    """A zip as `shutil.make_archive` makes it of a folder: with modes, and an entry for the folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir('bin') if hasattr(archive, 'mkdir') else archive.writestr('bin/', '')
        entry = zipfile.ZipInfo('bin/tool')
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, f'#!/bin/sh\n{script}\n')
    return content.getvalue()


client = new_client()
pooled, own = unique('Pooled'), unique('own')
manage('PUT', f'{pooled}/packages/1.0?default=true&displayName=For%20nodes', package('echo "pooled $1"'))
manage('PUT', f'{own}/packages/2.1', package('echo "own $1"'))

summary = client.application.get(pooled.upper())
assert (summary.id, summary.display_name, summary.versions) == (pooled, 'For nodes', ['1.0'])
assert {pooled, own} <= {each.id for each in client.application.list()}
assert len(list(client.application.list(models.ApplicationListOptions(max_results=1)))) >= 2

with refused(409, 'InvalidApplicationPackageReferences') as missing:
    client.pool.add(pool_parameter(unique('pool'), application_package_references=[
        models.ApplicationPackageReference(application_id=own)]))

pooled_variable = f"AZ_BATCH_APP_PACKAGE_{pooled.replace('-', '_')}"
own_variable = f"AZ_BATCH_APP_PACKAGE_{own.replace('-', '_')}_2_1"
pool_id = add_pool(
    client,
    application_package_references=[models.ApplicationPackageReference(application_id=pooled)],
    start_task=models.StartTask(command_line=shell(f'${pooled_variable}/bin/tool start'), wait_for_success=True))
[node] = client.compute_node.list(pool_id)
started = read_file(client.file.get_from_compute_node(pool_id, node.id, 'startup/stdout.txt'))

storage = BlobServiceClient.from_connection_string(os.environ['AZURE_STORAGE_CONNECTION_STRING'])
container = unique('input')
storage.create_container(container)
storage.get_blob_client(container, 'texts/a.txt').upload_blob('linked')

job_id = add_job(client, pool_id)
task = run_task(
    client, job_id, shell(f'${pooled_variable}/bin/tool task; ${own_variable}/bin/tool task; cat in/texts/a.txt'),
    application_package_references=[models.ApplicationPackageReference(application_id=own, version='2.1')],
    resource_files=[models.ResourceFile(
        auto_storage_container_name=container, blob_prefix='texts/', file_path='in', file_mode='0640')])
printed = read_file(client.file.get_from_task(job_id, task.id, 'stdout.txt'))
failed = run_task(client, job_id, 'true', task_id='none', application_package_references=[
    models.ApplicationPackageReference(application_id=own)])

for application_id in (pooled, own):
    manage('DELETE', application_id)
with refused(404, 'ApplicationNotFound'):
    client.application.get(own)
report(
    started=started, printed=printed, failure=failed.execution_info.failure_info.code,
    missing=list(values_of(missing).values()))
