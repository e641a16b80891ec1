"""The demo (演示): Doumen district in 2021 as it was reported, and a round of today to try everything in.

What a report says stands as reported; whatever it does not say carries the mark 演示数据 or 演示填充. Built
once, through the same services people use, told at the time it happened (`civic.moments.at`). Running it
again changes nothing. Sources: data/projects/ and docs/domain.md.
"""

from datetime import UTC, datetime

DEMO, FILLER, REPORTED = "演示数据", "演示填充", "据公开报道"
YEAR = 2021
REPORTED_ON = datetime(YEAR, 6, 30, 4, tzinfo=UTC)  # the day of the published totals, at noon here
