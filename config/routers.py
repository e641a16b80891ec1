"""Which database a table lives in: the urn (票箱) alone, everything else together (docs/adr/0010)."""

from typing import Any

from django.db.models import Model

URN = "urn"  # as voting.models.urn says; no model is loaded yet when routers are
URN_MODELS = frozenset(
    {"ballotbox", "ballot", "boxcontents", "pendingleaf", "logleaf", "checkpoint", "paperhold", "papersheet"}
)


class UrnApart:
    """The models of voting/models/urn.py live in the second database and nothing there points across."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return URN if _of_urn(model) else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return _of_urn(one) == _of_urn(other)  # request.user is a lazy object, whose type is not the model's

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, urn: bool = False, **hints: Any
    ) -> bool:
        """A step that names no model says ``hints={"urn": True}`` if it is the urn's."""
        belongs = urn or (app_label == "voting" and model_name in URN_MODELS)
        return belongs == (db == URN)


def _of_urn(model: type[Model] | Model) -> bool:
    return model._meta.app_label == "voting" and model._meta.model_name in URN_MODELS
