"""The totals of a needs survey as a form to be signed (问需汇总表): per need and per group, no paper by itself [SZ11]."""

from collections.abc import Iterable

from publicity.documents.content import Form, Part, day, fields, grid, signs
from publicity.documents.place import of_place
from wishes import survey_queries
from wishes.models import Survey


def form(survey: Survey, address: str) -> Form:
    """需求汇总表 for the workers of the village; its square code leads to the survey's own page."""
    title, code = f"{survey.area.name}需求汇总表", f"{survey.began_at:%Y}-{survey.pk}"
    return of_place(survey.area, title=title, code=code, parts=lambda: summary(survey), address=address)


def summary(survey: Survey) -> Iterable[Part]:
    """Where and when was asked, how many papers came back, how often each need was ticked, and by whom."""
    told = survey_queries.summary(survey)
    yield fields(
        ("村居", survey.area.name),
        ("轮次", survey.round.name),
        ("哪天开始问", day(survey.began_at)),
        ("收回", f"{told.sheets}张"),
        ("公开汇总", day(survey.published_at) or "还没公开"),
    )
    needs = sorted(enumerate(told.needs, start=1), key=lambda each: (-(each[1][1] or 0), each[0]))
    yield grid(
        ("需要什么", "几张勾了", "占收回的"),
        [(f"{number}　{words}", f"{count or 0}", _share(count or 0, told.sheets)) for number, (words, count) in needs],
        numbers=(1, 2),
        heading="需要什么（勾的人多的在前，一张可以勾几项）",
    )
    yield grid(
        ("人群", "几张"),
        [(words, f"{count}") for words, count in told.groups],
        foot=("合计", f"{told.sheets}"),
        numbers=(1,),
        heading="谁填的",
    )
    yield signs("汇总人", "村居两委")


def _share(count: int, whole: int) -> str:
    return f"{count / whole:.0%}" if whole else ""
