"""Wishes (民声黑板): the small and urgent things of a village, each with who sees to it and by when.

May import voting, proposals and civic. Start at models/board.py (`Demand`, `MOVES`), services/moves.py and rules.py.
A matter runs 已登记 → 在办 → 已办理待确认 → 已解决; only who reported it, or a visit on site, says the last.
Beside it what a village's workers gather: visits (走访, models/visits.py) and surveys of needs (问需, models/surveys.py).
"""
