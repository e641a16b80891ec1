"""What the record says of a poll's result (公开的话): as on its page, in the place's own language whoever acts."""

from django.utils import translation

from proposals.sentences import clip, yuan
from voting import result_words
from voting.models import Result, ResultLine


def counted() -> str:
    return "计票完毕，等两个人核对后公布"


def published(result: Result, won: int, of: int) -> str:
    return f"公布投票结果：{result.voters:,}人投票，{of}项里入选{won}项，一共{yuan(result.cost_yuan)}"


def line(one: ResultLine, method: str) -> str:
    """On the project's page: 居民投票第3名，412票，入选."""
    with translation.override(None):
        return clip(f"居民投票{result_words.sentence(one, method).removesuffix('。')}")


def why_not(one: ResultLine, method: str) -> str:
    """The public reason of who did not win."""
    with translation.override(None):
        told = f"{result_words.sentence(one, method)}{result_words.what_would_change(one)}"
    return clip(told.removesuffix("。"))
