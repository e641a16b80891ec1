"""Voting (议事与投票): assemblies 议事会 and their meetings, polls 投票 of all residents, and what they came to.

May import proposals and civic. Start at models/meetings.py (`MEETING_MOVES`), models/polls.py (`POLL_MOVES`),
rules/thresholds.quorum, services/ballots.cast and services/polls.prepare; the counting itself is rules/, which imports
nothing of ours (docs/counting.md). A meeting runs 待召开 called → 进行中 open → 待确认纪要 closed → 已结束 confirmed;
below quorum it ends 人数不足 inquorate and a new attempt is called. Only confirmed minutes move a project. A poll runs
筹备中 draft → 投票中 open → 待计票 closed → 待公布 counted → 已公布 published. Who may vote stands on the roll
(services/roll.py); what was chosen lies in the urn, another database that names nobody.
"""
