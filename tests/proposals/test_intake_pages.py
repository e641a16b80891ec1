"""The pages of intake, merging and pausing: who gets in, what comes back, nothing typed is lost."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic.models import AuditEvent, Role
from civic.moments import today
from proposals import acts, todo
from proposals.models import Project, ProjectState
from proposals.services import intake
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER)


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


def url(project, path=""):
    return f"/desk/intake/{project.code}/{path}"


def text(response):
    return response.content.decode()


def test_the_queue_has_the_clock_and_leads_to_the_case(desk):
    project = make.project()
    make.project(at=make.OTHER_VILLAGE, title="别村的一件事情")

    response = desk.get("/desk/intake/")

    assert response.status_code == 200
    assert f'href="/desk/intake/{project.code}/"' in text(response)
    assert "还剩5个工作日" in text(response)
    assert "别村的一件事情" not in text(response)


@pytest.mark.parametrize(
    ("state", "words"),
    [("filed", "没有等着受理的提议"), ("returned", "没有等补充的提议"), ("transferred", "没有等答复的转办")],
)
def test_an_empty_queue_says_so(desk, state, words):
    assert words in text(desk.get(f"/desk/intake/?state={state}"))


@pytest.mark.parametrize(
    ("role", "at", "status"),
    [
        (Role.SOCIAL_WORKER, make.VILLAGE, 200),
        (Role.VILLAGE_OFFICE, make.VILLAGE, 200),
        (Role.TOWN_HANDLER, make.TOWN, 200),
        (Role.SOCIAL_WORKER, make.OTHER_VILLAGE, 403),
        (Role.REVIEWER, make.TOWN, 403),
        (Role.ASSEMBLY_MEMBER, make.VILLAGE, 403),
    ],
)
def test_who_may_open_a_case(client, role, at, status):
    client.force_login(make.officer(role, at))

    assert client.get(url(make.project())).status_code == status


ALL = {
    "accept": {},
    "return": {"items": "坡道位置照片1张\r\n门口宽度", "reason": "看不清"},
    "decline": {"reason": "属于物业管理范围", "rule_from": "other", "rule_text": "办法第8条"},
    "transfer": {"transfer_to": "区交通局", "reason": "县道"},
}
ENDS = {"accept": "in_review", "return": "returned", "decline": "declined", "transfer": "transferred"}


@pytest.mark.parametrize("outcome", ALL)
def test_each_outcome_is_done_by_a_plain_form(desk, outcome):
    project = make.project()

    response = desk.post(url(project), {"outcome": outcome, "version": project.version, **ALL[outcome]})

    project.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, "/desk/intake/")
    assert project.state == ENDS[outcome]


@pytest.mark.parametrize("outcome", ALL)
@pytest.mark.parametrize(("role", "at"), [(Role.TOWN_HANDLER, make.TOWN), (Role.SOCIAL_WORKER, make.OTHER_VILLAGE)])
def test_another_office_cannot_screen(client, outcome, role, at):
    project = make.project()
    client.force_login(make.officer(role, at))

    response = client.post(url(project), {"outcome": outcome, **ALL[outcome]})

    project.refresh_from_db()
    assert response.status_code == 403
    assert project.state == ProjectState.FILED


def test_nobody_screens_their_own_proposal(desk, worker):
    project = make.project(proposer=worker)

    assert desk.post(url(project), {"outcome": "accept"}).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/desk/intake/")["Location"] == "/login/?next=/desk/intake/"


@pytest.mark.parametrize("outcome", ["decline", "return", "transfer"])
def test_an_act_against_a_resident_without_reason_is_mended_in_place(desk, outcome):
    project = make.project()
    typed = {key: value for key, value in ALL[outcome].items() if key != "reason"}

    response = desk.post(url(project), {"outcome": outcome, **typed})

    project.refresh_from_db()
    assert response.status_code == 422
    assert "有1处要改" in text(response)
    assert "请写明理由" in text(response) or "为什么" in text(response)
    assert all(value.splitlines()[0] in text(response) for value in typed.values())
    assert project.state == ProjectState.FILED


def test_another_rule_is_written_out(desk):
    project = make.project()

    response = desk.post(url(project), {"outcome": "decline", "reason": "属于物业", "rule_from": "other"})

    assert response.status_code == 422
    assert "请写明依据哪一条" in text(response)


def test_the_rule_picker_offers_the_rounds_negative_list(desk):
    project = make.project(round=make.round_(rules={"negative_list": ["商铺门前的事"]}))

    response = desk.get(url(project, "?outcome=decline"))

    assert "《民生微实事项目办法》负面清单：商铺门前的事" in text(response)


@pytest.mark.parametrize("outcome", ALL)
def test_a_stage_is_not_skipped_by_posting(desk, outcome):
    project = make.project(ProjectState.FOR_APPROVAL)

    response = desk.post(url(project), {"outcome": outcome, **ALL[outcome]})

    project.refresh_from_db()
    assert response.status_code == 409
    assert "项目现在是“待审批”，不能办这一步" in text(response)
    assert project.state == ProjectState.FOR_APPROVAL


def test_a_stale_form_keeps_the_words_and_counts_the_second_time(desk):
    project = make.project()
    Project.objects.filter(pk=project.pk).update(version=7, title="改过的标题五个字")
    typed = {"outcome": "decline", "reason": "属于物业管理范围", "rule_from": "other", "rule_text": "办法第8条"}

    response = desk.post(url(project), {**typed, "version": 1})

    project.refresh_from_db()
    assert response.status_code == 409
    assert "您的文字已保留" in text(response)
    assert "属于物业管理范围" in text(response)
    assert "改过的标题五个字" in text(response)
    assert 'name="version" value="7"' in text(response)
    assert project.state == ProjectState.FILED

    assert desk.post(url(project), {**typed, "version": 7}).status_code == 302


@pytest.mark.parametrize("bad", [{}, {"outcome": "merge"}, {"outcome": "advance"}, {"outcome": "\x00"}])
def test_an_unknown_outcome_is_a_bad_request(desk, bad):
    project = make.project()

    assert desk.post(url(project), bad).status_code == 400


@pytest.mark.parametrize("version", ["x", "-1", "9" * 40, "1.5", "\x00"])
def test_a_tampered_version_is_a_form_to_mend(desk, version):
    project = make.project()

    assert desk.post(url(project), {"outcome": "accept", "version": version}).status_code == 422


@pytest.mark.parametrize("nasty", ["\x00", "a" * 501, "\u200b", "e" + "\u0301" * 200])
def test_bad_words_are_mended_in_place(desk, nasty):
    project = make.project()

    response = desk.post(url(project), {"outcome": "transfer", "transfer_to": "区交通局", "reason": nasty})

    assert response.status_code == 422
    assert "区交通局" in text(response)


def test_markup_is_shown_as_text(desk):
    project = make.project(title="<script>x</script>修坡道")

    assert "<script>x" not in text(desk.get(url(project)))


def test_a_draft_or_unknown_code_is_not_found(desk):
    assert desk.get("/desk/intake/WSS-2021-9999/").status_code == 404
    assert desk.post("/desk/intake/nonsense%20/", {"outcome": "accept"}).status_code == 404


def test_the_answer_from_elsewhere_is_noted_by_the_towns_handler(client, worker):
    project = intake.transfer(make.project(), by=worker, to="区交通局", reason="县道")
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    assert "登记答复" in text(client.get(url(project)))
    response = client.post(url(project), {"outcome": "reply", "text": "已列入8月养护计划"})

    assert response.status_code == 302
    assert AuditEvent.objects.get(action="project.reply").sentence == "区交通局答复：已列入8月养护计划"


def test_a_social_worker_does_not_note_the_answer(desk, worker):
    project = intake.transfer(make.project(), by=worker, to="区交通局", reason="县道")

    assert desk.post(url(project), {"outcome": "reply", "text": "好"}).status_code == 403


def test_the_proposers_phone_is_shown_to_who_screens_and_the_look_is_recorded(desk, worker):
    project = make.project(proposer=make.person("陈阿姨", phone="13800138000"))
    assert "138001" not in text(desk.get(url(project)))

    response = desk.post(url(project, "phone/"))

    event = AuditEvent.objects.get(action="person.phone_looked_up")
    assert "13800138000" in text(response)
    assert response["Cache-Control"] == "no-store"
    assert (event.actor, event.on_behalf_of, event.is_public) == (worker, project.proposer, False)
    assert "13800138000" not in f"{event.sentence}{event.before}{event.after}{event.reason}"


@pytest.mark.parametrize(("role", "at"), [(Role.TOWN_HANDLER, make.TOWN), (Role.SOCIAL_WORKER, make.OTHER_VILLAGE)])
def test_others_do_not_see_the_phone(client, role, at):
    client.force_login(make.officer(role, at))

    assert client.post(url(make.project(), "phone/")).status_code == 403
    assert not AuditEvent.objects.exists()


class TestCompleting:
    @pytest.fixture
    def returned(self, worker):
        return intake.send_back(make.project(), by=worker, items=["坡道位置", "门口宽度"], reason="看不清")

    def test_the_author_answers_each_thing(self, client, returned):
        client.force_login(returned.proposer)
        page = client.get(f"/p/{returned.code}/complete/")
        assert "坡道位置" in text(page)
        assert "还剩5个工作日" in text(page)

        response = client.post(
            f"/p/{returned.code}/complete/",
            {"answer_0": "大门左侧", "answer_1": "1米2", "version": returned.version},
        )

        returned.refresh_from_db()
        assert response.status_code == 302
        assert returned.state == ProjectState.FILED

    def test_what_is_still_missing_is_named_and_the_rest_kept(self, client, returned):
        client.force_login(returned.proposer)

        response = client.post(f"/p/{returned.code}/complete/", {"answer_0": "大门左侧"})

        returned.refresh_from_db()
        assert response.status_code == 422
        assert "大门左侧" in text(response)
        assert "写一句、传一张照片，或者在下面说一段" in text(response)
        assert returned.state == ProjectState.RETURNED

    def test_a_photo_alone_answers_a_thing(self, client, returned):
        client.force_login(returned.proposer)
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), (90, 120, 90)).save(picture, "JPEG")
        upload = SimpleUploadedFile("a.jpg", picture.getvalue())

        response = client.post(f"/p/{returned.code}/complete/", {"photos_0": upload, "answer_1": "1米2"})

        returned.refresh_from_db()
        event = AuditEvent.objects.get(action="project.complete")
        assert response.status_code == 302
        assert returned.photos.get().is_public
        assert event.documents[0]["token"] == str(returned.photos.get().token)

    def test_nobody_else_completes_it(self, client, returned):
        client.force_login(make.person())

        assert client.post(f"/p/{returned.code}/complete/", {"answer_0": "x", "answer_1": "y"}).status_code == 403

    def test_nothing_to_complete_says_so(self, client):
        project = make.project()
        client.force_login(project.proposer)

        assert "现在不用补充" in text(client.get(f"/p/{project.code}/complete/"))
        assert client.post(f"/p/{project.code}/complete/", {"answer_0": "x"}).status_code == 409


def labels(user, project):
    return [act.label for act in acts.for_project(user, project)]


def test_the_project_page_offers_what_one_may_do_now(worker):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    project = make.project()

    assert {"受理", "合并"} <= set(labels(worker, project))
    assert "暂停" in labels(handler, project)
    assert not {"受理", "合并", "暂停"} & set(labels(make.person(), project))

    returned = intake.send_back(project, by=worker, items=["照片"], reason="看不清")
    assert "补充材料" in labels(returned.proposer, returned)
    assert "受理" not in labels(worker, returned)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_desk_asks_no_more_for_three_than_for_one(desk, django_assert_max_num_queries, how_many):
    its_round = make.round_()
    for _n in range(how_many):
        make.project(round=its_round)

    with django_assert_max_num_queries(23):
        desk.get("/desk/intake/")


def test_what_waits_is_counted_with_what_is_late(worker):
    make.project(due_on=today() - timedelta(days=1))
    make.project()

    waiting = {t.label: (t.count, t.overdue, t.url) for t in todo.waiting_for(worker)}

    assert waiting["受理"] == (2, 1, "/desk/intake/")
    assert waiting["合并"] == (0, 0, "/desk/merge/")
