"""Doors to a village's account of a quarter (村务公开): at the desk to print and post it, for everybody to read."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civic import qr, smaller
from civic.limits import DOCUMENT_ACCOUNT, DOCUMENT_IP, client_ip
from civic.moments import now, today
from civic.pages import page
from civic.permissions import require
from civic.rules import RuleBroken
from publicity.documents import accounts as sheets
from publicity.documents.content import Form
from publicity.forms import PostForm
from publicity.models import AccountLine, Quarter, VillageAccount
from publicity.opendata import formats
from publicity.queries import accounts as queries
from publicity.services import accounts as services
from publicity.views.documents import drawn

BOARD = "村务公开栏"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """村务公开上墙: the sheet to print, and the day and place where it hangs."""
    account = _at_desk(request, pk)
    initial = {"posted_on": today(), "place": BOARD}
    form, status = PostForm(request.POST or None, request.FILES or None, by=request.user, initial=initial), 200
    if form.is_valid():
        try:
            services.post(account, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(broken.field or None, broken.message)
            status = 409
        else:
            messages.success(request, _("已登记上墙，村居页上看得到"))
            return redirect("publicity:account_desk", pk)
    return _shown(request, "publicity/account_desk.html", account, status=status, form=form)


@never_cache
@login_required
@require_safe
def desk_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The sheet as PDF, Word or Excel; without Pango the browser prints the page."""
    account = _at_desk(request, pk)
    DOCUMENT_ACCOUNT.hit(request.user.pk)
    return _file(request, account, kind) or redirect("publicity:account_desk", pk)


@require_safe
def account(request: HttpRequest, code: str, year: int, number: int) -> HttpResponse:
    """What hangs on the village's board (村务公开), since when and where, and what changed after."""
    found = _posted(code, year, number)
    return _shown(request, "publicity/account.html", found, tab="home")


@require_safe
def account_file(request: HttpRequest, code: str, year: int, number: int, kind: str) -> HttpResponseBase:
    """The same as PDF, Word or Excel."""
    found = _posted(code, year, number)
    DOCUMENT_IP.hit(client_ip(request))
    return _file(request, found, kind) or redirect(found)


def _at_desk(request: HttpRequest, pk: int) -> VillageAccount:
    found = get_object_or_404(VillageAccount.objects.select_related("area__parent", "round", "photo"), pk=pk)
    require(request.user, "publicity.post_account", found)
    return found


def _posted(code: str, year: int, number: int) -> VillageAccount:
    """An account that hangs on its board; 404 for one that does not yet."""
    if not 1 <= number <= 4 or not 1900 < year < 2200:
        raise Http404
    posted = VillageAccount.objects.exclude(posted_on=None).select_related("area__parent", "round", "photo")
    return get_object_or_404(posted, area=code, starts_on=Quarter(year, number).starts_on)


def _shown(request: HttpRequest, template: str, account: VillageAccount, **more: object) -> HttpResponse:
    lines, as_of = _lines(account)
    sheet = _sheet(request, account, lines, as_of)
    return page(
        request,
        template,
        account=account,
        place=account.area,
        sheet=sheet,
        lines=lines,
        qr=qr.data_uri(sheet.address),
        photos=_photos(account),
        changed=queries.changed(account, lines) if account.posted_on else [],
        **more,
    )


def _photos(account: VillageAccount) -> list[dict[str, str]]:
    """The photo of it on the board, as the gallery shows one."""
    if account.photo is None:
        return []
    token, words = account.photo.token, _("贴在%(where)s的表") % {"where": account.place}
    return [{"url": smaller.address(token), "thumb_url": smaller.address(token, "page"), "alt": words, "caption": ""}]


def _lines(account: VillageAccount) -> tuple[list[AccountLine], datetime]:
    """What the sheet says, and as of when."""
    return queries.kept(account), account.as_of or now()


def _sheet(request: HttpRequest, account: VillageAccount, lines: list[AccountLine], as_of: datetime) -> Form:
    return sheets.form(account, lines, as_of, request.build_absolute_uri(account.get_absolute_url()))


def _file(request: HttpRequest, account: VillageAccount, kind: str) -> HttpResponseBase | None:
    lines, as_of = _lines(account)
    if kind != "xlsx":
        return drawn(lambda: _sheet(request, account, lines, as_of), kind, "account")
    with translation.override(settings.LANGUAGE_CODE):
        rows = [sheets.cells(line) for line in lines]
    name = f"{account.area_id}-{account.quarter.year}-{account.quarter.number}"
    response = StreamingHttpResponse(
        formats.xlsx_file("资金公开表", sheets.HEADS, [*rows, ("合计", "", *queries.sums(lines), "")]),
        content_type=formats.TYPES["xlsx"],
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
