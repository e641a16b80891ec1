"""Settings, routes, the Celery application and what a broken rule looks like to a visitor.

Imports every app; no app imports it. Start at settings.py and urls.py. The web server does without Celery:
only its workers load config.celery.
"""
