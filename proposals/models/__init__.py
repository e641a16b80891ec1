"""What proposals keeps: rounds and their rules, projects, seconding, and what intake and pre-review wrote down."""

from proposals.models.checks import MOST_DRAWN, Among, CheckedProject, Finding, SpotCheck
from proposals.models.clocks import ToldWhenLate
from proposals.models.intake import (
    ConsentHow,
    Draft,
    FirstContact,
    Merge,
    MergeConsent,
    MergeState,
    PreReview,
    Reached,
    ReviewFinding,
    ReviewState,
    Screening,
    ScreeningOutcome,
    Seconding,
)
from proposals.models.projects import MOVES, AssistedHow, HandedIn, Origin, Project, ProjectState, Spoken, WorkType
from proposals.models.reviewing import Consultation, ConsultationState, Extension, ExtensionState, SiteSurvey
from proposals.models.rounds import Programme, Round, RuleChange, RuleVersion, Step

__all__ = [
    "MOST_DRAWN",
    "MOVES",
    "Among",
    "AssistedHow",
    "CheckedProject",
    "ConsentHow",
    "Consultation",
    "ConsultationState",
    "Draft",
    "Extension",
    "ExtensionState",
    "Finding",
    "FirstContact",
    "HandedIn",
    "Merge",
    "MergeConsent",
    "MergeState",
    "Origin",
    "PreReview",
    "Programme",
    "Project",
    "ProjectState",
    "Reached",
    "ReviewFinding",
    "ReviewState",
    "Round",
    "RuleChange",
    "RuleVersion",
    "Screening",
    "ScreeningOutcome",
    "Seconding",
    "SiteSurvey",
    "Spoken",
    "SpotCheck",
    "Step",
    "ToldWhenLate",
    "WorkType",
]
