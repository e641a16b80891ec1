"""The door to the register (项目清单): for who may import it, of the places they answer for."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic import limits
from civic.models import Role
from civic.permissions import require, scopes
from publicity import register
from publicity.opendata import formats


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """项目清单 as CSV or Excel, written as it is sent."""
    require(request.user, "proposals.import_projects")
    if kind not in {"csv", "xlsx"}:
        raise Http404
    heads, rows = register.heads(), register.rows(scopes(request.user, Role.DISTRICT_OFFICE))
    body = formats.csv_file(heads, rows) if kind == "csv" else formats.xlsx_file(_("项目清单"), heads, rows)
    response = StreamingHttpResponse(limits.exported(body, by=request.user.pk), content_type=formats.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="register.{kind}"'
    return response
