"""Voting (议事与投票): assemblies 议事会, their meetings, what was put to the vote and what it came to.

May import proposals and civic. Start at models/meetings.py (`MEETING_MOVES`), rules/thresholds.quorum and
services/ballots.cast; the counting itself is rules/, which imports nothing of ours (docs/counting.md). A meeting runs
待召开 called → 进行中 open → 待确认纪要 closed → 已结束 confirmed; below quorum it ends 人数不足 inquorate and a new
attempt is called. Only confirmed minutes move a project.
"""
