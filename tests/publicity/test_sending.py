"""What goes out of the house (发出通知): one way, in open hours, within the budget, until somebody says stop."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from civic import moments
from civic.accounts import sms
from civic.audit import record
from civic.models import DemoMessage, Outbox, RateCount, Role
from proposals.models import ProjectState as S
from publicity import channels, stops, tasks
from publicity import message_rules as rules
from publicity.models import CallTask, Message, MessageSetting, Topic, Via
from publicity.services import follows, messages, sending, settings, wordings
from tests import make
from tests.publicity.told import relayed, told
from tests.racing import at_once
from tests.voting.polls import build

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=HERE)


@pytest.fixture(autouse=True)
def shown(settings):
    """The demo's console, which sends nothing and keeps the words."""
    settings.DEMO = True
    settings.SITE_URL = "https://wss.example"


@pytest.fixture
def project():
    return make.project(state=S.IN_PROGRESS, title="村口坡道", proposer=make.person("提测试", phone="+8613900000001"))


@pytest.fixture
def noon():
    with moments.at(datetime(2026, 11, 25, 12, 0, tzinfo=HERE)):
        yield


def start(project):
    event = record("project.start", by="test", on=project, after={"state": S.IN_PROGRESS})
    messages.tell(event)
    return event


def texts():
    return list(DemoMessage.objects.order_by("pk").values_list("text", flat=True))


def test_a_start_is_told_to_its_proposer_at_once_with_what_which_when_and_a_way_out(project, noon):
    project.due_on = datetime(2026, 3, 20).date()
    project.save()

    start(project)
    relayed()

    text = texts()[0]
    assert text.startswith("【民生微实事】您提的“村口坡道”已开工，预计3月20日完工。进度：https://wss.example/q/WSS-")
    assert "不想收：https://wss.example/stop/" in text
    assert texts() == [text]
    assert DemoMessage.objects.get().phone == "+8613900000001"


def test_what_goes_out_says_it_in_the_districts_words(project, noon):
    wordings.reword("project.start", "动工了", by=make.officer(Role.DISTRICT_OFFICE))
    start(project)
    relayed()
    assert texts()[0].startswith("【民生微实事】您提的“村口坡道”动工了，预计")


@pytest.mark.parametrize("title", ["坡道", "卫生站门口到文化广场一段两百米长的无障碍坡道和扶手"])
@pytest.mark.parametrize("action", [key for key, said in rules.ACTIONS.items() if said.topic != Topic.VOTE])
def test_a_text_message_is_never_long(project, action, title, noon):
    project.title = title
    project.save()
    action, _to, state = action.partition(">")
    action, _from, before = action.partition("<")
    event = record(action, by="test", on=project, before={"state": before}, after={"state": state})
    message = Message(person=project.proposer, event=event, topic=Topic.WORKS, why="proposer")

    note = sending._news(message)

    stop = "https://wss.example/stop/" + stops.token(10**9, Via.SMS, moments.today()) + "/"
    text = sms.TEMPLATES[note.template] % {**note.values, "stop": stop}
    assert len(text) + len("【民生微实事】") <= 200
    assert len(note.values["title"]) <= rules.TITLE_MOST


def test_nobody_elses_words_go_into_a_text_message(project, noon):
    event = record("project.pause", by="test", on=project, reason="打13912345678领奖", sentence="点这里领奖")
    messages.tell(event)
    relayed()

    assert "您提的“村口坡道”已暂停" in texts()[0]
    assert "领奖" not in texts()[0]


@pytest.mark.parametrize(
    ("at", "sent_at"),
    [("20:59", "20:59"), ("21:00", "次日 08:00"), ("23:30", "次日 08:00"), ("03:00", "08:00"), ("08:00", "08:00")],
)
def test_between_nine_in_the_evening_and_eight_in_the_morning_nothing_leaves(at, sent_at):
    local = datetime.fromisoformat(f"2026-11-25 {at}").replace(tzinfo=HERE)
    day = 26 if "次日" in sent_at else 25

    due = rules.after_quiet(local)

    assert due == datetime.fromisoformat(f"2026-11-{day} {sent_at.split()[-1]}").replace(tzinfo=HERE)


def test_at_night_the_inbox_has_it_and_the_text_waits_for_the_morning(project):
    night, morning = (datetime(2026, 11, day, hour, 30, tzinfo=HERE) for day, hour in ((25, 22), (26, 8)))
    with moments.at(night):
        start(project)
        relayed()
        assert Message.objects.count() == 1
        assert Outbox.objects.get(topic=sending.SEND).due_at == datetime(2026, 11, 26, 8, 0, tzinfo=HERE)
        Outbox.objects.filter(topic=sending.SEND).update(due_at=night)  # a relay whose clock is early
        relayed()
        assert texts() == []
    with moments.at(morning):
        relayed()
        assert len(texts()) == 1, "put off twice and sent once"


def test_a_sign_in_code_does_not_wait_behind_thousands(project, noon):
    for _n in range(20):
        follows.follow(project, by=(one := make.person()))
        settings.keep(one, Via.SMS, [Topic.DECISION])
    messages.tell(record("project.advance", by="test", on=project, after={"state": S.ON_NOTICE}))

    due = sorted(Outbox.objects.filter(topic=sending.SEND).values_list("due_at", flat=True))

    assert [each - due[0] for each in due] == [number * sending.APART for number in range(20)]


def test_over_the_days_budget_the_inbox_alone_tells(project, noon, settings, caplog):
    settings.SMS_DAY_BUDGET = 5
    for _n in range(4):
        assert sms.spare("project_news")

    start(project)
    relayed()

    assert texts() == []
    assert Message.objects.count() == 1
    assert "a message of template project_news was not sent" in caplog.text


def test_followers_are_told_of_a_decision_only_if_they_asked(project, noon):
    asked, silent = make.person(phone="+8613900000002"), make.person()
    for one in (asked, silent):
        follows.follow(project, by=one)
    settings.keep(asked, Via.SMS, [*settings_on(asked), Topic.DECISION])

    messages.tell(record("project.advance", by="test", on=project, after={"state": S.ON_NOTICE}))
    relayed()

    assert [message.phone for message in DemoMessage.objects.all()] == ["+8613900000002"]
    assert Message.objects.count() == 3


def settings_on(person):
    return [topic for via, topic in sending.wanted(person) if via == Via.SMS and topic != Topic.DESK]


class Chat:
    """A chat service of another house: what it was handed."""

    sent: list = []

    def reaches(self, person):
        return True

    def send(self, person, template, values):
        self.sent.append((person.pk, template, dict(values)))


@pytest.fixture
def wechat(settings):
    Chat.sent = []
    settings.MESSAGE_PROVIDERS = {"wechat": f"{__name__}.Chat", "email": ""}
    return Chat


def test_wechat_is_asked_for_right_after_an_act_and_then_goes_before_text_messages(client, project, noon, wechat):
    me = project.proposer
    client.force_login(me)
    page = f"/p/{project.code}/follow/"
    assert "要在微信提醒您结果吗" not in client.get(page).content.decode()
    just = client.post(page, follow=True).content.decode()
    assert "要在微信提醒您结果吗？" in just

    client.post(page, {"act": "wechat"})
    start(project)
    relayed()

    assert "要在微信提醒您结果吗" not in client.get(f"{page}?just=1").content.decode()
    assert [(who, template) for who, template, _values in wechat.sent] == [(me.pk, "project_news")]
    assert texts() == []


def test_where_no_wechat_is_set_up_nobody_is_asked(client, project):
    client.force_login(make.person())

    just = client.post(f"/p/{project.code}/follow/", follow=True).content.decode()

    assert "微信" not in just
    assert list(channels.ready()) == [Via.SMS]


# --- stop in one tap -------------------------------------------------------------------------------


def stop_path(person, on=None):
    return f"/stop/{stops.token(person.pk, Via.SMS, on or moments.today())}/"


def test_the_link_in_a_message_stops_it_without_signing_in_and_takes_it_back(client, project, noon):
    start(project)
    relayed()
    path = "/stop/" + texts()[0].split("/stop/")[1]

    opened = client.get(path)
    assert "不再收短信？" in opened.content.decode() and not opened.cookies
    assert not MessageSetting.objects.exists(), "opening it changes nothing"
    stopped = client.post(path, follow=True).content.decode()
    assert "已经停发短信" in stopped and "撤销" in stopped
    start(project)
    relayed()
    assert len(texts()) == 1
    client.post(path, {"act": "undo"})
    assert not MessageSetting.objects.exists()
    start(project)
    relayed()
    assert len(texts()) == 2
    assert Message.objects.count() == 3, "the inbox had it all along"


def test_an_old_an_altered_and_a_made_up_link_say_how_and_change_nothing(client, project):
    me = project.proposer
    good = stop_path(me)
    old = stop_path(me, moments.today() - timedelta(days=stops.LIFE_DAYS + 1))
    altered = good[:-3] + ("0" if good[-3] != "0" else "1") + good[-2:]
    other = good.replace("/stop/", "/stop/1")

    for path in (old, altered, other, "/stop/x/", "/stop/---/", "/stop/é-s-1-2/"):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 404, path
            assert "消息设置" in answer.content.decode(), path
    assert not MessageSetting.objects.exists()


def test_a_link_signed_with_the_key_before_still_works(client, project, settings):
    path = stop_path(project.proposer)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]

    assert client.get(path).status_code == 200


# --- the week's digest -----------------------------------------------------------------------------


@pytest.fixture
def week(project):
    """Somebody with unread progress of two projects, and one who has read theirs."""
    reader, idle = make.person("读测试", phone="+8613900000003"), make.person("闲测试", phone="+8613900000004")
    others = [make.project(state=S.IN_PROGRESS, title=f"路灯{n}") for n in range(2)]
    with moments.at(MONDAY - timedelta(days=3)):
        for each in others:
            follows.follow(each, by=reader)
            follows.follow(each, by=idle)
            with transaction.atomic():
                event = record("milestone.finish", by="test", on=each)
            messages.tell(event)
        relayed()
    messages.read(Message.objects.filter(person=idle))
    return reader


def tick():
    tasks.send_weekly_digest()


def test_progress_is_told_on_monday_at_nine_in_one_message_to_who_has_not_read_it(week):
    assert texts() == []

    for early in (MONDAY - timedelta(minutes=1), MONDAY - timedelta(days=1)):
        with moments.at(early):
            tick()
            relayed()
    assert texts() == []
    with moments.at(MONDAY):
        for _n in range(3):
            tick()
            relayed()
    with moments.at(MONDAY + timedelta(hours=2)):
        tick()
        relayed()

    assert [message.phone for message in DemoMessage.objects.all()] == ["+8613900000003"]
    assert "您关注的2个项目这周有新进展，最近的是“路灯1”" in texts()[0]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_schedulers_and_many_relays_send_one_digest_each(week):
    def scheduler(_n):
        with moments.at(MONDAY):
            tick()
            relayed()

    came = at_once(scheduler, times=8)

    assert [each for each in came if isinstance(each, Exception)] == []
    assert len(texts()) == 1


def test_the_next_week_is_another_digest(week):
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        with moments.at(monday):
            tick()
            relayed()

    assert len(texts()) == 1, "what the first one told is no news of the second week"


# --- settings, calls -------------------------------------------------------------------------------


def test_each_kind_is_switched_on_and_off_by_itself(client, project, noon):
    me = project.proposer
    client.force_login(me)
    shown = client.get("/me/settings/").content.decode()
    assert "开工、暂停、恢复" in shown and "微信" not in shown

    on = [topic for topic in settings_on(me) if topic != Topic.WORKS]
    assert client.post("/me/settings/", {"sms": [*on, Topic.VOTE]}).status_code == 302
    assert set(settings_on(me)) == {*on, Topic.VOTE}
    start(project)
    relayed()
    assert texts() == []
    client.post("/me/settings/", {"sms": [*on, Topic.WORKS]})
    assert not MessageSetting.objects.exists(), "at its defaults nothing is kept"
    client.post("/me/settings/", {})
    assert MessageSetting.objects.get().topic == ""
    assert settings_on(me) == []
    assert client.post("/me/settings/", {"sms": ["nonsense"]}).status_code == 422


def test_without_a_phone_there_is_nothing_to_set_and_somebody_calls(client, noon):
    project = make.project(state=S.FILED, proposer=make.person("陈测试", phone=None), title="村口坡道")
    worker = make.officer(Role.SOCIAL_WORKER)
    messages.tell(record("project.return", by="test", on=project, sentence="请补照片", after={"state": S.RETURNED}))
    relayed()
    client.force_login(project.proposer)
    assert "社工会当面或打电话告诉您" in client.get("/me/settings/").content.decode()

    client.force_login(worker)
    todo = {todo.label: todo for todo in client.get("/desk/").context["todos"]}["要打的电话"]
    shown = client.get(todo.url).content.decode()
    assert todo.count == 1 and "陈测试" in shown and "请补照片" in shown and f"/p/{project.code}/print/" in shown
    client.post(todo.url, {"task": CallTask.objects.get().pk})

    task = CallTask.objects.get()
    assert task.done_by == worker and task.done_at is not None
    assert "没有要打的电话" in client.get(todo.url).content.decode()


@pytest.mark.django_db(databases=build.URN)
def test_an_elder_is_called_about_the_start_and_may_see_who_looked_at_the_phone(client, project):
    elder = project.proposer
    office = build.prepared()
    build.on_roll(office.poll, elder, age_band="75+")
    worker = make.officer(Role.SOCIAL_WORKER, name="陈社工")
    start(project)
    client.force_login(worker)
    assert "13900000001" not in client.get("/desk/calls/").content.decode()

    seen = client.post("/desk/calls/", {"task": CallTask.objects.get().pk, "act": "phone"}).content.decode()

    assert "13900000001" in seen
    client.force_login(elder)
    mine = client.get("/me/looked-up/").content.decode()
    assert "陈*" in mine and "陈社工" not in mine
    assert "还没有人查看过您的电话" not in mine
    client.force_login(make.person())
    assert "还没有人查看过您的电话" in client.get("/me/looked-up/").content.decode()


def test_calls_of_another_village_are_not_shown_and_residents_have_none(client, noon):
    project = make.project(state=S.FILED, proposer=make.person(phone=None))
    messages.tell(record("project.return", by="test", on=project, after={"state": S.RETURNED}))
    task = CallTask.objects.get()

    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    assert "没有要打的电话" in client.get("/desk/calls/").content.decode()
    assert client.post("/desk/calls/", {"task": task.pk}).status_code == 404
    assert client.post("/desk/calls/", {"task": "x"}).status_code == 404
    client.force_login(project.proposer)
    assert client.get("/desk/calls/").status_code == 403


# --- the ballot stays secret -----------------------------------------------------------------------


@pytest.mark.django_db(databases=build.URN)
def test_what_tells_of_a_poll_says_nothing_of_any_ballot(noon):
    from voting.services import own_ballots

    office = build.opened(rules={"ballot_limit": 2})
    voter, idle = (build.on_roll(office.poll).person for _n in range(2))
    chosen = office.projects[0]
    own_ballots.vote(office.poll.pk, {chosen.code: 1}, by=voter)
    for one in (voter, idle):
        settings.keep(one, Via.SMS, [Topic.VOTE])
    for action in ("poll.opened", "poll.last_day"):
        if action == "poll.last_day":
            record(action, by="test", on=office.poll, sentence="离投票截止不到24小时")
        told(action=action)
    kept = json.dumps(
        [*Outbox.objects.values(), *Message.objects.values("topic", "why", "event__sentence")], default=str
    )
    relayed()

    of = {
        one.pk: [m.text.split("/stop/")[0] for m in DemoMessage.objects.filter(phone=one.phone)]
        for one in (voter, idle)
    }
    assert of[voter.pk] == of[idle.pk] and len(of[voter.pk]) == 1, "who voted reads the same as who did not"
    assert chosen.code not in kept and chosen.title not in kept
    assert chosen.title not in "".join(texts())


def test_the_counter_of_messages_names_nobody(project, noon):
    start(project)
    relayed()

    assert "13900000001" not in json.dumps([*RateCount.objects.values("key"), *Outbox.objects.values()], default=str)
    assert timezone.is_aware(Outbox.objects.first().due_at)
