"""Taking a table out (导出) as an officer does: asked for, made by the relay, fetched."""

from typing import Any

from civic import outbox
from publicity.models import Bundle


def asked(client: Any, address: str, **form: Any) -> Bundle:
    """What one asked for, not made yet."""
    response = client.post(address, form)
    assert response.status_code == 302, response.status_code
    return Bundle.objects.get(pk=int(response["Location"].split("/")[-2]))


def fetched(client: Any, bundle: Bundle) -> bytes:
    return b"".join(client.get(f"/desk/files/{bundle.pk}/file/").streaming_content)


def taken_out(client: Any, address: str, **form: Any) -> bytes:
    bundle = asked(client, address, **form)
    outbox.run_due()
    return fetched(client, bundle)
