"""One person's walk through the three steps (提议三步): the draft, the round it is for, its forms, and what they say."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from civic import family
from civic.audit import acting_as
from civic.models import Area, Level, Person
from civic.models.areas import DIGITS
from civic.moments import now
from civic.permissions import allowed
from proposals import queries, rules
from proposals.forms.proposing import FOR_FAMILY, FOR_RESIDENT, FOR_UNIT, SELF, What, Where, Who, as_typed
from proposals.models import AssistedHow, Draft, Round, WorkType
from proposals.permissions import UNIT, capacities
from proposals.services.proposing import Proposal, Resident, of_family

STEPS = {1: What, 2: Where, 3: Who}
FIELDS = {number: [*form.base_fields] for number, form in STEPS.items()}
FILES = {"photos", "evidence", "voice"}


class Wizard:
    """What the pages of the three steps ask. Raises Http404 for a draft that is somebody else's.

    ``near`` is where the person last looked; ``linked`` is what a link on a place's or a round's page says.
    """

    def __init__(self, person: Person, token: UUID, *, near: str = "", linked: dict[str, str] | None = None) -> None:
        self.person, self.token, self.near = person, token, near
        self.draft = Draft.objects.select_related("evidence", "voice").filter(token=token).first() or Draft(
            token=token, owner=person
        )
        if self.draft.owner_id != person.pk:
            raise Http404
        self.draft.data = (linked or {}) | self.draft.data

    @cached_property
    def rounds(self) -> list[Round]:
        return list(queries.rounds_open(now()))

    @cached_property
    def villages(self) -> dict[str, Area]:
        return {village.code: village for village in queries.villages_of(self.rounds)}

    @property
    def area_code(self) -> str:
        """The village of the draft, else the nearest known one: where the person lives, works or last looked."""
        offices = [office.area_id for office in self.person.live_appointments]
        for code in (self.draft.data.get("area"), self.person.home_area_id, *self._homes, *offices, self.near):
            if code in self.villages:
                return code
        return ""

    @cached_property
    def _homes(self) -> list[str]:
        return list(self.person.residencies.filter(ended_on=None).values_list("area_id", flat=True))

    @property
    def round(self) -> Round | None:
        """The round this draft is for: the one asked for, if it fits, else the nearest that takes it."""
        asked = [round for round in self.rounds if str(round.pk) == self.draft.data.get("round")]
        place = self.area_code or next(iter(self.villages), "")
        return queries.nearest_round(asked, place, self._acting_as) or queries.nearest_round(
            self.rounds, place, self._acting_as
        )

    @property
    def _acting_as(self) -> set[str]:
        """In which capacity, or, before the third step says it, in any."""
        who = self.draft.data.get("who", "")
        alone, unit = capacities(self.person, self.area_code), capacities(self.person, self.area_code, for_unit=True)
        every = alone | unit if FOR_UNIT in self.who_choices else alone
        if who in self.family:
            return {"resident"}
        return {SELF: alone, FOR_RESIDENT: {"resident"}, FOR_UNIT: unit}.get(who, every)

    @cached_property
    def family(self) -> dict[str, Person]:
        """Whom of the family this person may propose for (帮家里人办), by the word that chooses them."""
        if not allowed(self.person, "civic.help_family"):
            return {}
        return {f"{FOR_FAMILY}{pair.helped_id}": pair.helped for pair in family.helped_by(self.person)}

    @property
    def who_choices(self) -> dict[str, Any]:
        """For whom this person may propose about the village."""
        choices = {SELF: _("我自己提")}
        for word, helped in self.family.items():
            choices[word] = _("替%(name)s提（家里人）") % {"name": helped.name or helped.public_name}
        if allowed(self.person, "proposals.propose_for", self.area_code):
            choices[FOR_RESIDENT] = _("替居民提（代录）")
        office = acting_as(self.person, UNIT, self.area_code)
        if office and office.organisation:
            choices[FOR_UNIT] = _("以%(unit)s的名义提") % {"unit": office.organisation.name}
        return choices

    def form(self, number: int, data: QueryDict | None = None, files: MultiValueDict | None = None) -> BaseForm:
        """The form of a step: filled from the draft, or bound to what was sent."""
        initial: dict[str, Any] = {"area": self.area_code} | self.draft.data
        photos = list(self.draft.photos.all()) if self.draft.pk else []
        evidence = [self.draft.evidence] if self.draft.evidence else []
        voice = [self.draft.voice] if self.draft.voice else []
        held = {"photos": photos, "evidence": evidence, "voice": voice}
        common = {"data": data, "files": files, "initial": initial | held, "by": self.person}
        round = self.round or self.rounds[0]
        if number == 1:
            return What(**common, terms=round.terms, may_speak=rules.may_speak(round.route))
        if number == 2:
            return Where(**common, villages=self.villages.values())
        return Who(**common, terms=round.terms, choices=self.who_choices)

    def sent_already(self, number: int, data: QueryDict) -> dict[str, Any]:
        """The files of a step that are up while the rest of it is still being typed (一张张传)."""
        form = self.form(number, data) if self.rounds else None
        return {name: form[name].value() for name in FILES if name in form.fields} if form else {}

    @cached_property
    def checked(self) -> dict[int, BaseForm]:
        """All three steps, each bound to the draft as it is."""
        return {number: self.form(number, as_typed(self.draft), MultiValueDict()) for number in STEPS}

    @property
    def is_complete(self) -> bool:
        return not any(form.errors for form in self.checked.values()) and self.round is not None

    @property
    def town_prefix(self) -> str:
        """Where similar ones are looked for: the village's town, else the whole round."""
        return self.area_code[: DIGITS[Level.TOWN]] or (self.round or self.rounds[0]).area.prefix

    @property
    def warning(self) -> str:
        """What does not stop a proposal but should be known before it is handed in."""
        said = {} if self.round is None or not self.is_complete else self._said
        return said and rules.over_cap(self.round.terms, said["work_type"], said["estimate_yuan"])

    def proposal(self) -> Proposal:
        """What was filled in, cleaned; only of a complete draft."""
        said = self._said
        names = set(Proposal.__dataclass_fields__) - {"round", "photos", "voice"}
        return Proposal(
            round=self.round,
            photos=tuple(said["photos"]),
            voice=next(iter(said["voice"]), None),
            **{name: said[name] for name in names if name in said},
        )

    @property
    def name(self) -> str:
        """What somebody is called of whom we only knew the phone."""
        return self._said.get("name", "")

    def resident(self) -> Resident | None:
        """For whom, if for somebody else."""
        said = self._said
        if said["who"] in self.family:
            return of_family(self.family[said["who"]])
        if said["who"] != FOR_RESIDENT:
            return None
        return Resident(
            name=said["resident_name"],
            phone=said["resident_phone"],
            how=AssistedHow(said["how"]),
            note=said["note"],
            evidence=next(iter(said["evidence"]), None),
        )

    @property
    def _said(self) -> dict[str, Any]:
        return {name: value for form in self.checked.values() for name, value in form.cleaned_data.items()}

    def answers(self) -> Iterator[tuple[int, Any, Any]]:
        """(step, label, value) of everything that was filled in or must be, for the check page."""
        for number, form in self.checked.items():
            for field in form:
                if not field.is_hidden and field.name not in FILES:
                    value = self._shown(field)
                    if value or field.field.required:
                        yield number, field.label, value

    def _shown(self, field: Any) -> Any:
        value = field.value() or ""
        if field.name == "area":
            return self.villages[value].short_name if value in self.villages else ""
        named = {"who": self.who_choices, "how": dict(AssistedHow.choices), "work_type": dict(WorkType.choices)}
        return named[field.name].get(value, "") if field.name in named else value
