"""What the pages of imports read (导入记录)."""

from django.db.models import QuerySet

from civic.imports.kinds import open_to
from civic.models import Import, ImportState, Person


def own(user: Person) -> QuerySet[Import]:
    """The imports a person made and may still make: a list of people is for who brought it alone."""
    return Import.objects.filter(by=user, kind__in=[kind.name for kind in open_to(user)]).defer("file")


def done_before(run: Import) -> Import | None:
    """An earlier import of the very same file (已导入过), by anybody."""
    same = Import.objects.filter(kind=run.kind, file_hash=run.file_hash, state=ImportState.DONE)
    return same.exclude(pk=run.pk).defer("file").first()
