"""What the routes of helping in the family name in the permission table: a neighbour helps another, who agreed."""

from typing import Any

from civic import family
from publicity.demo.places import account


def tell(rows: Any) -> None:
    """阿强 hands in for 陈阿姨: either may end it, and so may the worker of her village."""
    helped = account("居民（陈阿姨）")
    pair = family.begin(rows.neighbour, helped, name=helped.name)
    rows.pk("family_end, desk_family_end", pair)
    rows.given["proposals:second_family"] = {"code": rows.projects["filed"].code}
    rows.sent["proposals:second_family"] = {"who": helped.pk}
