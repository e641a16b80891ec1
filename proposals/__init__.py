"""Proposals (提议): how a project comes to be: rounds, drafts, seconding 附议, intake 受理, pre-review 预审, merging.

May import civic. Start at models/projects.py (`ProjectState`, `MOVES`), round_rules.py and services/moves.py.
A project runs 草稿 → 待受理 → its round's route → 待审批 → 公示中 → 待开工 → 实施中 → 待验收 → 已完成.
"""
