"""Settings, routes, the Celery application and what a broken rule looks like to a visitor.

Imports every app; no app imports it. Start at settings.py and urls.py.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
