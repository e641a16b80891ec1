"""What a site's settings must not do: lay roll and urn into one database, or under one role (docs/adr/0010)."""

from typing import Any

from django.conf import settings
from django.core import checks

from voting.models.urn import URN

PLACE = ("HOST", "PORT", "NAME")


@checks.register(checks.Tags.security)
def urn_lies_apart(**_context: Any) -> list[checks.CheckMessage]:
    """One database would let a query join who and what."""
    roll, urn = settings.DATABASES["default"], settings.DATABASES[URN]
    if _same(roll, urn, *PLACE) and urn["NAME"] != ":memory:":
        return [checks.Error("URN_DATABASE_URL and DATABASE_URL name the same database", id="voting.E001")]
    return []


@checks.register(checks.Tags.security, deploy=True)
def urn_has_its_own_role(**_context: Any) -> list[checks.CheckMessage]:
    """One role of one server could read both."""
    roll, urn = settings.DATABASES["default"], settings.DATABASES[URN]
    if roll.get("USER") and _same(roll, urn, "HOST", "PORT", "USER"):
        return [checks.Warning("roll and urn are read by one role: give URN_DATABASE_URL its own", id="voting.W001")]
    return []


def _same(one: dict[str, Any], other: dict[str, Any], *names: str) -> bool:
    return all(one.get(name) == other.get(name) for name in names)
