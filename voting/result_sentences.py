"""What the record says of a poll's result (公开的话): as on its page, in the place's own language whoever acts."""

from typing import Any

from django.utils import translation

from proposals.sentences import clip, yuan
from voting import count_differences, result_words
from voting.models import LineOutcome, Result, ResultLine


def counted() -> str:
    return "计票完毕，等两个人核对后公布"


def published(result: Result, won: int, of: int) -> str:
    return f"公布投票结果：{result.voters:,}人投票，{of}项里入选{won}项，一共{yuan(result.cost_yuan)}"


def the_same() -> str:
    return "重新计票，和已有的结果完全一致"


def differs(again: Result) -> str:
    moved = len(count_differences.moved(again.explained))
    return f"重新计票，和上一次不同，另存为第{again.number}次结果；入选有变化的{moved}项，上一次的结果照样公开"


def project_differs(row: dict[str, Any]) -> str:
    """On the project's page: 重新计票：原来入选，重算没入选；按异议处理."""
    before, after = (LineOutcome(one) for one in row["outcome"])
    with translation.override(None):
        return f"重新计票：原来{before.label}，重算{after.label}；项目不自动改变，按异议处理"


def key_ended() -> str:
    return "异议期已过，投票密钥已销毁，从此谁也查不到谁投了什么"


def line(one: ResultLine, method: str) -> str:
    """On the project's page: 居民投票第3名，412票，入选."""
    with translation.override(None):
        return clip(f"居民投票{result_words.sentence(one, method).removesuffix('。')}")


def why_not(one: ResultLine, method: str) -> str:
    """The public reason of who did not win."""
    with translation.override(None):
        told = f"{result_words.sentence(one, method)}{result_words.what_would_change(one)}"
    return clip(told.removesuffix("。"))
