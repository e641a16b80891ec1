"""What every API endpoint stands on: the same permissions, strict input, one shape of error, whole pages."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import exceptions, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from civic import limits
from civic.limits import TooOften
from civic.middleware import current_request_id
from civic.permissions import allowed
from civic.rules import RuleBroken

DEEPEST = 32
LONG_SECONDS = 600  # from here on people are told minutes
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Allowed(BasePermission):
    """Reading is open (the queryset hides what is not public); an unsafe action must stand in ``view.needs``."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE or getattr(view, "action", "") is None:  # no action for the method: 405
            return True
        name = getattr(view, "needs", {}).get(getattr(view, "action", ""))
        return bool(name and request.user.is_authenticated)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        if request.method in SAFE:
            return True
        return allowed(request.user, view.needs[view.action], obj)


class PublicPace(BaseThrottle):
    """60 calls a minute and 5,000 a day of an address, 600 a minute of an account (接口限次); open when nobody counts.

    A view that ``marks_nobody`` counts no account: no mark of who came when lies beside the roll (docs/adr/0010), and
    ballots have a pace of their own.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        if not (request.user.pk and getattr(view, "marks_nobody", False)):
            limits.while_counted(lambda: limits.api_call(request.user.pk, limits.outside_ip(request)))
        return True


class GuardedJSONParser(JSONParser):
    """JSON no deeper than 32 levels, without NaN, duplicate keys or endless integers; else 400."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = json.loads(stream.read().decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise exceptions.ParseError(_("请求格式不正确")) from None
        if _depth(data) > DEEPEST:
            raise exceptions.ParseError(_("请求格式不正确"))
        if not isinstance(data, dict):
            raise exceptions.ParseError(_("请求格式不正确"))
        return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _value in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _depth(data: Any) -> int:
    level, layer = 0, [data]
    while layer:
        level += 1
        layer = [c for item in layer if isinstance(item, dict | list) for c in _children(item)]
    return level


def _children(item: dict | list) -> list:
    return list(item.values()) if isinstance(item, dict) else item


class Pages(PageNumberPagination):
    """Pages of 20, at most 100 (?page=2&page_size=50)."""

    page_size, max_page_size, page_size_query_param = 20, 100, "page_size"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        number = request.query_params.get(self.page_query_param, "1")
        if not (number.isascii() and number.isdigit() and 1 <= len(number) <= 6 and int(number) > 0):
            raise exceptions.ParseError(_("页码不正确"))
        return super().paginate_queryset(queryset, request, view)


class FilterSet(filters.FilterSet):
    """The filters of a list, whose form is made once for each class: one for every call piles up as garbage."""

    def get_form_class(self) -> type[Form]:
        kept: type[Form] | None = type(self).__dict__.get("_kept_form")
        if kept is None:
            kept = type(self)._kept_form = super().get_form_class()
        return kept


class StrictFilters(filters.DjangoFilterBackend):
    """Filters by allow-list: an unknown or repeated query parameter is a 400, never silently dropped."""

    filterset_base = FilterSet
    ALWAYS = frozenset({"page", "page_size", "format"})

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        known = self.ALWAYS | set(getattr(self.get_filterset_class(view, queryset), "base_filters", {}))
        for name in request.query_params:
            if name not in known or len(request.query_params.getlist(name)) > 1:
                raise exceptions.ParseError(_("不认识的参数：%(name)s") % {"name": name[:40]})
        return super().filter_queryset(request, queryset, view)


class Conflict(exceptions.APIException):
    status_code, default_code = status.HTTP_409_CONFLICT, "rule_broken"


class Slower(exceptions.APIException):
    """429 with Retry-After (操作太频繁)."""

    status_code, default_code = status.HTTP_429_TOO_MANY_REQUESTS, "too_often"

    def __init__(self, error: TooOften) -> None:
        super().__init__(_wait(error.retry_after))
        self.wait = error.retry_after  # the exception handler's name for Retry-After


def _wait(seconds: int) -> str:
    if seconds < LONG_SECONDS:
        return _("操作太频繁，请 %(seconds)s 秒后再试") % {"seconds": seconds}
    return _("操作太频繁，请 %(minutes)s 分钟后再试") % {"minutes": -(-seconds // 60)}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as {"code", "detail"}, with "errors" by field for a form to mend and the request's id."""
    if isinstance(error, RuleBroken):
        error = Conflict(error.message, code=error.code)
    if isinstance(error, TooOften):
        error = Slower(error)
    from rest_framework.views import exception_handler  # its module reads the settings that name this one

    response = exception_handler(error, context)
    if response is None:
        return None
    data: dict[str, Any] = {"code": _code(error), "detail": _detail(error), "request_id": current_request_id.get()}
    if isinstance(error, exceptions.ValidationError):
        data["errors"] = response.data
    response.data = data
    return response


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "error"


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return str(_("有几处要改"))
    if isinstance(error, Http404):
        return str(_("没找到"))
    if isinstance(error, PermissionDenied):
        return str(_("您没有办这件事的权限"))
    return str(getattr(error, "detail", error))
