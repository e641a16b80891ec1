"""Nothing public holds a full name or a phone, and reading leaves no trace on the reader's machine."""

import pytest
from django.db import transaction
from django.utils.html import strip_tags

from civic.audit import record
from civic.models import Role
from proposals.models import ProjectState as S
from proposals.models import Seconding
from proposals.services import moves
from publicity.services import objections
from tests import make

pytestmark = pytest.mark.django_db
NAMES = ("王金丝雀", "陈金丝雀", "黄金丝雀", "林金丝雀", "周金丝雀")


@pytest.fixture
def life():
    """A project with everybody in it: proposer, helper, seconder, objector by paper, handler, sponsor."""
    worker = make.officer(Role.SOCIAL_WORKER, name=NAMES[3])
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN, name=NAMES[4])
    proposer = make.resident(name=NAMES[0])
    project = make.project(state=S.FOR_APPROVAL, proposer=proposer, entered_by=worker, sponsor=handler)
    with transaction.atomic():
        record(
            "project.submit",
            by=worker,
            on=project,
            on_behalf_of=proposer,
            roles=(Role.SOCIAL_WORKER,),
            sentence="{who}提出，{helper}代录（本人在场）",
        )
    Seconding.objects.create(project=project, person=make.resident(name=NAMES[1]))
    project = moves.advance(project, by=handler, roles=(Role.TOWN_HANDLER,), sentence="批准52,800元")
    objection = objections.enter(
        project, by=worker, name=NAMES[2], phone="", channel="paper", provenance="意见箱", what="挡路", why="过不去"
    )
    objections.reply(objection, by=handler, outcome="not_upheld", reply="量过了")
    return project, objection


def public_pages(project, objection):
    code = project.code
    return [
        "/",
        "/areas/",
        f"/a/{make.VILLAGE}/",
        f"/a/{make.TOWN}/",
        "/projects/",
        "/projects/?sort=money",
        f"/p/{code}/",
        f"/p/{code}/?log=objection",
        f"/p/{code}/print/",
        f"/p/{code}/feed.json",
        f"/p/{code}/object/",
        "/notices/",
        "/help/",
        "/rules/",
        "/accessibility/",
        "/privacy/",
        "/status/",
        "/api/v1/areas/",
        "/api/v1/events/",
        f"/api/v1/events/?project={code}",
        "/api/v1/notices/",
        "/api/v1/objections/",
        f"/api/v1/objections/{objection.number}/",
        "/api/v1/stats/",
    ]


def test_no_public_page_holds_a_full_name_or_a_phone(client, life):
    from civic.models import Person

    canaries = {
        *NAMES,
        *(phone.removeprefix("+86") for phone in Person.objects.values_list("phone", flat=True) if phone),
    }

    for path in public_pages(*life):
        text = client.get(path).content.decode()
        assert text, path
        assert [word for word in canaries if word in text] == [], path


def test_the_page_names_them_masked(client, life):
    html = strip_tags(client.get(life[0].get_absolute_url()).content.decode())

    assert "王**提出，驻村社工林*代录（本人在场）" in html
    assert "黄**" in html
    assert "周*" in html


def test_reading_sets_no_cookie(client, life):
    for path in public_pages(*life):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies, path


def test_an_erased_person_leaves_the_record_whole(client, life):
    project, _objection = life
    client.force_login(project.proposer)
    client.post("/me/erase/", {"sure": "on"})
    assert not client.session.get("_auth_user_id"), "and signed out"

    for path in public_pages(*life):
        assert client.get(path).status_code == 200, path
    assert "居民提出，驻村社工林*代录（本人在场）" in strip_tags(
        client.get(project.get_absolute_url()).content.decode()
    )
