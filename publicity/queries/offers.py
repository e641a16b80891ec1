"""What the lower apps offer a person (待办、能办的事): each app's todo.py and acts.py, gathered in one order."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from civic.models import Person
from civic.pages import Act, Todo
from civic.permissions import User
from proposals.models import Project

APPS = ("civic", "proposals", "voting", "delivery", "publicity")


def todos(user: Person) -> list[Todo]:
    """Every queue of this person's desk (待办), in the order of a project's life."""
    return [todo for module in _offering("todo") for todo in module.waiting_for(user)]


def acts(user: User, project: Project) -> list[Act]:
    """What this person may do with a project now."""
    if not user.is_authenticated:
        return []
    return [act for module in _offering("acts") for act in module.for_project(user, project)]


def _offering(name: str) -> Iterator[ModuleType]:
    for app in APPS:
        if find_spec(f"{app}.{name}") is not None:
            yield import_module(f"{app}.{name}")
