"""The forms of intake (受理台): one per outcome, and what they ask the author for (补充)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civic.forms import PhotosField, PublicText, TextField, UploadsForm, VoiceField
from civic.models import Person
from proposals import merge_rules, queries
from proposals.forms.acts import ActForm, RuleForm, reason_field
from proposals.models import ConsentHow, Merge, Project, Reached, Screening
from proposals.rules import TITLE_LEAST, TITLE_MOST
from proposals.services import contacting, intake, merging, overdue, pauses, spoken

ITEMS_MOST, ITEM_LONGEST = 10, 60
CONSENTS = [choice for choice in ConsentHow.choices if choice[0] != ConsentHow.OWN]


class ItemsField(TextField):
    """One thing to mend per line (每行一项)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=ITEMS_MOST * (ITEM_LONGEST + 1), rows=4, **kwargs)

    def clean(self, value: Any) -> list[str]:
        items = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(items) > ITEMS_MOST:
            raise ValidationError(
                _("最多%(most)d项，现在有%(count)d项"), params={"most": ITEMS_MOST, "count": len(items)}
            )
        too_long = next((item for item in items if len(item) > ITEM_LONGEST), None)
        if too_long:
            raise ValidationError(
                _("每项最多%(most)d个字：%(item)s…"), params={"most": ITEM_LONGEST, "item": too_long[:10]}
            )
        return items


def items_field() -> ItemsField:
    return ItemsField(
        label=_("要补充什么"),
        help_text=_("每行一项，写清楚到能照着办，例如：坡道位置照片1张"),
        error_messages={"required": _("请列明要补充什么，每行一项")},
    )


class AcceptForm(ActForm):
    """受理."""

    note = TextField(
        label=_("给大家的说明"),
        max_length=100,
        rows=2,
        required=False,
        help_text=_("会公开。有相近的项目而不合并，在这里说一句"),
    )

    def act(self, on: Project, *, by: Any) -> Project:
        return intake.accept(on, by=by, note=self.cleaned_data["note"], version=self.cleaned_data["version"])


class WriteDownForm(ActForm):
    """听后写下: what a spoken proposal asks for."""

    title = PublicText(
        label=_("什么事"),
        min_length=TITLE_LEAST,
        max_length=TITLE_MOST,
        help_text=_("照录音里的意思写，会公开。不写姓名、电话、门牌"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    need = PublicText(
        label=_("为什么要办"), max_length=1000, rows=4, required=False, help_text=_("录音里说到的，会公开")
    )

    def act(self, on: Project, *, by: Any) -> Project:
        return spoken.write_down(on, by=by, **self.cleaned_data)


class ReturnForm(ActForm):
    """退回补充."""

    items = items_field()
    reason = reason_field(_("为什么要补充"))

    def act(self, on: Project, *, by: Any) -> Project:
        return intake.send_back(on, by=by, **self.cleaned_data)


class DeclineForm(RuleForm):
    """不予采纳."""

    reason = reason_field(_("为什么不采纳"))
    field_order = ["reason", "rule_from", "rule_text"]

    def act(self, on: Project, *, by: Any) -> Project:
        data = self.cleaned_data
        return intake.decline(on, by=by, reason=data["reason"], rule=self.rule, version=data["version"])


class TransferForm(ActForm):
    """转办."""

    transfer_to = TextField(
        label=_("转给哪个单位"), max_length=80, error_messages={"required": _("请写明转给哪个单位")}
    )
    reason = reason_field(_("为什么由他们办"))

    def act(self, on: Project, *, by: Any) -> Project:
        data = self.cleaned_data
        return intake.transfer(on, by=by, to=data["transfer_to"], reason=data["reason"], version=data["version"])


class ReplyForm(ActForm):
    """登记转办答复."""

    text = TextField(
        label=_("对方怎么答复"),
        max_length=1000,
        rows=4,
        help_text=_("会公开，写结果、时间和联系的办法"),
        error_messages={"required": _("请写对方的答复")},
    )

    def act(self, on: Project, *, by: Any) -> Project:
        return intake.reply(on, by=by, **self.cleaned_data)


class TakeBackForm(ActForm):
    """登记对方退回."""

    reason = TextField(
        label=_("对方为什么说不归它办"),
        max_length=500,
        rows=3,
        help_text=_("会公开。退回后回到待受理，重新办"),
        error_messages={"required": _("请写对方退回的理由")},
    )

    def act(self, on: Project, *, by: Any) -> Project:
        return intake.take_back(on, by=by, **self.cleaned_data)


class ContactForm(ActForm):
    """登记联系过提议人."""

    how = forms.ChoiceField(
        label=_("怎样联系的"),
        choices=[(one.value, one.label) for one in (Reached.PHONE, Reached.MET)],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("请选怎样联系的")},
    )

    def act(self, on: Project, *, by: Any) -> Project:
        return contacting.note(on, by=by, **self.cleaned_data)


class CompleteForm(UploadsForm, ActForm):
    """补充: words or photos for each thing asked for, or one recording that says the rest of them."""

    voice = VoiceField(help_text=_("最长1分钟，几样可以一次说完。只有您和经办的工作人员能听，不公开"))

    def __init__(self, *args: Any, asked: Screening, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.items = asked.items
        for number, item in enumerate(asked.items):
            words = TextField(label=item["what"], max_length=500, rows=2, required=False)
            photos = PhotosField(label=_("照片或文件"), documents=True, most=5, required=False)
            photos.by = by
            self.fields |= {f"answer_{number}": words, f"photos_{number}": photos}

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each thing asked for with its two fields; neither is 选填, one of the two or the recording is enough."""
        for n in range(len(self.items)):
            self.fields[f"answer_{n}"].required = True  # for the page alone: checking is done
        return [(self[f"answer_{n}"], self[f"photos_{n}"]) for n in range(len(self.items))]

    def act(self, on: Project, *, by: Any) -> Project:
        data, numbers = self.cleaned_data, range(len(self.items))
        return intake.complete(
            on,
            by=by,
            answers=[data[f"answer_{n}"] for n in numbers],
            photos=[data[f"photos_{n}"] for n in numbers],
            voice=next(iter(data["voice"]), None),
            version=data["version"],
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("voice") or "voice" in self.errors:
            return data
        for number in range(len(self.items)):
            name = f"answer_{number}"
            if name in data and not data[name] and not data.get(f"photos_{number}") and f"photos_{number}" in data:
                self.add_error(name, _("写一句、传一张照片，或者在下面说一段"))
        return data


def _how_field(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(widget=forms.RadioSelect, **more)


def _note_field(**more: Any) -> TextField:
    return TextField(label=_("凭什么知道本人同意"), max_length=200, help_text=_("不公开。不写电话、住址"), **more)


class MergeForm(ActForm):
    """提出合并; the two projects stand in the address. Of each proposer: whether they were asked, and how they agreed."""

    reason = reason_field(_("为什么合并"))

    def __init__(self, *args: Any, source: Project, target: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.proposers = target, {}
        one = source.proposer_id == target.proposer_id
        for number, project in enumerate(() if one else (source, target)):
            if project.proposer is not None:
                self.proposers[f"how_{number}"] = project.proposer
                self._ask(number, project)

    def _ask(self, number: int, project: Project) -> None:
        label = _("“%(title)s”的提议人%(name)s同意吗") % {"title": project.title, "name": project.proposer_name}
        choices = [("", _("还没有问，发消息告诉，等期满")), *CONSENTS]
        self.fields[f"how_{number}"] = _how_field(label=label, choices=choices, required=False)
        self.fields[f"note_{number}"] = _note_field(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in self.proposers:
            note = name.replace("how", "note")
            if data.get(name) and not data.get(note) and note not in self.errors:
                self.add_error(note, _("请写明凭什么知道本人同意"))
        return data

    def act(self, on: Project, *, by: Any) -> Merge:
        data = self.cleaned_data
        consents = [
            merging.Consent(person, data[name], data[name.replace("how", "note")])
            for name, person in self.proposers.items()
            if data[name]
        ]
        return merging.propose(
            on, target=self.target, by=by, reason=data["reason"], consents=consents, version=data["version"]
        )


class ConsentForm(ActForm):
    """记下提议人同意."""

    person = forms.ModelChoiceField(
        label=_("哪位提议人"),
        queryset=Person.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选提议人"), "invalid_choice": _("请选提议人")},
    )
    how = _how_field(label=_("怎样同意的"), choices=CONSENTS, error_messages={"required": _("请选怎样同意的")})
    note = _note_field(error_messages={"required": _("请写明凭什么知道本人同意")})

    def __init__(self, *args: Any, merge: Merge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {project.proposer_id: project.proposer_name for project in (merge.source, merge.target)}
        waits = merge_rules.asked(merge.source, merge.target) - queries.agreed_to(merge)
        self.fields["person"].queryset = Person.objects.filter(pk__in=waits).order_by("pk")
        self.fields["person"].label_from_instance = lambda person: names[person.pk]

    def act(self, on: Merge, *, by: Any) -> Merge:
        return merging.consent(on, by=by, **{name: self.cleaned_data[name] for name in ("person", "how", "note")})


class ConfirmForm(ActForm):
    """确认合并."""

    def act(self, on: Merge, *, by: Any) -> Merge:
        return merging.confirm(on, by=by)


class RefuseForm(ActForm):
    """不合并."""

    reason = reason_field(_("为什么不合并"))

    def act(self, on: Merge, *, by: Any) -> Merge:
        return merging.refuse(on, by=by, reason=self.cleaned_data["reason"])


class UndoForm(ActForm):
    """撤销合并."""

    reason = reason_field(_("为什么撤销"))

    def act(self, on: Merge, *, by: Any) -> Merge:
        return merging.undo(on, by=by, reason=self.cleaned_data["reason"])


class NextWordForm(ActForm):
    """When the public hears more."""

    next_on = forms.DateField(
        label=_("哪天前再说明"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("到这一天要告诉大家进展，可以再往后约"),
        error_messages={"required": _("请选下次说明的日期"), "invalid": _("日期不对，请重新选")},
    )


class PauseForm(NextWordForm):
    """暂停."""

    reason = reason_field(_("为什么暂停"))
    field_order = ["reason", "next_on"]

    def act(self, on: Project, *, by: Any) -> Project:
        return pauses.pause(on, by=by, **self.cleaned_data)


class SayMoreForm(NextWordForm):
    """暂停期间说明."""

    news = reason_field(_("现在怎么样了"), error_messages={"required": _("请写现在的情况")})
    field_order = ["news", "next_on"]

    def act(self, on: Project, *, by: Any) -> Project:
        return pauses.say_more(on, by=by, **self.cleaned_data)


class ExplainLateForm(ActForm):
    """说明超期原因."""

    reason = reason_field(_("为什么晚了"), error_messages={"required": _("请写为什么晚了")})

    def act(self, on: Project, *, by: Any) -> Project:
        return overdue.explain(on, by=by, **self.cleaned_data)


class ResumeForm(ActForm):
    """恢复."""

    note = TextField(label=_("说明"), max_length=100, rows=2, required=False, help_text=_("会公开，例如：管线已迁走"))

    def act(self, on: Project, *, by: Any) -> Project:
        return pauses.resume(on, by=by, **self.cleaned_data)


class TerminateForm(RuleForm):
    """终止."""

    reason = reason_field(_("为什么终止"))
    field_order = ["reason", "rule_from", "rule_text"]

    def act(self, on: Project, *, by: Any) -> Project:
        data = self.cleaned_data
        return pauses.terminate(on, by=by, reason=data["reason"], rule=self.rule, version=data["version"])
