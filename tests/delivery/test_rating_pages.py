"""Rating (评价) and rating again (追评): words, a voice, a photo, the states of the page, and what everybody reads of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from civic import files, moments, people
from civic.models import Attachment, AuditEvent
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import queries, tasks
from delivery.models import Afterword, FollowUp, Rating, Rectification
from delivery.services import ratings, rectifying
from tests import make, recordings
from tests.delivery import build
from tests.delivery.test_acceptance_pages import picture, url

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def town():
    return build.town()


@pytest.fixture
def project(town):
    return build.completed(town)


def shown(client, project) -> str:
    """What everybody reads of the ratings."""
    return client.get(url("ratings", project.code)).content.decode()


def look(project, **more) -> FollowUp:
    """The look back after three months, whose day has come."""
    found = project.follow_ups.earliest("months")
    for name, value in ({"due_on": today()} | more).items():
        setattr(found, name, value)
    found.save()
    return found


def test_words_chips_and_a_photo_are_public_and_the_voice_is_not(client, town, project):
    client.force_login(town.resident)

    said = {"score": "4", "reasons": ["质量", "沟通"], "words": "坡道好走", "photo": picture()}
    done = client.post(url("rate", project.code), said | {"voice": recordings.upload()}, follow=True)
    rating = Rating.objects.select_related("voice", "photo").get()
    client.logout()
    html = shown(client, project)

    assert done.status_code == 200
    assert f'/files/{rating.voice.token}/" download' in done.content.decode(), "their own recording they can hear"
    assert "陈**" in html
    assert "质量、沟通" in html
    assert "坡道好走" in html
    assert "还说了一段录音（5秒），只给经办的人听，不公开。" in html
    assert f"/files/{rating.photo.token}/" in html
    assert str(rating.voice.token) not in html
    assert client.get(f"/files/{rating.photo.token}/").status_code == 200
    assert client.get(f"/files/{rating.voice.token}/").status_code == 404


def test_what_cannot_be_taken_is_said_at_its_field_and_the_rest_stays(client, town, project):
    client.force_login(town.resident)

    answer = client.post(
        url("rate", project.code),
        {"score": "2", "words": "扶手松了", "voice": recordings.upload(recordings.amr(75)), "photo": picture()},
    )
    html = answer.content.decode()

    assert answer.status_code == 422
    assert "录音有1分15秒，最长1分钟" in html
    assert "扶手松了</textarea>" in html
    assert 'name="photo-kept"' in html
    assert Rating.objects.count() == 0


def test_a_change_keeps_photo_and_voice_until_they_are_taken_off(client, town, project):
    client.force_login(town.resident)
    client.post(url("rate", project.code), {"score": "4", "photo": picture(), "voice": recordings.upload()})
    rating = Rating.objects.get()
    held = {"photo-kept": str(rating.photo.token), "voice-kept": str(rating.voice.token)}

    client.post(url("rate", project.code), {"score": "5"} | held)
    kept = Rating.objects.get()
    client.post(url("rate", project.code), {"score": "5", "voice-drop": held["voice-kept"]} | held)
    less = Rating.objects.get()
    with moments.at(now() + timedelta(days=3)):
        files.drop_orphans()

    assert (kept.score, kept.photo_id, kept.voice_id) == (5, rating.photo_id, rating.voice_id)
    assert (less.photo_id, less.voice_id) == (rating.photo_id, None)
    assert not Attachment.objects.filter(kind="voice").exists()


def test_a_number_in_the_words_is_told_and_not_published(client, town, project):
    client.force_login(town.resident)

    answer = client.post(url("rate", project.code), {"score": "2", "words": "打我电话13800138000"})

    assert answer.status_code == 422
    assert Rating.objects.count() == 0


def test_while_acceptance_found_faults_the_page_says_until_when_they_are_mended(client, town):
    project = build.held(town, build.finished(town), build.measured(result="fail"))
    client.force_login(town.resident)

    html = client.get(url("rate", project.code)).content.decode()

    due = Rectification.objects.get().due_on
    assert f"正在整改，{due.month}月{due.day}日" in html
    assert "验收后就能评" in html


def test_who_answers_a_complaint_hears_it_and_does_not_read_who_it_was(client, town, project):
    client.force_login(town.resident)
    client.post(url("rate", project.code), {"score": "1", "voice": recordings.upload()})
    voice = Rating.objects.get().voice
    client = Client()  # another's browser: nothing that was said to the first is left
    client.force_login(town.village)

    html = client.get(url("fix", Rectification.objects.get().pk)).content.decode()

    assert f"/files/{voice.token}/" in html
    assert client.get(f"/files/{voice.token}/").status_code == 200
    assert "陈**" not in html
    assert "陈居民" not in html


def test_at_a_look_back_one_says_again_how_it_is(client, town, project):
    client.force_login(town.resident)
    client.post(url("rate", project.code), {"score": "5"})
    early = client.get(url("rate_again", project.code))
    visit = look(project)
    ratings.look_back(visit, by=town.social, note="坡道完好，扶手有点松")

    asked = client.get(url("rate", project.code)).content.decode()
    page = client.get(url("rate_again", project.code)).content.decode()
    empty = client.post(url("rate_again", project.code), {})
    done = client.post(url("rate_again", project.code), {"score": "2", "words": "扶手松了"}, follow=True)
    client.logout()
    html = shown(client, project)

    assert "还没有到回头看的日子" in early.content.decode()
    assert "3个月过去了，现在还好用吗？" in asked
    assert "坡道完好，扶手有点松" in asked
    assert " checked" not in page
    assert empty.status_code == 422
    assert "您追评了“不满意”" in done.content.decode()
    assert "3个月后追评：不满意" in html
    assert list(Rating.objects.values_list("score", flat=True)) == [5], "the first one stands beside it"
    assert Rectification.objects.filter(done_on=None, what="扶手松了").count() == 1
    assert AuditEvent.objects.get(action="rating.again").sentence == "{who}追评（3个月）“不满意”"


def test_one_afterword_per_look_back_changed_within_seven_days(client, town, project):
    ratings.rate(project, by=town.resident, score=4)
    visit = look(project)
    ratings.rate_again(visit, by=town.resident, score=4)

    with moments.at(now() + timedelta(days=7) - MINUTE):
        ratings.rate_again(visit, by=town.resident, score=3, words="还行")
    with moments.at(now() + timedelta(days=7) + MINUTE):
        with pytest.raises(RuleBroken, match="现在不能改了"):
            ratings.rate_again(visit, by=town.resident, score=5)
        client.force_login(town.resident)
        assert client.get(url("rate_again", project.code)).url == url("rate", project.code)

    assert list(Afterword.objects.values_list("score", "words")) == [(3, "还行")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Afterword.objects.create(rating=Rating.objects.get(), look=visit, score=5, edit_until=now())
    with pytest.raises(IntegrityError, match="afterword_score_known"), transaction.atomic():
        Afterword.objects.update(score=6)


def test_what_is_said_aloud_at_a_look_back_is_heard_by_who_mends_it_and_by_nobody_else(client, town, project):
    client.force_login(town.resident)
    client.post(url("rate", project.code), {"score": "5", "voice": recordings.upload()})
    look(project)
    door = url("rate_again", project.code)
    too_long = client.post(door, {"score": "2", "voice": recordings.upload(recordings.amr(75))}).content.decode()
    client.post(door, {"score": "2", "voice": recordings.upload()})
    voice = Afterword.objects.get().voice
    held = {"voice-kept": str(voice.token)}
    client.post(door, {"score": "1"} | held)
    kept = Afterword.objects.get()
    other = Client()
    html = shown(other, project)
    other.force_login(town.village)
    desk = other.get(url("fix", Rectification.objects.get().pk)).content.decode()

    assert "录音有1分15秒，最长1分钟" in too_long
    assert (kept.score, kept.voice_id, voice.is_public, voice.is_used) == (1, voice.pk, False, True)
    assert html.count("还说了一段录音（5秒），只给经办的人听，不公开。") == 2
    assert "/files/" not in html and Client().get(f"/files/{voice.token}/").status_code == 404
    assert f"/files/{voice.token}/" in desk and f"/files/{Rating.objects.get().voice.token}/" in desk
    assert other.get(f"/files/{voice.token}/").status_code == 200
    client.post(door, {"score": "1", "voice-drop": held["voice-kept"]} | held)
    assert Afterword.objects.get().voice is None


def test_only_who_rated_may_rate_again_and_only_from_the_day_on(client, town, project):
    visit = look(project, due_on=today() + timedelta(days=1))
    with pytest.raises(RuleBroken, match="先评价"):
        ratings.rate_again(visit, by=town.resident, score=4)
    ratings.rate(project, by=town.resident, score=4)
    with pytest.raises(RuleBroken, match="还没有到"):
        ratings.rate_again(visit, by=town.resident, score=4)
    client.force_login(town.outsider)
    assert client.post(url("rate_again", project.code), {"score": "4"}).status_code == 409
    client.force_login(town.foreman)
    assert client.get(url("rate_again", project.code)).status_code == 403

    assert Afterword.objects.count() == 0


def test_a_fix_that_acceptance_forbids_and_one_a_rating_opens_are_asked_about_again(client, town, project):
    ratings.rate(project, by=town.resident, score=2, words="灯不亮")
    rectifying.answer(Rectification.objects.get(), by=town.village, reply="换了灯泡")
    client.force_login(town.resident)

    html = client.get(url("rate", project.code)).content.decode()

    assert "现在解决了吗？" in html
    assert "换了灯泡" in html


def test_an_erased_voice_is_gone_and_the_rating_counts_on(town, project):
    voice = files.store(recordings.wav(), "voice", town.resident, voice_format="wav", seconds=5)
    again = files.store(recordings.wav(), "voice", town.resident, voice_format="wav", seconds=5)
    ratings.rate(project, by=town.resident, score=4, voice=voice)
    ratings.rate_again(look(project), by=town.resident, score=4, voice=again)
    people.erase(town.resident)

    tasks.forget_erased_people()
    with moments.at(now() + timedelta(days=3)):
        files.drop_orphans()

    assert Rating.objects.get().voice is None and Afterword.objects.get().voice is None
    assert not Attachment.objects.filter(pk__in=[voice.pk, again.pk]).exists()


def test_before_anybody_rated_the_page_says_so(client, town, project):
    early = build.finished(town)

    assert "验收后就能评" in shown(client, early)
    html = shown(client, project)
    assert f'href="{url("ratings", early.code)}"' in client.get(early.get_absolute_url()).content.decode()
    assert "还没有人评价。用过的人说了算。" in html
    assert f'href="{url("rate", project.code)}">我来评价</a>' in html


def test_what_was_said_takes_two_queries_however_many_spoke(town, project, django_assert_num_queries):
    visit = look(project)
    for n in range(3):
        neighbour = make.resident(name=f"邻居{n}")
        ratings.rate(project, by=neighbour, score=4, words="好走")
        ratings.rate_again(visit, by=neighbour, score=5)

    with django_assert_num_queries(2):
        told = [
            (rating.person.public_name, again.look.months)
            for rating in queries.ratings_of(project)
            for again in rating.afterwords.all()
        ]

    assert told == [("邻**", 3)] * 3
