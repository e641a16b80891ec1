"""What people fill in about the board: a report of one minute, the filters, and one form for each act of the desk."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

from civic import family
from civic.forms import OneAct, PhoneField, PhotosField, PublicText, SpokenForm, TextField, UploadsForm, VoiceField
from civic.models import Area
from civic.moments import now, today
from civic.permissions import allowed
from proposals.forms.proposing import FOR_FAMILY, SELF
from proposals.models import AssistedHow
from proposals.rules import TITLE_LEAST, TITLE_MOST
from proposals.services.proposing import Resident, of_family
from wishes import queries, rules
from wishes.models import Demand, DemandState, Horizon
from wishes.services import answering, handling
from wishes.services.reporting import Matter

MOST_PHOTOS = 3
ALL = ("", _("全部"))


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    missing = {"required": _("请选一个日子"), "invalid": _("日子要写成 2026-03-15 这样")}
    return forms.DateField(label=label, widget=widget, error_messages=missing, **more)


def words_field(label: Any, **more: Any) -> PublicText:
    more = {"max_length": rules.WORDS_MOST, "rows": 3, "help_text": _("会公开。不写姓名、电话、门牌")} | more
    return PublicText(label=label, error_messages={"required": _("请写清楚，会公开给大家看")}, **more)


def by_town(villages: Iterable[Area]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Villages as the options of a select, under their towns."""
    towns: dict[str, list[tuple[str, str]]] = {}
    for village in villages:
        town = village.parent.name if village.parent else ""
        towns.setdefault(town, []).append((village.code, village.short_name))
    return list(towns.items())


class BoardFilter(forms.Form):
    """The filters of the board: a plain GET form."""

    area = forms.ChoiceField(label=_("哪个村居"), required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("还没办完的")), *DemandState.choices], required=False)
    year = forms.ChoiceField(label=_("哪年登记的"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [ALL, *places]
        self.fields["year"].choices = [ALL, *((str(year), str(year)) for year in years)]


class ReportForm(SpokenForm):
    """报一件事: a photo first, what it is in writing or aloud, where it is. One minute."""

    stands_for = "what"

    photos = PhotosField(
        label=_("拍张照片"),
        required=False,
        most=MOST_PHOTOS,
        help_text=_("拍清楚现在的样子，不要拍到小孩的脸。照片里的定位会去掉"),
    )
    what = PublicText(
        label=_("什么事"),
        max_length=rules.WHAT_MOST,
        help_text=_("一句话，比如“村口桥头的路灯不亮”"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    area = forms.ChoiceField(label=_("哪个村居"), error_messages={"required": _("请选村居")})
    place_text = PublicText(
        label=_("在哪里"),
        max_length=rules.PLACE_MOST,
        help_text=_("写旁边有什么，比如“村口榕树下”"),
        error_messages={"required": _("写旁边有什么，比如“村口榕树下”")},
    )
    who = forms.ChoiceField(
        label=_("替谁报"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选替谁报"), "invalid_choice": _("这一项现在不能选，请重选")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, villages: Iterable[Area], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.villages = {village.code: village for village in villages}
        self.fields["area"].choices = [("", _("请选")), *by_town(self.villages.values())]
        short = _("写下是什么事（至少5个字）")
        self.fields["voice"].help_text = _(
            "最长1分钟。录了音，上面“什么事”可以不写，工作人员听后写下。只有您和经办的工作人员能听，不公开"
        )
        self.fields["what"].validators.append(MinLengthValidator(rules.WHAT_LEAST, short))

        self._offer_family()

    def _offer_family(self) -> None:
        """For whom of the family (帮家里人办); nothing to choose for who helps nobody."""
        helps = not self.for_resident and allowed(self.by, "civic.help_family")
        pairs = family.helped_by(self.by) if helps else ()
        self.family = {f"{FOR_FAMILY}{pair.helped_id}": pair.helped for pair in pairs}
        named = [
            (word, _("替%(name)s报（家里人）") % {"name": p.name or p.public_name}) for word, p in self.family.items()
        ]
        self.fields["who"].choices = [(SELF, _("我自己报")), *named]
        self.initial.setdefault("who", SELF)
        if not named and not str(self["who"].value()).startswith(FOR_FAMILY):  # hers never becomes one's own
            del self.fields["who"]

    def clean_area(self) -> Area:
        return self.villages[self.cleaned_data["area"]]

    @property
    def matter(self) -> Matter:
        said = self.cleaned_data
        photos, voice = tuple(said["photos"]), next(iter(said["voice"]), None)
        return Matter(what=said["what"], place_text=said["place_text"], area=said["area"], photos=photos, voice=voice)

    for_resident = False

    @property
    def resident(self) -> Resident | None:
        helped = self.family.get(self.cleaned_data.get("who", SELF))
        return of_family(helped) if helped else None


class EnteredReportForm(ReportForm):
    """代录: who said it, and how."""

    for_resident = True
    name = TextField(label=_("居民姓名"), max_length=40, help_text=_("公开时只写姓，显示成“王**”"))
    resident_phone = PhoneField(label=_("居民手机号"), required=False, help_text=_("没有就空着，和家人共用的也不用填"))
    how = forms.ChoiceField(
        label=_("怎样说的"),
        choices=AssistedHow.of_workers(),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎样说的")},
    )
    note = TextField(label=_("什么时候、在哪里说的"), max_length=100, help_text=_("不公开，比如“3月12日上门时说的”"))

    @property
    def resident(self) -> Resident:
        said = self.cleaned_data
        how = AssistedHow(said["how"])
        return Resident(name=said["name"], phone=said["resident_phone"], how=how, note=said["note"])


class ActForm(OneAct, UploadsForm):
    """One act on one matter; a rule that forbids it stands in the form (409) and nothing typed is lost."""

    def __init__(self, *args: Any, demand: Demand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demand = demand


class WriteDownForm(ActForm):
    """听后写下."""

    what = PublicText(
        label=_("什么事"),
        min_length=rules.WHAT_LEAST,
        max_length=rules.WHAT_MOST,
        help_text=_("照录音里的意思写一句，会公开。不写姓名、电话、门牌"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )

    def act(self, *, by: Any) -> Demand:
        return handling.write_down(self.demand, by=by, **self.cleaned_data)


class TakeInForm(ActForm):
    """受理."""

    horizon = forms.ChoiceField(
        label=_("哪一类"),
        choices=[
            (Horizon.NOW, _("马上办（7天内）")),
            (Horizon.DATED, _("限期办（定一个日子）")),
            (Horizon.LONG, _("长期办（定下次哪天说进展）")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选马上办、限期办或长期办")},
    )
    due_on = day_field(_("答应哪天"), help_text=_("长期办写下次说进展的日子"))
    handler = forms.ModelChoiceField(
        label=_("谁来办"),
        queryset=None,
        empty_label=None,
        error_messages={"required": _("请选谁来办"), "invalid_choice": _("请选这个村居现在在任的人")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = queries.handlers_of(self.demand.area_id)
        self.fields["handler"].queryset = offices
        self.fields["handler"].label_from_instance = lambda office: office.public_name
        own = next((office for office in offices if self.by and office.person_id == self.by.pk), None)
        self.initial.setdefault("handler", own)
        self.initial.setdefault("due_on", today() + timedelta(days=rules.INTAKE_DAYS))

    def act(self, *, by: Any) -> Demand:
        return handling.take_in(self.demand, by=by, **self.cleaned_data)


class FinishForm(ActForm):
    """办理, with its proof."""

    words = words_field(_("怎样办的"))
    photos = PhotosField(
        label=_("办完以后的照片"), most=MOST_PHOTOS, error_messages={"required": _("请传办完以后的照片")}
    )

    def act(self, *, by: Any) -> Demand:
        return handling.finish(self.demand, by=by, **self.cleaned_data)


class SayForm(ActForm):
    """说进展."""

    words = words_field(_("办到哪里了"))
    due_on = day_field(_("下次哪天再说"))
    photos = PhotosField(label=_("照片"), required=False, most=MOST_PHOTOS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.demand.horizon != Horizon.LONG:
            del self.fields["due_on"]

    def act(self, *, by: Any) -> Demand:
        return handling.say(self.demand, by=by, **self.cleaned_data)


class ExtendForm(ActForm):
    """改期."""

    due_on = day_field(_("改到哪天"))
    reason = words_field(_("为什么改期"))

    def act(self, *, by: Any) -> Demand:
        return handling.extend(self.demand, by=by, **self.cleaned_data)


class ExplainForm(ActForm):
    """说明."""

    words = words_field(_("怎样说明"), help_text=_("会公开，比如“属电网检修，3月20日来人”"))

    def act(self, *, by: Any) -> Demand:
        return handling.explain(self.demand, by=by, **self.cleaned_data)


class HandOnForm(ActForm):
    """转12345."""

    reason = words_field(_("为什么转12345"))

    def act(self, *, by: Any) -> Demand:
        return handling.hand_on(self.demand, by=by, **self.cleaned_data)


class ToProjectForm(ActForm):
    """转为项目: what the proposal says, and how its reporter agreed."""

    title = PublicText(label=_("项目叫什么"), min_length=TITLE_LEAST, max_length=TITLE_MOST)
    need = PublicText(label=_("为什么要办"), max_length=500, rows=3)
    category = forms.ChoiceField(label=_("属于哪一类"), widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("报的人怎样同意的"),
        choices=AssistedHow.of_workers(),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎样同意的")},
    )
    note = TextField(label=_("凭据说明"), max_length=200, help_text=_("不公开，比如“3月12日电话问过，同意”"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("title", self.demand.what)
        round = queries.round_for(self.demand, now())
        self.closed = "" if round else handling.closed_words(self.demand.area_id)
        names = round.terms.categories if round else ()
        self.fields["category"].choices = [(name, name) for name in names]

    def act(self, *, by: Any) -> Demand:
        return handling.to_project(self.demand, by=by, **self.cleaned_data)


class VisitForm(ActForm):
    """现场查看."""

    visited_on = day_field(_("哪天去看的"))
    is_solved = forms.TypedChoiceField(
        label=_("解决了吗"),
        choices=[("yes", _("解决了")), ("no", _("还没有"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选解决了没有")},
    )
    words = words_field(_("看到什么"))
    photos = PhotosField(label=_("照片"), required=False, most=MOST_PHOTOS)

    def act(self, *, by: Any) -> Demand:
        return answering.visit(self.demand, by=by, **self.cleaned_data)


class ReopenForm(ActForm):
    """还没有、重新打开: a word on what is still wrong, if one likes."""

    words = words_field(_("还差什么"), required=False)
    voice = VoiceField()

    def act(self, *, by: Any) -> Demand:
        voice = next(iter(self.cleaned_data["voice"]), None)
        return answering.reopen(self.demand, by=by, words=self.cleaned_data["words"], voice=voice)
