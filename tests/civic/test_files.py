"""Files: only pictures and plain PDFs get in, pictures leave their metadata behind, and a form keeps what it took."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from civic import files, moments
from civic.forms import PhotosField, UploadsForm
from civic.models import Attachment, Role
from tests import make

pytestmark = pytest.mark.django_db
CANARY = b"CANARY-GPS-22.2293-113.2965"


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **save)
    return out.getvalue()


def upload(data: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def jpeg_with_everything() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = CANARY.decode()
    return picture(size=(320, 200), exif=exif, comment=CANARY)


def png_with_text() -> bytes:
    info = PngInfo()
    info.add_text("Location", CANARY.decode())
    return picture("PNG", pnginfo=info)


@pytest.mark.parametrize("data", [jpeg_with_everything(), png_with_text(), picture() + b"PK\x03\x04<html>" + CANARY])
def test_a_photo_is_made_anew_without_anything_hidden_in_it(data):
    assert CANARY in data

    kept = files.keep(upload(data), by=make.person())

    stored = kept.file.read()
    assert CANARY not in stored
    assert b"<html>" not in stored
    assert Image.open(io.BytesIO(stored)).format == "WEBP"


def test_a_photo_comes_as_small_as_it_is_shown_and_goes_with_its_smaller_ones(
    client, django_capture_on_commit_callbacks
):
    noise = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(noise, "JPEG")
    kept = files.keep(upload(noise.getvalue()), by=make.person())
    url = f"/files/{kept.token}/"
    hidden = client.get(f"{url}?size=card").status_code
    files.use([kept], public=True)

    bodies = {size: b"".join(client.get(f"{url}?size={size}").streaming_content) for size in ("", "page", "card", "x")}
    again = b"".join(client.get(f"{url}?size=card").streaming_content)

    assert hidden == 404
    assert [Image.open(io.BytesIO(bodies[size])).size for size in bodies] == [
        (1600, 1200),
        (720, 540),
        (240, 180),
        (1600, 1200),
    ]
    assert again == bodies["card"]
    assert len(bodies["card"]) * 20 < len(bodies[""])
    folder = Path(kept.file.path).parent
    assert len(list(folder.glob(f"{kept.sha256}*"))) == 3
    Attachment.objects.update(is_used=False)
    with moments.at(moments.now() + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        files.drop_orphans()
    assert list(folder.glob(f"{kept.sha256}*")) == []


def test_a_turned_photo_stands_upright():
    kept = files.keep(upload(jpeg_with_everything()), by=make.person())

    assert (kept.width, kept.height) == (200, 320)


def test_a_heic_photo_is_converted():
    out = io.BytesIO()
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (320, 240), "teal")).save(out)

    assert files.keep(upload(out.getvalue(), "a.heic"), by=make.person()).kind == "photo"


def gif(frames: int) -> bytes:
    out, image = io.BytesIO(), Image.new("P", (8, 8))
    image.save(out, "GIF", save_all=True, append_images=[image] * (frames - 1))
    return out.getvalue()


def animated_webp() -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", (8, 8))
    image.save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])
    return out.getvalue()


EVIL = {
    "empty": (b"", "file_empty"),
    "one byte over 10 MB": (b"x" * (10 * 1024 * 1024 + 1), "file_too_big"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type"),
    "html named jpg": (b"<html><script>alert(1)</script>", "file_type"),
    "cut jpeg": (picture(size=(2000, 2000))[:2000], "file_type"),
    "gif of many frames": (gif(50), "file_type"),
    "moving webp": (animated_webp(), "file_type"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "file_type"),
    "locked pdf": (b"%PDF-1.7\n/Encrypt 5 0 R", "file_type"),
    "pdf with a script": (b"%PDF-1.7\n<< /JavaScript (x) >>", "file_type"),
    "eicar": (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "file_type"),
}


@pytest.mark.parametrize(("data", "code"), EVIL.values(), ids=EVIL.keys())
def test_an_evil_file_is_refused_with_a_reason_and_nothing_is_kept(data, code):
    with pytest.raises(files.FileRejected) as refusal:
        files.keep(upload(data), by=make.person())

    assert refusal.value.code == code
    assert Attachment.objects.count() == 0


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn():
    # a valid header that promises 30,000 x 30,000; the body need not follow
    header = bytearray(picture("PNG", (8, 8)))
    header[16:24] = (30000).to_bytes(4, "big") * 2

    with pytest.raises(files.FileRejected):
        files.keep(upload(bytes(header), "big.png"), by=make.person())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "x" * 300 + ".jpg", "<svg onload=alert(1)>.jpg", "CON", "a\x00b.jpg"]
)
def test_the_senders_name_for_a_file_never_reaches_the_disk(name):
    given = upload(picture())
    given._name = name

    kept = files.keep(given, by=make.person())

    assert kept.file.name == f"{kept.sha256[:2]}/{kept.sha256}.webp"


class Handing(UploadsForm):
    title = forms.CharField()
    photos = PhotosField(required=False, most=3)
    paper = PhotosField(required=False, documents=True, single=True)


def hand_in(by, data=None, **uploads) -> Handing:
    return Handing(MultiValueDict(data or {}), MultiValueDict(uploads), by=by)


def test_what_was_taken_in_survives_the_errors_of_the_form():
    by = make.person()

    first = hand_in(by, photos=[upload(picture()), upload(b"<html>")])
    assert not first.is_valid()
    kept = Attachment.objects.get()
    assert str(kept.token) in first["photos"].as_widget()

    second = hand_in(by, {"title": ["有题目了"], "photos-kept": [str(kept.token)]})
    assert second.is_valid(), second.errors
    assert second.cleaned_data["photos"] == [kept]


def test_a_token_of_somebody_else_or_of_nothing_brings_no_file():
    kept = files.keep(upload(picture()), by=make.person())

    form = hand_in(make.person(), {"title": ["x"], "photos-kept": [str(kept.token), "nonsense"]})

    assert form.is_valid()
    assert form.cleaned_data["photos"] == []


def test_more_files_than_asked_for_are_refused_and_a_pdf_only_where_documents_go():
    by, pdf = make.person(), upload(b"%PDF-1.4\n%%EOF", "a.pdf", "application/pdf")

    many = hand_in(by, {"title": ["x"]}, photos=[upload(picture()) for _ in range(4)])
    wrong = hand_in(by, {"title": ["x"]}, photos=[pdf])
    right = hand_in(by, {"title": ["x"]}, paper=[upload(b"%PDF-1.4\n%%EOF", "a.pdf")])

    assert many.errors["photos"].as_data()[0].code == "file_too_many"
    assert wrong.errors["photos"].as_data()[0].code == "file_type"
    assert right.is_valid()


def test_a_private_file_opens_for_its_sender_and_not_for_strangers(client):
    sender = make.person()
    kept = files.keep(upload(picture()), by=sender)
    url = f"/files/{kept.token}/"

    assert client.get(url).status_code == 404
    client.force_login(sender)
    answer = client.get(url)

    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("role", "at", "code"),
    [
        (Role.SOCIAL_WORKER, make.VILLAGE, 200),
        (Role.TOWN_HANDLER, make.TOWN, 200),
        (Role.AUDITOR, make.DISTRICT, 200),
        (Role.SOCIAL_WORKER, make.OTHER_VILLAGE, 404),
        (Role.TOWN_HANDLER, make.OTHER_TOWN, 404),
        (Role.CONTRACTOR, make.TOWN, 404),
        (Role.SYSTEM_ADMIN, make.DISTRICT, 404),
        (Role.ASSEMBLY_MEMBER, make.VILLAGE, 404),
    ],
)
def test_a_private_file_of_the_record_opens_for_the_offices_of_its_place_alone(client, role, at, code):
    kept = files.keep(upload(picture()), by=make.person())
    make.areas()
    files.use([kept], public=False, at=make.VILLAGE)
    client.force_login(make.officer(role, at))

    assert client.get(f"/files/{kept.token}/").status_code == code


def test_a_private_file_that_no_record_took_opens_for_no_office(client):
    kept = files.keep(upload(picture()), by=make.person())
    client.force_login(make.officer(Role.SOCIAL_WORKER))

    assert client.get(f"/files/{kept.token}/").status_code == 404


def test_an_upload_that_no_record_took_is_forgotten_after_two_days(django_capture_on_commit_callbacks):
    left, used = (files.keep(upload(picture(size=(n, n))), by=make.person()) for n in (20, 30))
    files.use([used], public=True)

    with moments.at(timezone.now() + timedelta(days=3)), django_capture_on_commit_callbacks(execute=True):
        files.drop_orphans()

    assert list(Attachment.objects.all()) == [used]
    assert not left.file.storage.exists(left.file.name)
