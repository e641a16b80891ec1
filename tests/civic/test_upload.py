"""One photo sent by itself (一张张传): a token for the form that waits, or the words of why it was not taken."""

import io
import shutil
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic import files, limits, recordings
from civic.models import Attachment
from civic.moments import at, now
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


def send(client, data=None, **more):
    files = {} if data is None else {"file": SimpleUploadedFile("photo.jpg", data, "image/jpeg")}
    return client.post("/files/", files | more)


def test_a_photo_comes_back_as_a_token_and_its_picture_that_only_the_sender_sees(client):
    sender = make.person()
    client.force_login(sender)

    answer = send(client, photo())

    kept = Attachment.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"token": str(kept.token), "thumb": f"/files/{kept.token}/?size=card"},
    )
    assert (kept.uploaded_by, kept.is_used, kept.is_public) == (sender, False, False)
    assert "no-store" in answer["Cache-Control"]
    assert client.get(answer.json()["thumb"]).status_code == 200
    client.force_login(make.person())
    assert client.get(answer.json()["thumb"]).status_code == 404


def test_what_is_not_taken_is_told_in_words_with_the_status_of_its_reason(client):
    assert (send(client, photo()).status_code, send(client, photo()).json()) == (
        401,
        {"error": "登录已经过期。请重新登录，再选这张照片"},
    )
    client.force_login(make.person())

    given = {"no file": None, "empty": b"", "too big": b"\xff" * (11 * 1024 * 1024), "page": b"<html>", "pdf": PDF}
    answers = {name: send(client, data) for name, data in given.items()}

    assert {name: (answer.status_code, answer.json()["error"]) for name, answer in answers.items()} == {
        "no file": (422, "请传照片或文件"),
        "empty": (422, "这个文件是空的，请重新选择"),
        "too big": (413, "文件超过10MB，请换一张小一点的"),
        "page": (415, "仅支持 JPG/PNG/WebP/HEIC/PDF，单个不超过 10MB"),
        "pdf": (415, "这里只收照片，请换成 JPG、PNG、WebP 或 HEIC"),
    }
    document = send(client, PDF, documents="1")
    assert (document.status_code, document.json()["thumb"]) == (201, "")
    assert client.get("/files/").status_code == 405


@pytest.mark.parametrize("counted", ["account", "address"])
def test_the_hourly_limits_hold_and_say_when_to_come_again(client, counted):
    sender = make.person()
    client.force_login(sender)
    limit, who = {
        "account": (limits.UPLOAD_ACCOUNT, sender.pk),
        "address": (limits.UPLOAD_IP, "127.0.0.1"),
    }[counted]
    for _ in range(limit.most):
        limit.hit(who)

    answer = send(client, photo())

    assert (answer.status_code, answer.json()) == (429, {"error": "传得太多了，大约60分钟后可以再传"})
    assert int(answer["Retry-After"]) > 3500
    assert not Attachment.objects.exists()


def test_a_day_has_room_for_a_hundred_megabytes_of_one_account_by_whatever_door(client, settings):
    sender, other = make.person(), make.person()
    moment = now()
    with at(moment):
        limits.UPLOAD_DAY_KB.hit(sender.pk, 99_999)
        client.force_login(sender)
        last, over = send(client, photo()), send(client, photo())  # each is counted as a kilobyte and more

    assert (last.status_code, over.status_code) == (201, 422)
    assert over.json()["error"] == "一天最多传100MB，今天已经传满，大约24小时后可以再传。填写的内容还在"
    with pytest.raises(files.FileRejected) as spoken:
        recordings.keep(SimpleUploadedFile("a.amr", b"#!AMR\n" + bytes(900)), by=sender)
    assert spoken.value.code == "file_often"
    assert Attachment.objects.count() == 1
    client.force_login(other)
    assert send(client, photo()).status_code == 201  # the control: another account's day is its own
    with at(moment + timedelta(days=1)):
        assert files.keep(SimpleUploadedFile("p.jpg", photo()), by=sender)


def test_many_uploads_at_once_do_not_pass_the_day_together():
    limits.hit("amounts", 10, 60, 6)

    with pytest.raises(limits.TooOften):
        limits.hit("amounts", 10, 60, 5)
    assert limits.hit("amounts", 10, 60, 4) == 10


def test_where_the_disk_is_nearly_full_files_wait_and_the_rest_of_a_form_is_kept(client, settings, monkeypatch):
    client.force_login(make.person())
    monkeypatch.setattr(files, "disk_percent", lambda: 79.9)
    assert send(client, photo()).status_code == 201
    settings.UPLOADS_OFF_AT_DISK_PERCENT = 80

    monkeypatch.setattr(files, "disk_percent", lambda: 80.0)
    answer = send(client, photo())

    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "存放文件的地方快满了，暂时不能传。填写的内容还在，文件请过后再补",
    )
    assert Attachment.objects.count() == 1


def test_the_disk_is_measured_where_uploads_lie_before_there_are_any(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not" / "yet"

    usage = shutil.disk_usage(tmp_path)

    assert files.disk_percent() == pytest.approx(100 * usage.used / (usage.used + usage.free), abs=1)
