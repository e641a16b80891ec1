"""Publicity (公开): what everyone sees: home, lists, the project page and its record, notices 公示, objections 异议.

May import delivery, voting, proposals and civic. Start at queries/story.py (a project's page), queries/search.py
(the list and the figures count alike) and services/notices.py. A notice runs running → ended | withdrawn, never
early; an objection open → answered → rechecking → rechecked, and an open one holds the start of the works. Who hears
of what (消息) stands in message_rules.py; services/messages.py writes it, services/sending.py takes it out of the house.
"""
