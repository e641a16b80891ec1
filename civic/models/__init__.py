"""What civic keeps: places, people and their roles, the record, files, the calendar, work that waits."""

from civic.models.areas import Area, Level
from civic.models.family import FamilyHelp
from civic.models.files import Attachment
from civic.models.helper import HelperCode, HowKnown
from civic.models.imports import Import, ImportLine, ImportStage, ImportState, ImportWhat
from civic.models.people import (
    STAFF_ROLES,
    Appointment,
    Organisation,
    OrganisationKind,
    Person,
    Residency,
    ResidencyBasis,
    Role,
    ViewSize,
)
from civic.models.record import AuditEvent, AuditSeal, Correction, SealedEvent, UnsealedEvent
from civic.models.work import CalendarDay, DemoMessage, Dispatch, Outbox, Outcome, RateCount, Serial, Way

__all__ = [
    "STAFF_ROLES",
    "Appointment",
    "Area",
    "Attachment",
    "AuditEvent",
    "AuditSeal",
    "CalendarDay",
    "Correction",
    "DemoMessage",
    "Dispatch",
    "FamilyHelp",
    "HelperCode",
    "HowKnown",
    "Import",
    "ImportLine",
    "ImportStage",
    "ImportState",
    "ImportWhat",
    "Level",
    "Organisation",
    "OrganisationKind",
    "Outbox",
    "Outcome",
    "Person",
    "RateCount",
    "Residency",
    "ResidencyBasis",
    "Role",
    "SealedEvent",
    "Serial",
    "UnsealedEvent",
    "ViewSize",
    "Way",
]
