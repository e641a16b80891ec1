"""Doors to a survey's totals (问需汇总表) for the workers of its village: to read and sign as a form, to reckon with as a table."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic import qr
from civic.limits import DOCUMENT_ACCOUNT
from civic.pages import page
from publicity.documents import needs
from publicity.documents.content import Form
from publicity.opendata import formats
from publicity.views.documents import TYPES, drawn
from wishes import survey_queries as queries
from wishes.models import Survey


@never_cache
@login_required
@require_safe
def survey_form(request: HttpRequest, pk: int) -> HttpResponse:
    """需求汇总表 as a page to look at and print."""
    survey = _survey(request, pk)
    form = _form(request, survey)
    return page(request, "publicity/survey_form.html", survey=survey, form=form, qr=qr.data_uri(form.address))


@never_cache
@login_required
@require_safe
def survey_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The totals per need and group as CSV, Excel, PDF or Word; no paper by itself, nobody's words."""
    survey = _survey(request, pk)
    if kind in TYPES:
        DOCUMENT_ACCOUNT.hit(request.user.pk)
        return drawn(lambda: _form(request, survey), kind, "needs") or redirect("publicity:survey_form", pk)
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


def _survey(request: HttpRequest, pk: int) -> Survey:
    return get_object_or_404(queries.visible_to(request.user).select_related("area__parent"), pk=pk)


def _form(request: HttpRequest, survey: Survey) -> Form:
    return needs.form(survey, request.build_absolute_uri(survey.get_absolute_url()))
