"""check_result POLL: count a poll again from its box and compare with what is kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic.rules import RuleBroken
from voting import result_words
from voting.models import Result
from voting.services import recounts, results

HELP = (
    "Count a poll again from its ballot box and compare everything with the newest result; changes nothing. "
    "从票箱重新计票，和已保存的结果逐项比对，不改任何数据。 "
    "Exit 0 the same (一致); 1 there is no result yet, or what differs is named (还没有结果，或列出不一致的地方)."
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("poll", type=int, help="number of the poll (投票编号)")

    def handle(self, *args: Any, poll: int, **options: Any) -> None:
        found_results = Result.objects.select_related("poll__round", "poll__area").filter(poll_id=poll)
        result = found_results.order_by("-number").first()
        if result is None:
            raise CommandError(f"poll {poll} has no result 没有计票结果")
        try:
            found, again = results.differences(result), recounts.counted_again(result)
        except RuleBroken as fault:
            raise CommandError(str(fault)) from None
        if again:
            titles = dict(result.poll.entries.values_list("project__code", "project__title"))
            said = [result_words.recounted(again[0]), *result_words.changed_rows(again[0], titles)]
            fields = f"poll {poll} differs 不一致: {', '.join(found)}"
            raise CommandError("\n".join([fields, *said, "要留下第二份结果，由两个人在投票工作页重新计票。"]))
        self.stdout.write(f"poll {poll}: the same 一致, {result.outcome_hash}")
