"""What a worker fills in about a visit (走访): three fields, and what comes of it in one press."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from civic.forms import OneAct, PublicText, TextField
from civic.models import Area
from civic.moments import today
from civic.templatetags.civic import day
from proposals.forms.resident import OfResident
from proposals.rules import TITLE_LEAST, TITLE_MOST
from wishes import rules, visit_queries
from wishes.forms.board import ALL, day_field
from wishes.models import Visit
from wishes.services import handling, visits
from wishes.services.visits import Note

SAID_MOST = 500


class VisitForm(forms.Form):
    """记走访: who, what, where. The key is made where it is written; the version is that of the wording one read."""

    who = TextField(label=_("谁说的"), max_length=40, error_messages={"required": _("写下是谁说的")})
    said = TextField(label=_("说了什么"), max_length=SAID_MOST, rows=3, error_messages={"required": _("写下说了什么")})
    place_text = TextField(
        label=_("在哪里"), max_length=rules.PLACE_MOST, error_messages={"required": _("写在哪里说的")}
    )
    area = forms.ChoiceField(label=_("哪个村居"), error_messages={"required": _("请选村居")})
    visited_on = day_field(_("哪天"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=32767)

    def __init__(self, *args: Any, villages: Iterable[Area], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), "visited_on": today()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.villages = {village.code: village for village in villages}
        self.fields["area"].choices = [(code, village.short_name) for code, village in self.villages.items()]

    @classmethod
    def of(cls, visit: Visit, *, villages: Iterable[Area]) -> "VisitForm":
        """The form with what a visit says now."""
        names = ("who", "said", "place_text", "visited_on", "key", "version")
        said = {name: getattr(visit, name) for name in names}
        return cls(villages=villages, initial=said | {"area": visit.area_id})

    def clean_area(self) -> Area:
        return self.villages[self.cleaned_data["area"]]

    def clean_visited_on(self) -> Any:
        return self.cleaned_data["visited_on"] or today()

    @property
    def note(self) -> Note:
        names = ("who", "said", "place_text", "area", "visited_on")
        return Note(**{name: self.cleaned_data[name] for name in names})

    def over(self, visit: Visit) -> None:
        """Whoever has seen both wordings may send this one over the other (用这里写的)."""
        self.data = self.data.copy()
        self.data["version"] = str(visit.version)


class VisitFilter(forms.Form):
    """Which visits are shown: a plain GET form."""

    q = forms.CharField(label=_("按姓名、说的话找"), required=False, max_length=visit_queries.MOST_LETTERS)
    area = forms.ChoiceField(label=_("哪个村居"), required=False)
    turned = forms.ChoiceField(
        label=_("后来怎样"),
        choices=[ALL, ("none", _("还没转")), ("demand", _("报上了黑板")), ("project", _("转成了提议"))],
        required=False,
    )
    mine = forms.BooleanField(label=_("只看我记的"), required=False)

    def __init__(self, *args: Any, villages: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [ALL, *((village.code, village.short_name) for village in villages)]

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for; what makes no sense is left out."""
        return self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})


class ActForm(OneAct):
    """One act on one visit; a rule that forbids it stands in the form (409) and nothing typed is lost."""

    closed = ""

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit


class TurnForm(OfResident, ActForm):
    """What comes of a visit: filled in already, so that one press is enough; what will be public is read before."""

    agreed = TextField(label=_("本人怎样同意的"), max_length=100, help_text=_("不公开"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", self.visit.who)
        self.initial.setdefault("agreed", __("%(day)s走访时本人说的") % {"day": day(self.visit.visited_on)})


class ToDemandForm(TurnForm):
    """报上黑板."""

    what = PublicText(
        label=_("什么事"),
        min_length=rules.WHAT_LEAST,
        max_length=rules.WHAT_MOST,
        help_text=_("会公开。不写姓名、电话、门牌"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    field_order = ["what", "name", "resident_phone", "how", "agreed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("what", self.visit.said[: rules.WHAT_MOST])

    def act(self, *, by: Any) -> Visit:
        return visits.to_demand(self.visit, by=by, what=self.cleaned_data["what"], resident=self.resident)


class ToProjectForm(TurnForm):
    """转为提议."""

    title = PublicText(
        label=_("什么事"),
        min_length=TITLE_LEAST,
        max_length=TITLE_MOST,
        help_text=_("会公开。不写姓名、电话、门牌"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    need = PublicText(label=_("为什么要办"), max_length=1000, rows=3, required=False, help_text=_("会公开"))
    category = forms.ChoiceField(label=_("属于哪一类"), widget=forms.RadioSelect)
    field_order = ["title", "need", "category", "name", "resident_phone", "how", "agreed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        round = visit_queries.round_for(self.visit.area_id)
        self.closed = "" if round else handling.closed_words(self.visit.area_id)
        names = round.terms.categories if round else ()
        self.fields["category"].choices = [(name, name) for name in names]
        self.initial.setdefault("category", names[-1] if names else "")
        self.initial.setdefault("title", self.visit.said[:TITLE_MOST])
        self.initial.setdefault("need", self.visit.said)

    def act(self, *, by: Any) -> Visit:
        said = self.cleaned_data
        named = {name: said[name] for name in ("title", "need", "category")}
        return visits.to_project(self.visit, by=by, resident=self.resident, **named)


class EraseForm(ActForm):
    """抹掉."""

    reason = TextField(
        label=_("为什么抹掉"), max_length=100, error_messages={"required": _("请写明理由")}, help_text=_("不写姓名")
    )

    def act(self, *, by: Any) -> Visit:
        return visits.erase(self.visit, by=by, reason=self.cleaned_data["reason"])
