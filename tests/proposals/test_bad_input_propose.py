"""What nobody should type and somebody will (RELIABILITY §C), in the three steps of proposing.

Each is answered beside its field (422), keeps everything else, and files nothing; what is fine is kept as meant.
"""

import re
import unicodedata
from uuid import uuid4

import pytest
from django.urls import reverse

from civic.models import Person, Role
from proposals.models import Draft, Project
from tests import make
from tests.proposals import typed
from tests.proposals.typed import FOR_RESIDENT, STEP_1, STEP_2, STEP_3

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client):
    make.areas()
    make.round_()
    client.force_login(make.person(home_area=make.area()))
    return client


@pytest.fixture
def desk(client):
    make.round_()
    client.worker = make.officer(Role.SOCIAL_WORKER, name="陈测试")
    client.force_login(client.worker)
    return client


def step(number, token):
    return reverse("proposals:propose_step", args=[number], query={"draft": token})


def check(draft):
    return reverse("proposals:propose_check", query={"draft": draft.token})


def shown(answer):
    """The page's text and the values its fields hold."""
    page = answer.content.decode()
    return page, re.findall(r'value="([^"]*)"', page) + re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page)


TOO_BIG = "长" * 41
REFUSED = {
    # row: (step, what is typed, words of the answer)
    "1 empty": (1, {"title": ""}, "写下是什么事（至少5个字）"),
    "2 spaces": (1, {"title": "     "}, "写下是什么事（至少5个字）"),
    "2 ideographic spaces": (1, {"title": "　　　　　　"}, "写下是什么事（至少5个字）"),
    "3 zero width": (1, {"title": "\u200b\u200b\u200b\u200b\u200b"}, "看不见的字符"),
    "3 hangul filler": (1, {"title": "\u3164\u3164\u3164\u3164\u3164"}, "看不见的字符"),
    "4 one over": (1, {"title": TOO_BIG}, "最多40个字，现在有41个"),
    "4 one over, by code points": (1, {"title": "𠮷" * 41}, "最多40个字，现在有41个"),
    "4 need over": (1, {"need": "长" * 1001}, "最多1000个字，现在有1001个"),
    "4 place over": (2, {"place_text": "长" * 101}, "最多100个字，现在有101个"),
    "4 plan over": (3, {"plan": "长" * 2001}, "最多2000个字，现在有2001个"),
    "6 nul": (1, {"title": "村口\x00路灯不亮"}, "看不见的特殊字符"),
    "8 bell": (1, {"title": "村口\x07路灯不亮"}, "看不见的特殊字符"),
    "8 escape": (3, {"plan": "\x1b[31m红字"}, "看不见的特殊字符"),
    "10 heap of marks": (1, {"title": "村口路灯不亮a" + "\u0301" * 200}, "叠了太多符号"),
    "category unknown": (1, {"category": "发红包"}, "发红包"),
    "area unknown": (2, {"area": "440403103999"}, "440403103999"),
    "area a town": (2, {"area": make.TOWN}, make.TOWN),
    "no place": (2, {"place_text": ""}, "写旁边有什么，比如“村口榕树下”"),
    "half a pin": (2, {"place_text": "", "latitude": "22.2"}, "写旁边有什么，比如“村口榕树下”"),
    "half a pin beside words": (2, {"longitude": "113.2"}, "纬度和经度要一起填；不填也行"),
    "pin off the map": (2, {"latitude": "91", "longitude": "113"}, "不在地图范围内"),
    "pin not a number": (2, {"latitude": "NaN", "longitude": "113"}, "不在地图范围内"),
    "pin endless": (2, {"latitude": "1e999999", "longitude": "113"}, "不在地图范围内"),
    "27 negative": (3, {"estimate_yuan": "-1"}, "金额不能是负数"),
    "28 minus zero": (3, {"estimate_yuan": "-0.00"}, "金额不能是负数"),
    "28 zero": (3, {"estimate_yuan": "0"}, "0.01"),
    "29 nan": (3, {"estimate_yuan": "NaN"}, "请填写金额"),
    "29 infinity": (3, {"estimate_yuan": "Infinity"}, "请填写金额"),
    "30 exponent": (3, {"estimate_yuan": "1e9"}, "请填写金额"),
    "30 endless exponent": (3, {"estimate_yuan": "1e1000000"}, "请填写金额"),
    "31 three decimals": (3, {"estimate_yuan": "1.005"}, "2"),
    "34 over the cap": (3, {"estimate_yuan": "500000.01"}, "超过单项限额0.01元"),
    "13 digits": (3, {"estimate_yuan": "9" * 13}, "12"),
    "type unknown": (3, {"work_type": "bridge"}, "bridge"),
}
GOOD = {1: STEP_1, 2: STEP_2, 3: STEP_3}


@pytest.mark.parametrize("row", REFUSED)
def test_it_is_refused_beside_its_field_and_nothing_else_is_lost(me, row):
    number, wrong, words = REFUSED[row]
    token = uuid4()

    answer = me.post(step(number, token), GOOD[number] | wrong)

    page, values = shown(answer)
    assert answer.status_code == 422
    assert words in page
    assert "data-error-summary" in page
    kept = {name: value for name, value in GOOD[number].items() if name not in wrong}
    assert set(kept.values()) <= set(values)
    assert kept.items() <= Draft.objects.get().data.items()
    assert not Project.objects.exists()


ACCEPTED = {
    # row: (field, what is typed, what is kept)
    "9 direction override": ("title", "村口\u202e路灯不亮", "村口路灯不亮"),
    "11 emoji and rare characters": ("title", "𠮷祥里💡路灯坏了", "𠮷祥里💡路灯坏了"),
    "11 rare name characters": ("need", "㛃姐、𬱖叔都摔过", "㛃姐、𬱖叔都摔过"),
    "12 crlf": ("need", "第一行\r\n第二行", "第一行\n第二行"),
    "12 decomposed": ("title", unicodedata.normalize("NFD", "Café门口的路灯"), "Café门口的路灯"),
    "13 script": ("title", "<script>alert(1)</script>路灯", "<script>alert(1)</script>路灯"),
    "13 attribute": ("title", '"><svg onload=alert(1)>灯', '"><svg onload=alert(1)>灯'),
    "13 template": ("title", "{{7*7}}路灯坏了", "{{7*7}}路灯坏了"),
    "13 link": ("need", "javascript:alert(1)", "javascript:alert(1)"),
    "14 markup": ("need", '<iframe src="data:text/html,x"></iframe><base href=//x>', None),
    "15 nested": ("need", "<b>" * 200, None),
    "17 outside picture": ("need", "<img src=https://example.com/a.png>", None),
    "26 null": ("need", "null", "null"),
    "26 none": ("need", "None", "None"),
    "26 dashes": ("need", "--", "--"),
}


@pytest.mark.parametrize("row", ACCEPTED)
def test_plain_text_is_kept_as_it_is_and_shown_as_text(me, row):
    field, text, kept = ACCEPTED[row]
    draft = typed.draft(Person.objects.get(pk=me.session["_auth_user_id"]), **{field: text})

    me.post(step(1, draft.token), STEP_1 | {field: text})
    page = me.get(check(draft)).content.decode()
    me.post(check(draft))

    assert getattr(Project.objects.get(), field) == (text if kept is None else kept)
    assert not re.search(r"<(script>alert|svg onload|iframe|base |img src=https|b>)", page)
    assert "49" not in re.findall(r"\d+路灯坏了", page)


@pytest.mark.parametrize(
    ("given", "yuan"), [("１２", 12), ("1,000", 1000), ("１，０００元", 1000), (" 52800.00 ", 52800), ("0.01", "0.01")]
)
def test_an_amount_as_people_type_it(me, given, yuan):
    draft = typed.draft(Person.objects.get(pk=me.session["_auth_user_id"]), estimate_yuan=given)

    me.post(check(draft))

    assert f"{Project.objects.get().estimate_yuan:.2f}" == f"{float(yuan):.2f}"


def test_a_body_of_ten_megabytes_is_too_large(me):
    answer = me.post(step(1, uuid4()), STEP_1 | {"need": "长" * 3_500_000})

    assert answer.status_code in {400, 413}
    assert not Draft.objects.exists()


def test_half_a_character_is_refused_or_mended_but_never_a_fault(me):
    token = uuid4()
    body = "title=%ED%A0%80村口路灯不亮&need=%ED%B0%80".encode()

    answer = me.post(step(1, token), body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in {302, 400, 422}


@pytest.mark.parametrize("junk", ["\x00" * 10, "\ud800", "长" * 20_000])
def test_the_autosave_takes_whatever_is_typed(me, junk):
    token = uuid4()

    answer = me.post(
        reverse("proposals:propose_autosave", args=[1], query={"draft": token}),
        f"title={junk}&need=x&state=completed&owner=1".encode("utf-8", "surrogatepass"),
        content_type="application/x-www-form-urlencoded; charset=utf-8",
    )

    assert answer.status_code in {204, 400}
    assert not Draft.objects.exclude(data__need="x").exists()
    assert not any("state" in draft.data or "\x00" in str(draft.data) for draft in Draft.objects.all())


@pytest.mark.parametrize("token", ["", "1", "' OR 1=1", "../../etc", "00000000-0000-0000-0000-00000000000g", "%00"])
def test_a_token_that_is_none_leads_to_the_beginning(me, token):
    answer = me.get(f"/propose/1/?draft={token}")

    assert answer.status_code in {302, 400}
    assert me.post(f"/propose/1/save/?draft={token}", STEP_1).status_code in {400, 404}
    assert not Draft.objects.exists()


@pytest.mark.parametrize("path", ["/propose/0/", "/propose/4/", "/propose/99999999999999999999/", "/propose/one/"])
def test_there_are_three_steps(me, path):
    assert me.get(f"{path}?draft={uuid4()}").status_code == 404


def test_fields_nobody_asked_for_change_nothing(me):
    draft = typed.draft(Person.objects.get(pk=me.session["_auth_user_id"]))

    me.post(
        step(1, draft.token),
        STEP_1 | {"state": "completed", "approved_yuan": "1", "code": "X", "step": "x", "round": "x"},
    )
    me.post(check(draft))

    project = Project.objects.get()
    assert (project.state, project.approved_yuan, project.code[:3]) == ("filed", None, "WSS")


@pytest.mark.parametrize("query", ["area=x&round=x&who=x", "round=99999999999999999999", "area=440403103201&round=-1"])
def test_a_link_that_says_nonsense_is_not_believed(me, query):
    token = uuid4()

    assert me.get(f"/propose/1/?draft={token}&{query}").status_code == 200
    assert me.post(f"/propose/1/?draft={token}&{query}", STEP_1).status_code == 302
    assert me.get(step(3, token)).status_code == 200


def test_drafts_do_not_pile_up_without_end(me):
    person = Person.objects.get(pk=me.session["_auth_user_id"])
    for _ in range(50):
        typed.draft(person)

    answer = me.post(step(1, uuid4()), STEP_1)

    assert answer.status_code == 409
    assert Draft.objects.count() == 50


# --- Phones and names, entering for somebody else -----------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "1３８００１３８０００",
        "13800138000\n",
        " 13800138000 ",
        "+8613800138000",
        "8613800138000",
        "008613800138000",
        "138 0013 8000",
    ],
)
def test_every_spelling_of_a_phone_is_the_same_person(desk, spelling):
    known = make.person("王测试", phone="13800138000")
    draft = typed.draft(desk.worker, **FOR_RESIDENT, resident_phone=spelling)

    desk.post(check(draft))

    assert Project.objects.get().proposer == known
    assert Person.objects.filter(name="王测试").count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"resident_phone": "+1 202 555 0123"}, "暂只支持中国大陆手机号"),
        ({"resident_phone": "0756-5551234"}, "11位手机号"),
        ({"resident_phone": "1380013800"}, "11位手机号"),
        ({"resident_phone": "138001380001"}, "11位手机号"),
        ({"resident_phone": "12800138000"}, "11位手机号"),
        ({"resident_name": ""}, "请写居民的姓名"),
        ({"resident_name": "\u200b"}, "看不见的字符"),
        ({"resident_name": "长" * 41}, "最多40个字，现在有41个"),
        ({"how": ""}, "请选怎样说的"),
        ({"how": "dream"}, "dream"),
        ({"note": ""}, "要有凭据"),
        ({"who": ""}, "请选谁提的"),
        ({"who": "unit"}, "unit"),
    ],
)
def test_an_entry_without_who_how_or_proof_is_refused(desk, wrong, words):
    token = uuid4()
    given = STEP_3 | FOR_RESIDENT | {"resident_phone": "13800138000"}
    desk.post(step(2, token), STEP_2)

    answer = desk.post(step(3, token), given | wrong)

    page, values = shown(answer)
    assert answer.status_code == 422
    assert words in page
    assert {v for n, v in given.items() if n not in wrong and n not in {"who", "how", "work_type"}} <= set(values)
    assert not Project.objects.exists()


def test_ones_own_phone_is_told_before_anything_is_filed(desk):
    token = uuid4()
    desk.post(step(2, token), STEP_2)

    answer = desk.post(step(3, token), FOR_RESIDENT | {"resident_phone": desk.worker.phone})

    assert answer.status_code == 422
    assert "这是您自己的手机号" in answer.content.decode()


def test_outside_ones_own_village_an_entry_is_forbidden(desk):
    draft = typed.draft(desk.worker, **FOR_RESIDENT | {"area": make.OTHER_VILLAGE})

    assert desk.post(step(3, draft.token), FOR_RESIDENT).status_code == 403
    assert desk.post(check(draft)).status_code == 403
    assert not Project.objects.exists()


def test_a_resident_cannot_enter_for_another(me):
    draft = typed.draft(Person.objects.get(pk=me.session["_auth_user_id"]), **FOR_RESIDENT)

    assert me.post(step(3, draft.token), FOR_RESIDENT).status_code == 403
    assert me.post(check(draft)).status_code == 403
    assert not Project.objects.exists()


@pytest.mark.parametrize("name", ["null", "None", "--", "O'Brien; DROP TABLE", "㛃𬱖"])
def test_an_odd_name_is_a_name(desk, name):
    draft = typed.draft(desk.worker, **FOR_RESIDENT | {"resident_name": name})

    desk.post(check(draft))

    assert Project.objects.get().proposer.name == name


def test_a_title_full_of_marks_in_the_search_for_similar_ones_is_harmless(me):
    for text in ("%_\\'\"();--", "\u202e" * 50, "[" * 300, "𠮷" * 100):
        assert me.get(reverse("proposals:similar", query={"title": text, "draft": uuid4()})).status_code == 200
