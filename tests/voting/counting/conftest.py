"""A busy machine is no fault of a rule: no deadline for one example, the time limit of a test is enough."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
