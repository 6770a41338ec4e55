"""The upload as a research office does it: drop the file, look, mend a column, take it in, get the rest back."""

import csv
import io

import pytest
from playwright.sync_api import expect

from app.core.caller import OPERATOR, Role
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from tests.asking import written

HEADER = ["序号", "项目名称", "成果简介", "所处阶段", "拟转让价格（万元）"]
ODD = ["序号", "项目名称", "内容", "所处阶段", "拟转让价格（万元）"]
GOOD = [
    ["1", "低温余热驱动的有机朗肯循环发电机组", "膨胀机等熵效率达82%，净发电量45 kW。", "中试", "120"],
    ["2", "铝灰无害化脱氮与氧化铝回收", "两段水解脱除氮化铝，氨气回收制硫酸铵。", "小试", "面议"],
    ["3", "钢渣碳化制备路缘石", "转炉钢渣微粉压制后在18%二氧化碳烟气中养护24 h，抗压强度48 MPa。", "产业化", "60-80"],
]  # fmt: skip
BAD = ["4", "", "这一行没有名称，不知道是哪一项成果。", "中试", "30"]


def _file(*rows, header=HEADER):
    text = io.StringIO()
    csv.writer(text).writerows([["某大学2026年科技成果汇总表"], header, *rows])
    return {"name": "成果汇总.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("gb18030")}


@pytest.fixture
def university(visit):
    return visit(Role.UNIVERSITY)


@pytest.mark.main_path
def test_a_research_office_brings_its_table_in(university):
    page = university.open("/imports")
    expect(page.get_by_text("还没有导入过文件")).to_be_visible()
    university.inspect("imports-empty")
    page.locator("input[type=file]").set_input_files(_file(*GOOD, BAD, header=ODD))
    # Nobody told what “内容” is: it is said here, once.
    expect(page.get_by_role("alert")).to_contain_text("没有找到表头")
    page.get_by_label("内容 作为").select_option("summary")
    page.get_by_role("button", name="按上面的对应重新检查").click()
    expect(page.get_by_text("3 行可以导入，1 行需要修改")).to_be_visible()
    expect(page.get_by_label("拟转让价格（万元） 作为")).to_have_value("price")
    expect(page.get_by_role("cell", name="第 6 行")).to_be_visible()
    university.inspect("imports-tried")
    page.get_by_role("button", name="导入这 3 行").click()
    expect(page.get_by_text("有 1 行没有导入")).to_be_visible()
    expect(page.locator(".counts")).to_contain_text("新增3")
    university.inspect("imports-done")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载要改的 1 行").click()
    assert saved.value.suggested_filename == "import-report.xlsx"
    page = university.open("/imports")
    expect(page.get_by_role("row").filter(has_text="成果汇总.csv")).to_have_count(3)
    university.inspect("imports-list")
    page.locator("input[type=file]").set_input_files(_file(*GOOD, header=ODD))
    row = page.locator("tr", has=page.get_by_label("内容 作为", exact=True))
    expect(row).to_contain_text("上次指定")


def test_the_same_file_again_changes_nothing(university):
    page = university.page
    for created, unchanged in ((3, 0), (0, 3)):
        university.open("/imports")
        page.locator("input[type=file]").set_input_files(_file(*GOOD))
        page.get_by_role("button", name="导入这 3 行").click()
        expect(page.get_by_text("全部完成")).to_be_visible()
        expect(page.locator(".counts")).to_contain_text(f"新增{created}")
        expect(page.locator(".counts")).to_contain_text(f"无变化{unchanged}")


def test_what_cannot_be_read_says_what_to_do(university):
    page = university.open("/imports")
    page.locator("input[type=file]").set_input_files(
        {"name": "说明.docx", "mimeType": "application/msword", "buffer": b"PK"}
    )
    expect(page.get_by_role("alert")).to_contain_text("xlsx")
    page.locator("input[type=file]").set_input_files(
        {"name": "无表头.csv", "mimeType": "text/csv", "buffer": "甲,乙\n1,2\n3,4\n".encode()}
    )
    expect(page.get_by_role("alert")).to_contain_text("没有找到表头")
    # The columns can be said by hand, and the file is tried again.
    expect(page.get_by_label("甲 作为")).to_be_visible()
    university.inspect("imports-failed")


def test_another_organisations_upload_is_not_there(visit, university):
    page = university.open("/imports")
    page.locator("input[type=file]").set_input_files(_file(*GOOD))
    page.wait_for_url("**/imports/*")
    other = visit(Role.UNIVERSITY)
    shown = other.open(page.url.removeprefix(other.url))
    expect(shown.get_by_text("没有这次导入")).to_be_visible()


def test_quality_is_drawn(visit):
    anybody = visit()
    page = anybody.open("/quality")
    expect(page.get_by_role("heading", name="概率可信吗")).to_be_visible()
    expect(page.locator(".chart canvas")).to_be_visible()
    anybody.inspect("quality")


def test_quality_fits_before_its_chart_is_drawn_again(visit):
    anybody = visit()
    anybody.context.add_init_script("window.ResizeObserver = class { observe() {} }")
    page = anybody.open("/quality")
    expect(page.locator(".chart canvas")).to_be_visible()
    anybody.inspect("quality-late")


def _take_in(page, name):
    page.goto(page.url.partition("/imports")[0] + "/imports")
    page.locator("input[type=file]").set_input_files(_file(*GOOD))
    expect(page.get_by_role("button", name=name)).to_be_visible()


def _withdraw(served, person):
    records = served.services.records[RecordKind.ACHIEVEMENTS]
    with served.services.database.read() as session:
        mine = records.page(session, OPERATOR, RecordFilter(organisation=person.organisation_id)).records
    for record in mine:
        written(served.services.database, records.withdraw, record.id, "*", OPERATOR)


def test_what_was_withdrawn_comes_back_by_box_and_by_button(served, university):
    page = university.open("/imports")
    _take_in(page, "导入这 3 行")
    page.get_by_role("button", name="导入这 3 行").click()
    expect(page.get_by_text("全部完成")).to_be_visible()
    _withdraw(served, university.person)
    _take_in(page, "导入这 3 行")
    page.get_by_label("恢复已撤回的 3 条").check()
    page.get_by_role("button", name="导入这 3 行").click()
    expect(page.get_by_text("“更新”中有 3 条是撤回后恢复的")).to_be_visible()
    _withdraw(served, university.person)
    _take_in(page, "导入这 3 行")
    page.get_by_role("button", name="导入这 3 行").click()
    again = page.get_by_role("button", name="恢复已撤回的 3 条")
    expect(again).to_be_visible()
    university.inspect("imports-withdrawn")
    again.click()
    expect(page.get_by_text("“更新”中有 3 条是撤回后恢复的")).to_be_visible()
