"""The form of a proposal written down at a resident's door (上门代录): what a phone can keep without a network."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from civic.forms import PhotosField, PublicText
from civic.models import Area, Person
from civic.moments import now
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.resident import OfResident
from proposals.models import Project
from proposals.rules import TITLE_LEAST, TITLE_MOST, category_unsaid
from proposals.services import proposing
from proposals.services.proposing import Proposal


class DoorForm(OfResident):
    """上门代录: what, where, who wants it, and what shows that they agreed. The key is made where it is written."""

    title = PublicText(
        label=_("什么事"),
        min_length=TITLE_LEAST,
        max_length=TITLE_MOST,
        help_text=_("会公开。不写姓名、电话、门牌"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    place_text = PublicText(
        label=_("在哪里"), max_length=100, error_messages={"required": _("写旁边有什么，比如“村口榕树下”")}
    )
    category = forms.ChoiceField(label=_("类别"), required=False)
    need = PublicText(label=_("为什么要办"), max_length=1000, rows=3, required=False, help_text=_("会公开"))
    photos = PhotosField(label=_("照片"), most=3, required=False, help_text=_("最多3张，会公开。不拍人脸、门牌"))
    area = forms.ChoiceField(label=_("哪个村居"), error_messages={"required": _("请选村居")})
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = [
        "title", "place_text", "category", "need", "photos", "area", "name", "resident_phone", "how", "agreed", "key",
    ]  # fmt: skip

    def __init__(self, *args: Any, villages: Sequence[Area], by: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid4()}, **kwargs)
        self.fields["photos"].by = by
        taking = list(queries.rounds_open(now())) if villages else []
        self.villages = {village.code: village for village in villages}
        self.fields["area"].choices = [(code, village.short_name) for code, village in self.villages.items()]
        self.rounds = {code: queries.nearest_round(taking, code, {"resident"}) for code in self.villages}
        named = {name: name for round in self.rounds.values() if round for name in round.terms.categories}
        self.fields["category"].choices = [("", __("说不清")), *named.items()]

    @property
    def faults(self) -> str:
        """Why it is not taken, in one line, each fault with the field it is about."""
        said = []
        for name, errors in self.errors.items():
            label = f"{self.fields[name].label}：" if name in self.fields and name != "key" else ""
            said += [f"{label}{error}" for error in errors]
        return "；".join(said)

    def enter(self, by: Any) -> Project:
        """File it, once for each key. RuleBroken with the reason, also where no round takes proposals now."""
        said = self.cleaned_data
        area = self.villages[said["area"]]
        round = self.rounds[area.code]
        if round is None:
            raise RuleBroken(__("这个村居现在不收提议。可以先记走访"), code="no_round", field="area")
        proposal = Proposal(
            round=round,
            area=area,
            title=said["title"],
            category=said["category"] or category_unsaid(round.terms),
            need=said["need"],
            place_text=said["place_text"],
            photos=tuple(said["photos"]),
        )
        return proposing.propose(proposal, by=by, key=said["key"], resident=self.resident)
