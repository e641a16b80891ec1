"""中/EN: in which language an answer is made."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

PAGE_LANGUAGES = {"en": "en"}


def page_language() -> str:
    """The language of the answer being made, as <html lang> and Content-Language say it."""
    return PAGE_LANGUAGES.get(translation.get_language(), "zh-CN")


class Language:
    """Answer in the language this device asked for (中/EN), Chinese else; what a browser says it prefers is not asked.

    Pages in Chinese are for everybody whose phone happens to be set to another language; the record is Chinese always.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.setdefault("Content-Language", page_language())
        return response
