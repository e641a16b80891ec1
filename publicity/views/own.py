"""The door to one's own things (我的)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from civic.pages import page
from publicity.queries import own


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Everything I did, with where it stands (我的)."""
    return page(
        request, "publicity/me.html", tab="me", mine=own.of(request.user), account=_existing("civic/_account.html")
    )


def _existing(template: str) -> str:
    """The template's name if there is one; a part another app may bring."""
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return ""
    return template
