"""What a project owes to the public again and again (按期公开)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from civic.permissions import require
from civic.templatetags.civic import day
from delivery.forms.disclosing import DisclosureForm
from delivery.models import Disclosure
from delivery.views.desks import act, door, made
from delivery.views.works import desk_url


@door
def disclose(request: HttpRequest, pk: int) -> HttpResponse:
    """公开一期: words everybody reads, and the paper."""
    owed = get_object_or_404(Disclosure.objects.select_related("project__area", "project__round"), pk=pk)
    require(request.user, "delivery.disclose", owed)
    said = {"from": day(owed.starts_on), "to": day(owed.ends_on), "due": day(owed.due_on)}
    return act(
        request,
        made(DisclosureForm, request),
        owed,
        done=_("已公开，项目页上看得到"),
        to=desk_url(owed.project),
        project=owed.project,
        title=_("公开%(what)s") % {"what": owed.get_kind_display()},
        lead=_("%(from)s到%(to)s，%(due)s到期。") % said,
        button=_("公开"),
    )
