"""The notice pack (公示材料): what goes on the wall and into the group once a batch is approved, made in one press."""

from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from civic.moments import now
from civic.pages import page
from civic.qr import data_uri
from delivery.rules.money import in_words
from publicity.models import Notice
from publicity.queries import notices
from publicity.saying import moment_words

MOST = 50
CODES_IN_A_SQUARE = 15  # more make a code too fine for a phone at 25 mm; it then leads to the whole board


@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    """A batch of notices (?code=…&code=…) on one page: its A4 sheet, its square code, the words for the group."""
    found = notices.of(request.GET.getlist("code")[:MOST])
    if not found:
        raise Http404
    address = request.build_absolute_uri(_leads_to([notice.project.code or "" for notice in found]))
    days = max(notice.project.round.terms.objection_reply_workdays for notice in found)
    ends_at = max(notice.ends_at for notice in found)
    return page(
        request,
        "publicity/notice_pack.html",
        notices=found,
        amount=sum(notice.project.approved_yuan or 0 for notice in found),
        ends_at=ends_at,
        days=days,
        words=_words(found, moment_words(ends_at), days, address),
        address=address,
        qr=data_uri(address),
        printed_at=now(),
    )


def _words(found: Sequence[Notice], until: str, days: int, address: str) -> str:
    """What is sent into the residents' group (发到群里的话): what was approved, until when, how to object, where to look."""
    head = ngettext(
        "【公示】批准%(count)s项民生微实事，公示到%(until)s。",
        "【公示】批准%(count)s项民生微实事，公示到%(until)s。",
        len(found),
    )
    said = [head % {"count": len(found), "until": until}]
    said += [f"{n}. {_line(notice)}" for n, notice in enumerate(found, start=1)]
    said.append(_("有不同意见，现在就能提，%(days)s个工作日内答复。") % {"days": days})
    if settings.HELP_PHONE:
        said.append(_("不会用手机，打%(phone)s。") % {"phone": settings.HELP_PHONE})
    return "\n".join([*said, address])


def _line(notice: Notice) -> str:
    project = notice.project
    title = f"{project.title}（{project.mark}）" if project.mark else project.title
    said = {"place": project.area.short_name, "title": title}
    if project.approved_yuan is None:
        return _("%(place)s：%(title)s") % said
    return _("%(place)s：%(title)s，%(amount)s") % (said | {"amount": in_words(project.approved_yuan)})


def _leads_to(codes: list[str]) -> str:
    if len(codes) == 1:
        return reverse("publicity:by_code", args=codes)
    if len(codes) > CODES_IN_A_SQUARE:
        return reverse("publicity:notices")
    return f"{reverse('publicity:notice_pack')}?{'&'.join(f'code={code}' for code in codes)}"
