"""Static files (静态文件): their addresses are worked out once, for every page asks for two dozen of them."""

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Remembering:
    """No address of a static file changes while a process lives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = cache(self.url)  # type: ignore[method-assign, has-type]


class Plain(Remembering, StaticFilesStorage):
    """Files by their own names, for work on them."""


class Hashed(Remembering, CompressedManifestStaticFilesStorage):
    """Files by their hashed names, compressed beforehand, for production."""
