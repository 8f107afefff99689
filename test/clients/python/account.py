"""What belongs to the account: images, node counts, certificates, applications, statistics; and what is not simulated."""
import base64

import azure.batch.models as models

from support import add_pool, new_client, refused, report

THUMBPRINT = 'ABCDEF0123456789ABCDEF0123456789ABCDEF01'

client = new_client()
images = list(client.account.list_supported_images())
jammy = [image for image in images if image.node_agent_sku_id == 'batch.node.ubuntu 22.04']
assert jammy and all(image.image_reference.version == 'latest' for image in images)

pool_id = add_pool(client, nodes=1)
[counts] = [each for each in client.account.list_pool_node_counts() if each.pool_id == pool_id]
assert (counts.dedicated.idle, counts.dedicated.total, counts.low_priority.total) == (1, 1, 0)

certificate = models.CertificateAddParameter(
    thumbprint=THUMBPRINT, thumbprint_algorithm='sha1', data=base64.b64encode(b'not a real one').decode(),
    certificate_format=models.CertificateFormat.cer)
client.certificate.add(certificate)
with refused(409, 'CertificateExists'):
    client.certificate.add(certificate)
stored = client.certificate.get('sha1', THUMBPRINT)
assert stored.thumbprint == THUMBPRINT.lower() and stored.state == models.CertificateState.active
assert [each.thumbprint for each in client.certificate.list()] == [THUMBPRINT.lower()]
with refused(409, 'CertificateStateActive'):
    client.certificate.cancel_deletion('sha1', THUMBPRINT)
client.certificate.delete('sha1', THUMBPRINT)
with refused(404, 'CertificateNotFound'):
    client.certificate.get('sha1', THUMBPRINT)

assert list(client.application.list()) == []
statistics = client.job.get_all_lifetime_statistics()
assert statistics.num_succeeded_tasks is not None

# Refused by name until it is simulated, and nothing is changed by it.
[node] = client.compute_node.list(pool_id)
not_simulated = {}
for name, call in {
    'logs': lambda: client.compute_node.upload_batch_service_logs(
        pool_id, node.id, models.UploadBatchServiceLogsConfiguration(
            container_url='http://127.0.0.1/devstoreaccount1/logs', start_time='2024-01-01T00:00:00Z')),
    'rdp': lambda: b''.join(client.compute_node.get_remote_desktop(pool_id, node.id)),
}.items():
    try:
        not_simulated[name] = repr(call())
    except models.BatchErrorException as error:
        not_simulated[name] = f'{error.response.status_code} {error.error.code}'
client.pool.delete(pool_id)
report(imageCount=len(images), notSimulated=not_simulated)
