"""登记合同: complete or a form to mend, for one project or several, with who signs on either side."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civic.models import AuditEvent, Organisation
from civic.moments import today
from delivery.models import Contract, Work
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="1000000")


def url(name: str, *args) -> str:
    return reverse(f"delivery:{name}", args=args)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("合同.pdf", b"%PDF-1.4 contract", "application/pdf")


def contract(town, **extra) -> dict:
    return {
        "number": "斗建〔2026〕12号",
        "client": "测试甲村村民委员会",
        "contractor": town.builder.pk,
        "method": "quotes",
        "signed_on": today(),
        "finish_on": today() + timedelta(days=30),
        "total_yuan": "48000",
        "scan": paper(),
        "split_reason": "",
    } | extra


def test_a_contract_is_registered_with_its_scan(client, town):
    project = build.approved(town)
    client.force_login(town.village)

    answer = client.post(url("contract", project.code), contract(town))

    assert answer.status_code == 302
    assert Contract.objects.get().total_yuan == YUAN("48000")
    assert client.post(url("contract", project.code), contract(town, number="又一份")).status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scan": ""}, "请传合同扫描件"),
        ({"number": ""}, "请写合同编号"),
        ({"client": ""}, "请写甲方是谁"),
        ({"client": "村委会13800138000"}, "电话"),
        ({"contractor": "999999"}, "请从名单里选"),
        ({"method": "gift"}, "gift"),
        ({"total_yuan": "50000.01"}, "超过批准金额50,000元"),
        ({"total_yuan": "-1"}, "金额不能是负数"),
        ({"signed_on": "2025-02-30"}, "请填写日期"),  # row 36
        ({"signed_on": "0001-01-01"}, "2000到2100"),  # 38
        ({"finish_on": "9999-01-01"}, "2000到2100"),
        ({"finish_on": "2020-01-01"}, "约定完工不能早于签订日期"),  # 37
        ({"signed_on": "2099-01-01", "finish_on": "2099-02-01"}, "签订日期不能晚于今天"),
    ],
)
def test_a_contract_is_complete_or_a_form_to_mend(client, town, changes, said):
    project = build.approved(town)
    client.force_login(town.village)

    answer = client.post(url("contract", project.code), contract(town, **changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Contract.objects.count() == 0


@pytest.mark.parametrize(("office", "proposed"), [("测试甲村村民委员会", "测试甲村村民委员会"), ("", "测试甲村委会")])
def test_who_signs_for_the_village_is_proposed_kept_as_the_paper_has_it_and_read_beside_the_contractor(
    client, town, office, proposed
):
    project = build.approved(town)
    if office:
        Organisation.objects.create(name=office, kind="village_office", area=project.area)
    client.force_login(town.village)
    assert f'value="{proposed}"' in client.get(url("contract", project.code)).content.decode()

    client.post(url("contract", project.code), contract(town, client="测试甲村经济合作社"))

    assert Contract.objects.get().client == "测试甲村经济合作社"
    event = AuditEvent.objects.get(action="contract.sign")
    assert event.after["client"] == "测试甲村经济合作社"
    page, agreement = (
        client.get(address).content.decode()
        for address in (url("work", project.code), f"/desk/documents/{project.code}/agreement/")
    )
    client.logout()
    public = client.get(project.get_absolute_url()).content.decode()
    assert "甲方</dt><dd>测试甲村经济合作社</dd>" in page
    assert "甲方</th><td>测试甲村经济合作社</td>" in agreement
    assert "甲方：测试甲村经济合作社。" in public


def test_only_a_contract_for_several_projects_says_what_each_costs(client, town):
    project, other = build.approved(town), build.approved(town)
    client.force_login(town.village)

    forgotten = client.post(url("contract", project.code), contract(town, **{f"amount_{other.pk}": "8000"}))
    alone = client.post(url("contract", project.code), contract(town))

    assert forgotten.status_code == 422
    assert "这个项目多少钱也要写" in forgotten.content.decode()
    assert alone.status_code == 302
    assert [work.contract_yuan for work in Work.objects.all()] == [YUAN("48000")]


def test_several_projects_in_one_contract_add_up(client, town):
    first, second = build.approved(town, "30000"), build.approved(town, "20000")
    client.force_login(town.village)
    shares = {f"amount_{first.pk}": "28000", f"amount_{second.pk}": "17000"}

    wrong = client.post(url("contract", first.code), contract(town, total_yuan="46000", **shares))
    right = client.post(url("contract", first.code), contract(town, total_yuan="45000", **shares))

    assert wrong.status_code == 422
    assert "合计45,000元，与合同总价46,000元不符" in wrong.content.decode()
    assert right.status_code == 302
    assert Work.objects.count() == 2
