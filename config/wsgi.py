"""The WSGI application (gunicorn config.wsgi)."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # with every view: once, for the workers to share

# What was loaded is never garbage: the collector looks only at what requests leave, and so comes round in time.
gc.collect()
gc.freeze()
