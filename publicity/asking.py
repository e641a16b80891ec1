"""What is asked right after an act (办完事再问), and only then: whether to be told in WeChat."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from civic.pages import after_act
from proposals.models import Project
from publicity import channels
from publicity.models import Topic, Via
from publicity.services import sending


@after_act
def ask_wechat(request: HttpRequest, project: Project) -> str:
    """要在微信提醒您结果吗？ only where WeChat is set up and reaches whoever acted, only who has not said so yet."""
    wechat = channels.ready().get(Via.WECHAT)
    if wechat is None or not request.user.is_authenticated or not wechat.reaches(request.user):
        return ""
    if (Via.WECHAT, Topic.DECISION) in sending.wanted(request.user):
        return ""
    return render_to_string("publicity/_ask_wechat.html", {"project": project}, request)
