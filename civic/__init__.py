"""Civic (地方、人、角色、记录): places, people, who may do what, and the record every app writes.

May import nothing of ours. What joins it is needed by two apps. Start at models/, permissions.py
(`allowed`, `require`), audit.py (`record`), pages.py (`page`), outbox.py and clock.py.
"""
