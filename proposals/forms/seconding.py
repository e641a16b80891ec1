"""What somebody who helps in the family chooses: for whom to share a wish (替家里人附议), or take it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from civic.models import Person
from civic.permissions import allowed
from civic.rules import RuleBroken
from proposals.models import Project
from proposals.services import seconding


class FamilyForm(forms.Form):
    """One person of those who are helped; ``undo`` takes back what was handed in before."""

    who = forms.TypedChoiceField(
        coerce=int,
        error_messages={"required": _("请选替谁附议"), "invalid_choice": _("这一项现在不能选，请重选")},
        label=_("替谁附议"),
    )
    undo = forms.BooleanField(required=False)

    def __init__(self, *args: Any, helped: list[Person], project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helped, self.project = {person.pk: person for person in helped}, project
        self.fields["who"].choices = [(person.pk, person.public_name) for person in helped]

    def act(self, *, by: Person) -> str:
        """Hand it in or take it back, and say so. RuleBroken where the project or the pair does not allow it."""
        helped = self.helped[self.cleaned_data["who"]]
        name = {"name": helped.name or helped.public_name}
        if not allowed(helped, "proposals.second", self.project):
            raise RuleBroken(say("自己提的不用附议"), code="own_proposal")
        if self.cleaned_data["undo"]:
            seconding.unsecond(self.project, by=by, helped=helped)
            return say("已取消%(name)s的附议。") % name
        seconding.second(self.project, by=by, helped=helped)
        return say("已替%(name)s附议。附议不是投票，只告诉大家有多少人也想办。") % name
