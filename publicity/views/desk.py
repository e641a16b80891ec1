"""The door to the desk (工作台): one queue of what waits for a person, from every app."""

from dataclasses import asdict, replace
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from civic.moments import today
from civic.pages import page, todos
from civic.permissions import require
from civic.queue import KINDS
from publicity.cards import card
from publicity.queries import desk as queries
from publicity.queries import own
from publicity.queries.today import of as today_of

A_PAGE = 20
TABS = {"all": gettext_lazy("全部"), "soon": gettext_lazy("快到期"), "over": gettext_lazy("已超期")}


class Tab(NamedTuple):
    """One of the lists, chosen by its address."""

    key: str
    label: Any
    count: int
    current: bool


class QueueFilter(forms.Form):
    """What of the queue is shown (筛选): a kind of work, a place, a round, words."""

    q = forms.CharField(label=gettext_lazy("按编号、名称找"), required=False, max_length=queries.MOST_LETTERS)
    kind = forms.ChoiceField(label=gettext_lazy("哪一类事"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("哪个地方"), required=False)
    round = forms.ChoiceField(label=gettext_lazy("哪一轮"), required=False)

    def offer(self, queue: queries.Queue, places: Any) -> None:
        """Only what there is to choose from."""
        every = [("", _("全部"))]
        choices: dict[str, Any] = {
            "kind": [(kind.key, f"{kind.act}（{many}）") for kind, many in queue.kinds().items()],
            "place": [(area.code, area.short_name) for area in places],
            "round": [(round.pk, round.name) for round in queue.clocks.rounds.values()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = every + offered  # type: ignore[attr-defined]


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """待办: what waits for someone in office, the most urgent first; what a leader stands for comes below."""
    require(request.user, "civic.desk")
    waits = todos(request.user)
    wanted = _wanted(request)
    queue = queries.queue(waits, wanted)
    is_plain = wanted == queries.Wanted() and "page" not in request.GET
    form = QueueFilter(initial=asdict(wanted))
    form.offer(queue, queries.places_of(request.user))
    counts = queue.counts()
    found = Paginator(queue, A_PAGE).get_page(request.GET.get("page"))
    items = list(found)
    sponsored = Paginator(own.sponsored_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "publicity/desk.html",
        part="publicity/_queue.html",
        todos=waits,
        first=today_of(request.user, queue) if is_plain else None,
        found=found,
        items=items,
        bulk=next((item.kind.bulk for item in items if item.kind.bulk), ""),
        form=form,
        tabs=[Tab(key, label, counts[key], key == wanted.tab) for key, label in TABS.items()],
        is_filtered=wanted != replace(queries.Wanted(), tab=wanted.tab),
        tab=wanted.tab,
        offices=request.user.live_appointments,
        sponsored=sponsored,
        cards=[card(project, today()) for project in sponsored],
    )


def _wanted(request: HttpRequest) -> queries.Wanted:
    """What is asked for; what makes no sense is left out."""
    asked = {name: request.GET.get(name, "").strip() for name in ("tab", "kind", "place", "round", "q")}
    is_code = asked["place"].isascii() and asked["place"].isdigit() and len(asked["place"]) == 12
    number = asked["round"]
    return queries.Wanted(
        tab=asked["tab"] if asked["tab"] in TABS else "all",
        kind=asked["kind"] if asked["kind"] in KINDS else "",
        place=asked["place"] if is_code else "",
        round=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        q=asked["q"],
    )
