"""The page of one meeting, gathered for one reader; members' forms come back to it to be mended."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from civic import smaller
from civic.models import Attachment
from civic.moments import today
from civic.pages import page
from civic.permissions import allowed
from voting import meeting_words, queries
from voting.forms.meetings import ConflictForm, VoteForm
from voting.models import ItemState, Meeting, MeetingState
from voting.queries import ItemView


def room(
    request: HttpRequest, meeting: Meeting, *, bound: dict[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The meeting's page; ``bound`` holds a form to mend by its name (vote-2, conflict-1)."""
    views = queries.item_views(meeting, request.user)
    is_member = allowed(request.user, "voting.attend", meeting)
    live = queries.live(meeting, today(), [view.item for view in views])
    may_read = allowed(request.user, "voting.read_minutes", meeting)
    present = list(queries.attendances(meeting))
    me = next((one for one in present if one.member_id == request.user.pk), None)
    entries = [_entry(view, live, is_member, me is not None, bound or {}) for view in views]
    return page(
        request,
        "voting/meeting.html",
        status=status,
        meeting=meeting,
        live=live,
        entries=entries,
        present=present,
        undertakings=queries.undertakings(meeting),
        before=queries.brought_forward(meeting),
        corrected=queries.corrections(meeting).count() if meeting.state == MeetingState.CONFIRMED else 0,
        on=today(),
        is_member=is_member,
        me=me,
        may_sign_in=meeting.takes_sign_ins(today()),
        pass_rule=meeting_words.pass_rule(meeting),
        runs_something=any(allowed(request.user, f"voting.{act}", meeting) for act in ("run", "prepare")),
        may_read_minutes=may_read,
        may_see_notes=may_read or meeting.state == MeetingState.CONFIRMED,
        mend=bound or {},
        **{f"form_{name.replace('-', '_')}": form for name, form in (bound or {}).items()},
    )


def _entry(
    view: ItemView, live: queries.Live, is_member: bool, signed_in: bool, bound: dict[str, BaseForm]
) -> dict[str, Any]:
    """One item with what this reader may do on it now, or why not."""
    item = view.item
    entry: dict[str, Any] = {"view": view, "item": item, "photos": [_photo(p) for p in item.project.photos.all()]}
    if not is_member:
        return entry
    if item.state != ItemState.CLOSED and item.meeting.state in {MeetingState.CALLED, MeetingState.OPEN}:
        entry["why_not"] = _why_not(view, live, signed_in)
        if not entry["why_not"]:
            entry["vote_form"] = bound.get(f"vote-{item.order}") or VoteForm(
                initial={"ballot": item.ballot} | ({"choice": view.mine.choice} if view.mine else {}),
                auto_id=f"vote-{item.order}-%s",
            )
        if not view.i_stand_aside and not (view.mine and item.meeting.is_secret):
            entry["conflict_form"] = bound.get(f"conflict-{item.order}") or ConflictForm(
                about=item, auto_id=f"conflict-{item.order}-%s"
            )
    return entry


def _photo(photo: Attachment) -> dict[str, str]:
    whole, thumb = smaller.address(photo.token), smaller.address(photo.token, "page")
    return {"url": whole, "thumb_url": thumb, "alt": photo.caption or _("提议人拍的照片"), "caption": photo.caption}


def _why_not(view: ItemView, live: queries.Live, signed_in: bool) -> str:
    """Why this member cannot vote on the item just now; empty when they can."""
    item = view.item
    if view.i_stand_aside:
        return _("您已声明回避，不参加这一项表决")
    if item.meeting.state == MeetingState.CALLED:
        if not live.standing.present:
            return _("开会那天，到了人数才表决")
        missing = live.standing.missing
        return _("还差%(missing)d人，不能表决") % {"missing": missing} if missing else _("主持人还没宣布开会")
    if not signed_in:
        return _("先签到，才能表决")
    if item.state == ItemState.WAITING:
        return _("主持人还没开始这一项的表决")
    if view.mine and item.meeting.is_secret:
        return _("您已投票。不记名票投出后不能改")
    return ""
