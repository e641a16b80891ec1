"""The door to a survey's totals as a table (问需汇总表), for the workers of its village."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from publicity.opendata import formats
from wishes import survey_queries as queries


@never_cache
@login_required
@require_safe
def survey_file(request: HttpRequest, pk: int, kind: str) -> StreamingHttpResponse:
    """The totals per need and group as CSV or Excel; no paper by itself, nobody's words."""
    survey = get_object_or_404(queries.visible_to(request.user), pk=pk)
    if kind not in {"csv", "xlsx"}:
        raise Http404
    summary = queries.summary(survey)
    heads = [_("哪一类"), _("是什么"), _("几张")]
    rows = [(_("收回"), _("一共"), summary.sheets)]
    rows += [(_("需要"), words, count or 0) for words, count in summary.needs]
    rows += [(_("人群"), words, count) for words, count in summary.groups]
    body = formats.csv_file(heads, rows) if kind == "csv" else formats.xlsx_file(_("问需汇总"), heads, rows)
    response = StreamingHttpResponse(body, content_type=formats.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="survey-{survey.pk}.{kind}"'
    return response
