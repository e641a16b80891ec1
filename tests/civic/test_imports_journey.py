"""A clerk brings the table at hand, sees what would come of it, and imports it."""

import pytest
from playwright.sync_api import expect

from civic.models import Area, Role
from tests import make
from tests.browser import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("js_enabled", [True, False])
def test_a_clerk_imports_the_table_at_hand(new_page, accessible, tmp_path, js_enabled):
    make.areas()
    page = new_page(make.officer(Role.SYSTEM_ADMIN, make.DISTRICT), viewport=PHONE)
    file = tmp_path / "村居名单.csv"
    file.write_bytes("斗门区村居名单\n统计用区划代码,叫法\n440403103202,测试丙村委会\n合计,1\n".encode("gb18030"))

    page.goto("/desk/import/")
    accessible(page)
    page.get_by_role("link", name="导入地方").click()
    page.get_by_label("表格文件").set_input_files(file)
    page.get_by_role("button", name="先试一遍").click()
    expect(page.get_by_role("alert")).to_contain_text("缺少列：名称")
    page.get_by_label("叫法").select_option("名称")
    page.get_by_role("button", name="按这样再试一遍").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("试过了，没有错")
    expect(page.get_by_text("第4行（合计）")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="导入这1行").click()

    expect(page.get_by_role("status").first).to_have_text("已导入：新增1，修改0，不变0")
    accessible(page)
    assert Area.objects.get(pk="440403103202").name == "测试丙村委会"
