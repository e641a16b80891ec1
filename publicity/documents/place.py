"""A form of a place and not of a project: who issues it, and the place's own language, whoever asks."""

from collections.abc import Callable, Iterable
from datetime import date

from django.conf import settings
from django.utils import translation

from civic.models import Area
from civic.moments import today
from publicity.documents.content import SCAN, Form, Part, day


def of_place(
    area: Area,
    *,
    title: str,
    code: str,
    parts: Callable[[], Iterable[Part]],
    address: str,
    scan: str = SCAN,
    drawn_on: date | None = None,
) -> Form:
    """The form with these parts, which are read in the place's language; made today unless said otherwise."""
    with translation.override(settings.LANGUAGE_CODE):
        town = area.parent.name if area.parent else ""
        return Form(
            title=title,
            code=code,
            parts=tuple(parts()),
            issuer=f"{town}{area.name}　{settings.SITE_NAME}",
            address=address,
            drawn_on=day(drawn_on or today()),
            scan=scan,
        )
