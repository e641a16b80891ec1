"""The demo's inbox (演示短信): what would have gone out as text messages; nowhere but in a demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civic.accounts import queries
from civic.pages import page


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return page(request, "civic/demo_inbox.html", found=queries.demo_messages())
