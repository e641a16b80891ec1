"""How messages are worded (通知用语): the district says it its own way, looks first, and what goes out says so."""

from html import escape

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from publicity import message_rules as rules
from publicity.queries import wordings
from publicity.services import wordings as wording
from tests import make

pytestmark = pytest.mark.django_db
KEY, SLUG = "project.advance>on_notice", "project.advance--on_notice"


@pytest.fixture
def district(client):
    make.areas()
    officer = make.officer(Role.DISTRICT_OFFICE)
    client.force_login(officer)
    return officer


def at(slug=SLUG):
    return reverse("publicity:wording", args=[slug])


def test_the_words_are_changed_after_a_look_and_written_down(client, district):
    looked = client.post(at(), {"words": "批下来了，正在公示", "step": "look"})
    assert "【民生微实事】您提的“村口坡道”批下来了，正在公示。进度：" in looked.content.decode()
    assert wordings.words_of(KEY) == "已经批准，正在公示"

    client.post(at(), {"words": "批下来了，正在公示。", "step": "keep"})

    assert wordings.words_of(KEY) == "批下来了，正在公示"
    event = AuditEvent.objects.get(action="message.reword")
    assert (event.actor, event.before["words"], event.after["words"], event.is_public) == (
        district,
        "已经批准，正在公示",
        "批下来了，正在公示",
        False,
    )
    assert "原来：已经批准，正在公示" in client.get(reverse("publicity:wordings")).content.decode()


def test_the_product_s_own_words_come_back(client, district):
    wording.reword(KEY, "批下来了", by=district)
    client.post(at(), {"step": "restore"})
    assert wordings.words_of(KEY) == "已经批准，正在公示"
    assert not wordings.line_of(KEY).is_changed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "还没有填"),
        ("字" * 31, "最多30个字，现在有31个"),
        ("看 https://e.cn", "不能有网址"),
        ("%(title)s", "不能有网址、换行和 % { } 这些符号"),
        ("找13800138000", "电话"),
    ],
)
def test_words_that_cannot_be_sent_are_told_beside_the_field(client, district, words, said):
    answer = client.post(at(), {"words": words, "step": "keep"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not words or f'value="{escape(words)}"' in answer.content.decode()
    assert wordings.words_of(KEY) == "已经批准，正在公示"


def test_only_the_district_words_messages_and_only_what_is_told(client, district):
    with pytest.raises(PermissionDenied):
        wording.reword(KEY, "批了", by=make.officer(Role.TOWN_HANDLER))
    with pytest.raises(RuleBroken):
        wording.reword("poll.last_day", "快截止了", by=district)
    assert client.get(at("poll.last_day")).status_code == 404


def test_every_sample_is_a_message_that_can_be_sent():
    for key in rules.WORDED:
        sample = wordings.sample(key, str(rules.ACTIONS[key].words))
        assert sample.parts == (1 if sample.length <= 70 else -(-sample.length // 67)), key
        assert str(rules.ACTIONS[key].words) in sample.text
