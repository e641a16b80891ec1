"""What every app offers a person to do with a project (能办的事): each app's acts.py, gathered in one order."""

from importlib import import_module
from importlib.util import find_spec

from civic.pages import Act
from civic.permissions import User
from proposals.models import Project

APPS = ("civic", "proposals", "voting", "delivery", "publicity")


def acts(user: User, project: Project) -> list[Act]:
    """What this person may do with a project now."""
    if not user.is_authenticated:
        return []
    offering = [import_module(f"{app}.acts") for app in APPS if find_spec(f"{app}.acts") is not None]
    return [act for module in offering for act in module.for_project(user, project)]
