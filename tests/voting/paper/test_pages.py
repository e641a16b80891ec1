"""Paper ballots at the desk: every page's way, what it refuses, and that nothing typed is lost."""

import re
import subprocess

import pytest
from django.urls import reverse

from civic.models import AuditEvent, Role
from tests import make
from tests.voting.paper import station
from tests.voting.paper.station import WITNESS
from tests.voting.polls import build
from tests.voting.results import hall
from voting import paper_pdf, paper_queries, paper_rules
from voting.models import PaperBatch, PaperHandout, PaperSheet
from voting.services import urn

pytestmark = pytest.mark.django_db(databases=build.URN)


def url(name, found, *more):
    return reverse(f"voting:{name}", args=[found.office.poll.pk, *([] if name in POLL_PAGES else [1]), *more])


POLL_PAGES = {"paper", "paper_new", "paper_into_urn"}


@pytest.fixture
def seen(client):
    """``seen(person, name, found, *more, **sent)``: the page, or what it answers to what is sent."""

    def see(person, name, found, *more, sent=None):
        client.force_login(person)
        where = url(name, found, *more)
        return client.get(where) if sent is None else client.post(where, sent)

    return see


def text(response) -> str:
    return re.sub(r"<[^>]+>", "", response.content.decode())


def rows(*lines, first=0) -> dict[str, str]:
    """A sheet of the grid with these lines."""
    sent = {"row-TOTAL_FORMS": "10", "row-INITIAL_FORMS": "0"}
    for place, (serial, choices) in enumerate(lines, start=first):
        sent |= {f"row-{place}-serial": serial, f"row-{place}-choices": choices}
    return sent


def code(found, serial: int) -> str:
    return paper_rules.code(found.batch, serial)


def test_the_town_makes_a_batch(seen):
    office = build.opened(roll=1)
    found = station.Station(office, office.handler, office.handler, PaperBatch(number=1))

    assert "还没有做纸质票" in text(seen(office.handler, "paper", found))
    wrong = seen(
        office.handler, "paper_new", found, sent={"station": "小濠冲站", "area": office.poll.area_id, "size": "0"}
    )
    assert wrong.status_code == 422
    assert "小濠冲站" in wrong.content.decode()
    done = seen(
        office.handler, "paper_new", found, sent={"station": "小濠冲站", "area": office.poll.area_id, "size": "30"}
    )

    assert done.url == url("paper_batch", found)
    assert PaperBatch.objects.get().last_serial == 30
    assert "1-0001-" in text(seen(office.handler, "paper_batch", found))


def test_one_press_gives_a_ballot(seen):
    found = station.opened()
    entry = found.entries[0]

    listed = seen(found.worker, "paper_hand_out", found, sent={"text": entry.person.name, "witness": WITNESS})
    assert entry.person.name in text(listed)
    done = seen(found.worker, "paper_give", found, entry.pk, sent={"text": entry.person.name, "witness": WITNESS})

    assert done.status_code == 302
    assert PaperHandout.objects.get().entry == entry
    again = seen(found.worker, "paper_hand_out", found, sent={"text": entry.person.name, "witness": WITNESS})
    assert "已领纸质票" in text(again)
    assert WITNESS in again.content.decode()  # who stands beside is written once


def test_who_voted_online_is_refused_above_the_list(seen):
    found = station.opened()
    entry = found.entries[0]
    hall.cast(found.office.poll, entry.person, {})

    refused = seen(found.worker, "paper_give", found, entry.pk, sent={"text": entry.person.name, "witness": WITNESS})

    assert refused.status_code == 409
    assert "已经投过票，不能再领纸质票" in text(refused)
    assert entry.person.name in text(refused)


def test_nobody_is_found_where_nobody_is(seen):
    found = station.opened()

    assert "名册里没找到这个人" in text(
        seen(found.worker, "paper_hand_out", found, sent={"text": "没有这个人", "witness": WITNESS})
    )
    assert seen(found.worker, "paper_hand_out", found, sent={"text": ""}).status_code == 422
    assert seen(found.worker, "paper_give", found, 999999, sent={}).status_code == 404


def test_a_handout_is_exchanged_or_taken_back(seen):
    found = station.opened()
    found.give(0, 1)
    one, other = PaperHandout.objects.order_by("pk")

    assert seen(found.worker, "paper_exchange", found, one.pk).status_code == 200
    assert seen(found.worker, "paper_exchange", found, one.pk, sent={}).status_code == 302
    assert seen(found.worker, "paper_undo", found, other.pk, sent={"reason": ""}).status_code == 422
    refused = seen(found.village, "paper_undo", found, other.pk, sent={"reason": "记错了人"})
    assert refused.status_code == 409
    assert "记错了人" in refused.content.decode()
    assert seen(found.worker, "paper_undo", found, other.pk, sent={"reason": "记错了人"}).status_code == 302

    one.refresh_from_db()
    assert one.spoiled == 1
    assert PaperHandout.objects.count() == 1
    account = text(seen(found.worker, "paper_batch", found))
    assert re.search(r"印了 ?10张.*发给人 ?1张.*写坏换掉 ?1张.*没发出、没清点 ?8张", account)
    assert "没交回" not in account, "before the close nobody owes a paper"


def test_the_voter_reads_that_she_holds_paper(client):
    found = station.opened()
    found.give(0)
    voter = found.entries[0].person
    client.force_login(voter)
    where = reverse("voting:ballot", args=[found.office.poll.pk])

    shown = client.get(where)
    tried = client.post(where, {"choices": [found.codes()[0]]})

    assert "您已领纸质票（" in text(shown)
    assert "小濠冲站），不能再在网上投" in text(shown)
    assert "data-ballot=" not in shown.content.decode()
    assert tried.status_code == 409
    client.force_login(found.entries[1].person)
    assert "已领纸质票" not in text(client.get(where))


def test_what_came_back_is_written_down_after_the_close(seen):
    found = station.opened(size=10)
    found.give(0, 1)
    assert seen(found.worker, "paper_return", found).status_code == 409
    found.close()

    assert "发给2人" in text(seen(found.worker, "paper_return", found))
    wrong = seen(found.worker, "paper_return", found, sent={"left": "8", "returned": "1", "late": "2"})
    assert wrong.status_code == 409
    assert "不拆封的2张比收回的多" in text(wrong)
    assert seen(found.worker, "paper_return", found, sent={"left": "", "returned": "x"}).status_code == 422
    done = seen(found.worker, "paper_return", found, sent={"left": "8", "returned": "2", "late": "1"})

    assert done.status_code == 302
    assert (found.fresh().to_key, found.batch.state) == (1, "returned")


def test_a_sheet_of_papers_is_keyed(seen):
    found = station.returned(3)

    page = seen(found.worker, "paper_key", found)
    assert "您已录0张，一共3张" in text(page)
    done = seen(
        found.worker,
        "paper_key",
        found,
        sent=rows((code(found, 1), "1"), (code(found, 4), "2 1"), (code(found, 9), "*")),
    )

    assert done.status_code == 302
    assert PaperSheet.objects.count() == 3
    assert "您已录3张，一共3张" in text(seen(found.worker, "paper_key", found))
    other = seen(found.village, "paper_key", found).content.decode()
    assert "您已录0张" in other
    assert not any(code(found, serial) in other for serial in (4, 9))  # the second reads on her own


def test_what_is_wrong_stays_in_its_line_and_what_is_right_is_kept(seen):
    found = station.returned(3)

    sheet = seen(
        found.worker, "paper_key", found, sent=rows((code(found, 1), "1"), ("1-0002-x", "2"), (code(found, 3), "9 9"))
    )

    assert sheet.status_code == 422
    assert PaperSheet.objects.count() == 1
    html = sheet.content.decode()
    assert 'value="1-0002-x"' in html
    assert 'value="9 9"' in html
    assert "票上没有第9项" in html
    assert "1张已录" in text(sheet)
    assert f'value="{code(found, 1)}"' not in html


def test_the_same_paper_twice_is_refused_beside_its_line(seen):
    found = station.returned(2)
    seen(found.worker, "paper_key", found, sent=rows((code(found, 1), "1")))

    again = seen(found.worker, "paper_key", found, sent=rows((code(found, 1), "2")))

    assert again.status_code == 409
    assert "这张您已经录过，要由另一个人录" in text(again)
    assert f'value="{code(found, 1)}"' in again.content.decode()


@pytest.mark.parametrize("sent", [{}, rows(), rows(("", ""))], ids=["nothing", "an empty sheet", "blank lines"])
def test_an_empty_sheet_is_told(seen, sent):
    found = station.returned(1)

    assert seen(found.worker, "paper_key", found, sent=sent).status_code == 422
    assert not PaperSheet.objects.exists()


def test_a_wrong_number_is_taken_back(seen):
    found = station.returned(1)
    found.key(3, found.worker, 1)

    assert seen(found.worker, "paper_strike", found, sent={"serial": "nonsense"}).status_code == 422
    assert seen(found.village, "paper_strike", found, sent={"serial": code(found, 3)}).status_code == 409
    assert seen(found.worker, "paper_strike", found, sent={"serial": code(found, 3)}).status_code == 302
    assert not PaperSheet.objects.exists()


def test_two_readings_that_differ_are_settled_by_a_third(seen):
    found = station.returned(1)
    assert "没有两遍不一样的票" in text(seen(found.worker, "paper_differences", found))
    found.key(3, found.worker, 1)
    found.key(3, found.village, 2)

    assert "您录过这张，要由别人定" in text(seen(found.worker, "paper_differences", found))
    third = found.office.handler
    listed = seen(third, "paper_differences", found)
    assert code(found, 3) in text(listed)
    wrong = seen(third, "paper_settle", found, 3, sent={"3-choices": "99"})
    assert wrong.status_code == 422
    assert 'value="99"' in wrong.content.decode()
    done = seen(third, "paper_settle", found, 3, sent={"3-choices": "2"})

    assert done.url == url("paper_batch", found)
    assert found.fresh().state == "keyed"
    assert urn.sheets(found.office.poll.pk, 1)[0].outcome[0] == {found.codes()[1]: 1}


def test_a_paper_nobody_read_is_not_settled(seen):
    found = station.returned(1)

    assert seen(found.office.handler, "paper_settle", found, 5, sent={"5-choices": "1"}).status_code == 404


def test_two_sign_and_the_papers_go_into_the_urn(seen):
    found = station.returned(2)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    office = found.office

    assert "账是平的" in text(seen(office.handler, "paper_account", found))
    assert seen(office.handler, "paper_into_urn", found, sent={}).status_code == 409
    assert seen(office.handler, "paper_account", found, sent={"reason": ""}).status_code == 302
    assert seen(office.handler, "paper_account", found, sent={}).status_code == 409
    assert seen(office.approver, "paper_account", found, sent={}).status_code == 302
    assert "纸质票入票箱" in text(seen(office.handler, "paper", found))
    assert seen(office.handler, "paper_into_urn", found).status_code == 200
    assert seen(office.handler, "paper_into_urn", found, sent={}).status_code == 302

    assert found.fresh().state == "in_urn"


def test_a_gap_wants_its_reason_on_the_page(seen):
    found = station.opened(size=10)
    found.give(0)
    found.close()
    found.back(1, left=7)
    found.key_twice(2, 1)

    refused = seen(found.office.handler, "paper_account", found, sent={"reason": ""})

    assert refused.status_code == 409
    assert "有2张找不到" in text(refused)


def test_everybody_reads_the_account_beside_the_result(client):
    found = station.opened(size=10, rules={"suppress_below": 2})
    found.give(0, 1, 2, 3, 4)
    found.close()
    found.back(5, late=1)
    for serial in (1, 2):
        found.key_twice(serial, 1)
    found.key_twice(3, fault="unreadable")
    found.key_twice(4, fault="over_limit")
    found.sign()
    found.into_urn()
    station.counted(found)
    found.office.agree("publish")

    shown = text(client.get(reverse("voting:results", args=[found.office.poll.pk])))

    assert "纸质票的账" in shown
    assert "纸质票：2人" in shown
    assert re.search("(截止以后才交|选多了|看不清)、.+、.+：3张", shown)
    assert "看不清：1张" not in shown  # fewer than the round allows stand together


@pytest.mark.parametrize("name", ["paper", "paper_batch", "paper_key", "paper_account", "paper_hand_out"])
def test_residents_and_offices_elsewhere_see_nothing(seen, name):
    found = station.opened()

    for person in (make.resident(), make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN), make.officer(Role.AUDITOR)):
        assert seen(person, name, found).status_code == 403


def test_a_batch_there_is_not(client):
    found = station.opened()
    client.force_login(found.worker)

    for poll, number in ((found.office.poll.pk, 9), (999999, 1)):
        assert client.get(reverse("voting:paper_batch", args=[poll, number])).status_code == 404


def test_who_gives_ballots_finds_the_way_on_the_desk(client):
    found = station.opened()

    for person, finds in ((found.village, True), (found.worker, True), (make.officer(Role.AUDITOR), False)):
        client.force_login(person)
        desk = client.get(reverse("publicity:desk"), follow=True).content.decode()
        assert (f'href="{url("paper", found)}"' in desk) is finds


def test_what_waits_stands_on_the_desk(client):
    found = station.returned(1)
    desk = reverse("publicity:desk")

    client.force_login(found.worker)
    assert "纸质票要收回、录入" in text(client.get(desk))
    found.key(3, found.worker, 1)
    found.key(3, found.village, 2)
    assert "纸质票两遍录得不一样" in text(client.get(desk))
    client.force_login(found.office.handler)
    assert "纸质票要收回" not in text(client.get(desk))


def test_the_pdf_holds_every_serial_and_no_name(seen, tmp_path):
    found = station.opened(size=7)
    assert "第1张到第7张" in text(seen(found.office.handler, "paper_print", found))

    answer = seen(found.office.handler, "paper_print", found, sent={"part": "0"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    file = tmp_path / "papers.pdf"
    file.write_bytes(answer.content)
    told = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    for serial in range(1, 8):
        assert code(found, serial) in told
    assert all(project.title[:6] in told for project in found.office.projects)
    assert not any(entry.person.name in told for entry in found.entries)
    assert AuditEvent.objects.get(action="paper.printed").is_public


def test_the_papers_of_a_file_lie_in_an_order_made_by_chance():
    found = station.opened(size=60)
    pages = [paper_pdf.html(found.batch, 0, is_pdf=True) for _n in range(2)]

    orders = [re.findall(r'paper-code">([0-9-]+)<', page) for page in pages]

    assert sorted(orders[0]) == sorted(orders[1]) == sorted(code(found, serial) for serial in range(1, 61))
    assert orders[0] != orders[1]


def test_without_its_libraries_the_browser_prints_the_page(seen, monkeypatch):
    found = station.opened(size=3)
    monkeypatch.setattr(paper_pdf, "pdf", lambda page: None)

    answer = seen(found.office.handler, "paper_print", found, sent={"part": "0"})

    assert answer.status_code == 200
    assert "服务器缺少生成PDF的组件" in text(answer)
    assert code(found, 3) in text(answer)
    assert "style=" not in answer.content.decode()  # the site's policy lets no inline style through


@pytest.mark.parametrize("part", ["", "1", "-1", "x", "9" * 30])
def test_a_file_there_is_not(seen, part):
    found = station.opened(size=3)

    assert seen(found.office.handler, "paper_print", found, sent={"part": part}).status_code == 409


def test_a_long_batch_comes_in_files_of_a_hundred():
    batch = PaperBatch(number=2, first_serial=31, size=250, poll_id=1)

    assert paper_pdf.parts(batch) == [(31, 130), (131, 230), (231, 280)]


def test_pango_missing_is_no_fault(monkeypatch):
    import builtins

    real = builtins.__import__

    def missing(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)

    assert paper_pdf.pdf("<p>x") is None


def test_nothing_of_a_batch_is_read_before_it_came_back(seen):
    found = station.opened()
    found.give(0)
    assert seen(found.worker, "paper_key", found).status_code == 409
    found.close()

    assert seen(found.worker, "paper_key", found).status_code == 409
    assert paper_queries.account(found.batch).returned == 0
