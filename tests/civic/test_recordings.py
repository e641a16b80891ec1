"""Recordings: what phones write gets in, a minute at most, and a voice is heard by those concerned alone."""

import pytest
from django.db import IntegrityError, transaction

from civic import files, recordings
from civic.forms import PhotosField, SpokenForm, TextField, UploadsForm
from civic.models import Attachment, Role
from tests import make
from tests import recordings as phone
from tests.civic.test_files import picture, upload

pytestmark = pytest.mark.django_db
KINDS = {
    "m4a": (phone.m4a(), "audio/mp4"),
    "3gp": (phone.m4a(brand=b"3gp4"), "audio/3gpp"),
    "mp3": (phone.mp3(), "audio/mpeg"),
    "ogg": (phone.ogg(), "audio/ogg"),
    "wav": (phone.wav(), "audio/wav"),
    "amr": (phone.amr(), "audio/amr"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_phones_record_is_taken_and_stays_as_it_was(client, kind):
    data, content_type = KINDS[kind]
    person = make.person()

    kept = recordings.keep(phone.upload(data), by=person)
    client.force_login(person)
    played = client.get(f"/files/{kept.token}/")

    assert (kept.kind, kept.voice_format, kept.seconds, kept.is_public) == ("voice", kind, 5, False)
    assert (b"".join(played), played["Content-Type"]) == (data, content_type)
    assert played["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "这段录音是空的，请重新录一次"),
        (phone.wav(5) + bytes(2 * 1024 * 1024), "录音有2.0MB，最多2MB。请说短一点，或分两次说"),
        (picture(), "这不是录音。请用手机录一段话再传"),
        (b"%PDF-1.4", "这不是录音。请用手机录一段话再传"),
        (b"\xff\xf1" + bytes(64), "这不是录音。请用手机录一段话再传"),
        (phone.m4a(handler=b"vide"), "这是录像，请只录声音"),
        (phone.m4a()[:40], "录音坏了，打不开。请重新录一次"),
        (b"OggS" + bytes(60), "录音坏了，打不开。请重新录一次"),
        (phone.amr()[:-3], "录音坏了，打不开。请重新录一次"),
        (phone.amr(83), "录音有1分23秒，最长1分钟。请录短一点，或分两次说"),
        (phone.ogg(61), "录音有1分1秒，最长1分钟。请录短一点，或分两次说"),
    ],
)
def test_what_cannot_be_kept_says_what_to_do(data, told):
    with pytest.raises(files.FileRejected, match=told):
        recordings.keep(phone.upload(data), by=make.person())

    assert Attachment.objects.count() == 0


def test_a_minute_and_a_blink_is_a_minute():
    assert recordings.keep(phone.upload(phone.wav(60.4)), by=make.person()).seconds == 60


def test_only_the_person_and_those_who_see_to_it_hear_a_voice(client):
    make.areas()
    person = make.person()
    kept = recordings.keep(phone.upload(), by=person)
    files.use([kept], public=False, at=make.VILLAGE)

    heard = {}
    for role in (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE, Role.TOWN_HANDLER, Role.AUDITOR, Role.SUPERVISOR):
        client.force_login(make.officer(role, make.TOWN))
        heard[role.value] = client.get(f"/files/{kept.token}/").status_code
    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))
    heard["elsewhere"] = client.get(f"/files/{kept.token}/").status_code
    client.force_login(make.person())
    heard["neighbour"] = client.get(f"/files/{kept.token}/").status_code
    client.logout()
    heard["stranger"] = client.get(f"/files/{kept.token}/").status_code
    client.force_login(person)
    heard["self"] = client.get(f"/files/{kept.token}/").status_code

    assert heard == {
        "social_worker": 200,
        "village_office": 200,
        "town_handler": 200,
        "auditor": 404,
        "supervisor": 404,
        "elsewhere": 404,
        "neighbour": 404,
        "stranger": 404,
        "self": 200,
    }


def test_a_player_may_ask_for_a_part(client):
    person, data = make.person(), phone.wav(1)
    kept = recordings.keep(phone.upload(data), by=person)
    client.force_login(person)

    def asked(part: str):
        return client.get(f"/files/{kept.token}/", headers={"Range": part})

    assert (asked("bytes=0-1").status_code, asked("bytes=0-1").content) == (206, data[:2])
    assert asked("bytes=0-1")["Content-Range"] == f"bytes 0-1/{len(data)}"
    assert asked("bytes=44-").content == data[44:]
    assert asked(f"bytes={len(data)}-").status_code == 416
    assert b"".join(asked("pages=1")) == data


def test_the_database_refuses_a_public_voice_and_one_over_a_minute():
    kept = recordings.keep(phone.upload(), by=make.person())

    for change in ({"is_public": True}, {"seconds": 61}, {"seconds": None}, {"voice_format": ""}):
        with pytest.raises(IntegrityError, match="attachment_voice"), transaction.atomic():
            Attachment.objects.filter(pk=kept.pk).update(**change)


class Said(SpokenForm):
    stands_for = "title"
    title = TextField(error_messages={"required": "写下是什么事"})


class Shown(UploadsForm):
    photos = PhotosField(required=False)


def test_a_recording_stands_for_the_words_and_never_for_a_photo(rf):
    person = make.person()
    voice = recordings.keep(phone.upload(), by=person)
    photo = files.keep(upload(picture()), by=person)

    def errors(form, **sent):
        request = rf.post("/", sent)
        return form(request.POST, request.FILES, by=person).errors.get_json_data()

    assert errors(Said, voice=phone.upload()) == {}
    assert errors(Said, **{"voice-kept": str(voice.token)}) == {}
    assert list(errors(Said)) == ["title"]
    assert list(errors(Said, **{"voice-kept": str(photo.token)})) == ["title"]
    assert list(errors(Said, voice=phone.upload(b"nothing"))) == ["voice"]
    request = rf.post("/", {"photos-kept": str(voice.token)})
    form = Shown(request.POST, request.FILES, by=person)
    assert form.is_valid()
    assert form.cleaned_data["photos"] == []
