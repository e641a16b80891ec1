"""What the routes of stations and assisted voting name in the permission table: an open poll of 小濠冲村."""

from typing import Any
from uuid import uuid4

from publicity.demo.places import account
from tests import make, permission_polls
from tests.voting.polls import build
from tests.voting.station.desk import consent
from voting.models import AssistedEntry, RollEntry
from voting.services import assisted


def tell(rows: Any) -> None:
    """Give every route of a station its row: who is received, whose vote was entered, and which dispute waits."""
    poll = permission_polls.opened(rows).poll
    comes = build.on_roll(poll, make.person())
    own = entered(poll.roll.get(person=account("居民（阿强）")), "驻村社工")
    disputed = entered(build.on_roll(poll, make.person()), "村居两委")
    assisted.dispute(disputed, by=disputed.entry.person, text="没有人问过我")
    given = {"pk": poll.pk}
    rows.given |= {
        f"voting:{name}": given for name in ("station", "station_finish", "assisted_list", "remind", "own_dispute")
    }
    rows.given |= {f"voting:{name}": given | {"entry_pk": comes.pk} for name in ("station_open", "assisted")}
    rows.given |= {f"voting:station_{name}": given | {"token": uuid4().hex} for name in ("ballot", "check")}
    rows.given["voting:assisted_dispute"] = given | {"row_pk": own.pk}
    rows.given["voting:assisted_answer"] = given | {"row_pk": disputed.pk}


def entered(entry: RollEntry, worker: str) -> AssistedEntry:
    by = account(worker)
    return assisted.enter(entry, {}, by=by, reason="sight", witness="陈测试，女儿", documents=[consent(by)])
