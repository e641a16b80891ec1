"""Founding an assembly (登记议事会). Its members are appointed where all offices are: civic's appointments."""

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Area, Person
from civic.rules import RuleBroken
from proposals.sentences import clip
from voting import queries
from voting.models import Assembly, AssemblyKind
from voting.permissions import OFFICE


@transaction.atomic
def found(area: Area, *, name: str, kind: AssemblyKind, by: Person) -> Assembly:
    """Register the place's assembly; a place has one at a time."""
    Area.objects.select_for_update().get(pk=area.pk)
    if queries.live_assemblies([area.pk]).exists():
        raise RuleBroken(_("这里已经有议事会了"), code="assembly_exists", field="area")
    assembly = Assembly.objects.create(area=area, name=name, kind=kind)
    record("assembly.founded", by=by, on=assembly, roles=OFFICE, sentence=clip(f"登记{name}"))
    return assembly
