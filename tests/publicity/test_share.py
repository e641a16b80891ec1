"""What leaves the screen: the A3 poster, the picture to send on, and what a link card shows."""

import re
import subprocess
from io import BytesIO

import pytest
import qrcode
from PIL import Image

from civic.models import Role
from civic.qr import image
from proposals.models import ProjectState as S
from publicity import pictures, posters
from publicity.posters import Sheet
from tests import make
from tests.publicity import build

pytestmark = pytest.mark.django_db
LONG = Sheet(
    title="村口到卫生站沿路加装夜灯扶手坡道座椅雨棚饮水点和无障碍标识并修补路面六处排水沟三处",
    code="WSS-2026-0001",
    place="斗门镇 小濠冲村",
    mark="演示数据",
    step="第5步，共6步：实施",
    segments=("done", "done", "done", "done", "halted", "later"),
    answers=(
        ("现在", "暂停：等管线迁改，原因由镇建设办说明，" * 8),
        ("谁在办", "斗门镇建设管理和生态环境办公室 审核岗 李*；领办人 王*"),
        ("还剩几天", "▲ 还剩1个工作日"),
        ("花多少钱", "合同价加变更 1,250,700.50元"),
        ("下一步", "暂停的原因解决后接着办"),
    ),
    address="https://weishishi.example.gov.cn/q/WSS-2026-0001/",
    site="民生微实事",
    phone="0756-0000000",
)


@pytest.fixture
def project():
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    found = make.project(state=S.FILED, title="卫生站门口修坡道", mark="演示")
    build.events(found, 2, by=worker, role=Role.SOCIAL_WORKER, unit="斗门社工站", post="驻村社工")
    return found


def told_of(pdf, tmp_path):
    """What pdfinfo and pdftotext say of a file."""
    file = tmp_path / "poster.pdf"
    file.write_bytes(pdf)
    return [_run("pdfinfo", file), _run("pdftotext", "-layout", file, "-")]


def _run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_poster_is_one_sheet_of_a3_with_the_five_answers(client, project, tmp_path):
    answer = client.get(f"/p/{project.code}/poster.pdf")

    info, text = told_of(b"".join(answer.streaming_content), tmp_path)
    assert answer["Content-Type"] == "application/pdf"
    assert re.search(r"Pages: +1\n", info) and "A3" in info
    assert all(word in text for word in ("卫生站门口修坡道", project.code, "现在", "谁在办", "下一步", "0756-0000000"))
    assert f"http://testserver/q/{project.code}/" in text


def test_the_longest_words_still_fit_one_sheet(tmp_path):
    info, text = told_of(posters.pdf(LONG), tmp_path)

    assert re.search(r"Pages: +1\n", info)
    assert "0756-0000000" in text


def test_where_no_pdf_can_be_made_the_page_prints(client, project, monkeypatch):
    monkeypatch.setattr(posters, "pdf", lambda sheet: None)

    answer = client.get(f"/p/{project.code}/poster.pdf")

    assert (answer.status_code, answer["Location"]) == (302, f"/p/{project.code}/poster/")


def test_the_code_on_the_wall_opens_without_a_cookie(client, project):
    page = client.get(f"/p/{project.code}/poster/").content.decode()
    address = re.search(r'poster-address">http://testserver(/q/[^<]+)<', page).group(1)

    answer = client.get(address, follow=True)

    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, f"/p/{project.code}/")
    assert not client.cookies


def test_the_picture_is_large_enough_and_holds_the_code(client, project):
    answer = client.get(f"/p/{project.code}/share.png")

    picture = Image.open(BytesIO(b"".join(answer.streaming_content))).convert("L")
    code = qrcode.QRCode()
    code.add_data(f"http://testserver/q/{project.code}/")
    modules = code.get_matrix()
    drawn = _code_in(picture, len(modules))
    assert (answer["Content-Type"], picture.width) == ("image/png", 750) and picture.height >= 1000
    assert drawn == modules


def _code_in(picture, count):
    """The square code of a picture, module by module: it stands 240 pixels high at the lower left."""
    size, bottom = 240, picture.height
    columns = [y for y in range(bottom - 1, 0, -1) if picture.getpixel((pictures.EDGE + 40, y)) < 128]
    last = columns[0]  # the lowest dark row of the corner
    border = size * 4 / count
    top = round(last + 1 + border - size)
    step = size / count
    return [
        [
            picture.getpixel((round(pictures.EDGE + (x + 0.5) * step), round(top + (y + 0.5) * step))) < 128
            for x in range(count)
        ]
        for y in range(count)
    ]


def test_without_letters_the_picture_still_has_its_code(settings):
    pictures.font.cache_clear()
    settings.PICTURE_FONT = "/nowhere.ttc"

    drawn = Image.open(BytesIO(pictures.picture(LONG)))

    pictures.font.cache_clear()
    assert drawn.size[0] == 750
    assert image(LONG.address).size[0] > 200


def test_a_picture_is_drawn_once_until_something_happens(client, project, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "picture", lambda sheet: drawn.append(sheet) or b"png")

    for _n in range(3):
        client.get(f"/p/{project.code}/share.png")
    build.events(project, 1, by=make.person())
    client.get(f"/p/{project.code}/share.png")

    assert len(drawn) == 2


def test_the_pages_are_the_same_for_its_proposer(client, project):
    client.force_login(project.proposer)

    pages = [client.get(f"/p/{project.code}/{name}/").content.decode() for name in ("share", "poster")]

    assert all(project.proposer.name not in page for page in pages)


def test_nobody_waits_long_for_what_others_have_drawn(client, project, monkeypatch):
    monkeypatch.setattr(posters, "PATIENCE_SECONDS", 0.05)

    with posters._one_at_a_time:
        busy = [client.get(f"/p/{project.code}/{name}").status_code for name in ("poster.pdf", "share.png")]

    assert busy == [302, 503]
    assert client.get(f"/p/{project.code}/share.png").status_code == 200


@pytest.mark.parametrize("name", ["poster/", "poster.pdf", "share/", "share.png"])
def test_what_nobody_may_see_is_not_shared(client, name):
    assert client.get(f"/p/WSS-2026-9999/{name}").status_code == 404


def test_the_share_page_offers_picture_link_and_paper(client, project):
    page = client.get(f"/p/{project.code}/share/").content.decode()

    assert "长按图片，发给朋友" in page
    assert "选“在浏览器打开”" in page
    assert f'value="http://testserver/p/{project.code}/"' in page
    assert f'href="/p/{project.code}/poster/"' in page


@pytest.mark.parametrize(
    ("address", "kind", "picture"),
    [
        ("/", "website", "/static/img/share.png"),
        ("/notices/", "website", "/static/img/share.png"),
        ("project", "article", "share.png"),
    ],
)
def test_a_link_card_has_title_words_picture_and_address(client, project, address, kind, picture):
    address = address if address.startswith("/") else f"/p/{project.code}/"

    said = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', client.get(address).content.decode()))

    assert said["type"] == kind
    assert said["url"] == f"http://testserver{address}"
    assert said["image"].startswith("http://testserver/") and said["image"].endswith(picture)
    assert said["title"] and said["description"]


def test_the_words_of_a_picture_keep_within_it_in_english_too(client, project):
    client.cookies["lang"] = "en"
    answer = client.get(f"/p/{project.code}/share.png")

    picture = Image.open(BytesIO(b"".join(answer.streaming_content))).convert("L")
    edge = picture.crop((pictures.WIDTH - pictures.EDGE + 4, 40, pictures.WIDTH, picture.height))
    assert edge.getextrema()[0] > 240  # nothing is written over the margin
