"""The product with the clock of its web server put forward or back by DRILL_SKEW_SECONDS.

Every reading of the time goes through ``django.utils.timezone.now`` (civic.moments); databases keep their own clock.
"""

import os
from datetime import timedelta

from django.utils import timezone

from config.wsgi import application

__all__ = ["application"]
_rightly, _skew = timezone.now, timedelta(seconds=int(os.environ["DRILL_SKEW_SECONDS"]))
timezone.now = lambda: _rightly() + _skew
