"""How people are named in public (谁): as the record names them (civic.telling), and the proposer of a project."""

from django.utils.translation import gettext as _

from civic.telling import SYSTEM, helper, officer, text, who, with_names
from proposals.models import Project

__all__ = ["SYSTEM", "helper", "officer", "proposer", "text", "who", "with_names"]


def proposer(project: Project) -> str:
    """Who proposed it, and who entered it for them: 王**，驻村社工代录; or the unit."""
    if project.proposer is None or project.entered_by is None:
        return project.proposer_name
    if project.by_family:
        return _("%(resident)s（家人%(helper)s代办）") % {
            "resident": project.proposer_name,
            "helper": project.helper_name,
        }
    return _("%(resident)s（工作人员%(helper)s代录）") % {
        "resident": project.proposer_name,
        "helper": project.helper_name,
    }
