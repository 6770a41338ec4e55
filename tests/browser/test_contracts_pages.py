"""The ledger as staff keep it, and the board as the bureau reads it."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from playwright.sync_api import expect

from app.contracts.schemas import ContractIn
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from tests.asking import written
from tests.installations import Content

HEADER = (
    "合同登记编号", "合同名称", "合同类别", "合同成交额（万元）", "技术交易额（万元）", "签订日期", "登记日期",
    "买方名称", "买方地区", "卖方名称", "卖方地区",
)  # fmt: skip


@pytest.fixture(scope="module")
def seeded_dir(installed):
    """Two years of a made-up ledger with targets."""
    return installed(Content.DEMO)


def _workbook():
    day = (today() - timedelta(days=2)).isoformat()
    shared = (day, day, "云澜恒矿装备有限公司（示例）", "云澜市矿南区矿山装备园", "北岭科技大学（示例）", "北岭市")
    rows = [
        ("LL-2026-1", "井筒装备防腐涂装工艺开发（示例）", "技术开发", 66.5, 60, *shared),
        ("LL-2026-2", "提升机钢丝绳在线探伤（示例）", "技术服务", "约40", 38, *shared),
        ("LL-2026-3", "皮带机智能巡检（示例）", "技术租赁", 21, 20, *shared),
    ]
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("三月")
        for at, cells in enumerate((HEADER, *rows)):
            sheet.write_row(at, 0, cells)
    return {"name": "登记台账.xlsx", "mimeType": "application/octet-stream", "buffer": stream.getvalue()}


def test_staff_import_a_workbook_after_looking_at_it(visit):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/contracts")
    page.get_by_role("link", name="导入登记台账").first.click()
    expect(page.get_by_role("heading", name="导入登记台账")).to_be_visible()
    liaison.inspect("contracts-import")
    page.locator("input[type=file]").set_input_files(_workbook())
    expect(page.get_by_role("heading", name="登记台账.xlsx")).to_be_visible()
    expect(page.get_by_text("1 份合同将新增")).to_contain_text("66.5")
    expect(page.get_by_text("须为确定的数额")).to_be_visible()
    expect(page.get_by_text("须为技术开发、技术转让")).to_be_visible()
    liaison.inspect("contracts-batch")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载要改的 2 行").click()
    assert saved.value.suggested_filename == "contracts-report.xlsx"
    page.get_by_role("button", name="写入这 1 份").click()
    expect(page.get_by_text("写入 1 份")).to_be_visible()
    page = liaison.open("/contracts?q=LL-2026")
    expect(page.get_by_role("link", name="井筒装备防腐涂装工艺开发（示例）")).to_be_visible()
    expect(page.get_by_role("link", name="提升机钢丝绳在线探伤（示例）")).to_have_count(0)


def test_a_contract_is_entered_adjusted_and_cancelled(visit):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/contracts/new")
    page.get_by_label("合同登记编号").fill("LL-9")
    page.get_by_label("合同名称").fill("瓦斯抽采泵变频改造（示例）")
    page.get_by_label("合同成交额").fill("50")
    page.get_by_label("其中技术交易额").fill("55")
    page.get_by_label("签订日期").fill(today().isoformat())
    page.get_by_label("买方名称").fill("云澜望山煤业有限公司（示例）")
    page.get_by_label("卖方名称").fill("外地机电研究所（示例）")
    page.locator("select[name=seller_local]").select_option("false")
    liaison.inspect("contract-form")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").first).to_contain_text("技术交易额大于合同成交额")
    page.get_by_label("其中技术交易额").fill("45")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="瓦斯抽采泵变频改造（示例）")).to_be_visible()
    expect(page.get_by_text("望山区")).to_be_visible()
    page.get_by_text("登记更正、退款或撤销").click()
    page.get_by_label("类型").select_option("refund")
    page.get_by_label("成交额增减（万元）", exact=True).fill("8")
    page.get_by_label("技术交易额增减（万元）").fill("8")
    page.get_by_label("原因").fill("退款凭证 12 号（示例）")
    page.get_by_role("button", name="登记调整").click()
    expect(page.locator(".figure-big").first).to_have_text("42")
    expect(page.get_by_text("登记退款：自")).to_contain_text("-8 万元")
    liaison.inspect("contract")
    page.get_by_text("登记更正、退款或撤销").click()
    page.get_by_role("button", name="撤销登记").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销登记").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("双方解除（示例）")
    page.get_by_role("dialog").get_by_role("button", name="撤销登记").click()
    expect(page.locator(".tag.bad")).to_have_text("已撤销登记")
    page.get_by_role("link", name="修改").click()
    page.get_by_label("合同名称").fill("瓦斯抽采泵变频改造，已解除（示例）")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("修改：合同名称由")).to_be_visible()


def test_a_number_that_is_known_is_told_with_its_contract(visit):
    page = visit(Role.LIAISON).open("/contracts/new")
    known = f"YL{(today() - timedelta(days=12)).year}-0001"
    page.get_by_label("合同登记编号").fill(known)
    page.get_by_label("合同名称").fill("重复录入（示例）")
    page.get_by_label("合同成交额").fill("5")
    page.get_by_label("其中技术交易额").fill("5")
    page.get_by_label("签订日期").fill(today().isoformat())
    page.get_by_label("买方名称").fill("云澜望山煤业有限公司（示例）")
    page.get_by_label("卖方名称").fill("云澜矿业大学（示例）")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").first).to_contain_text(f"{known} 已在台账")


@pytest.mark.main_path
def test_the_bureau_opens_the_board_drills_down_and_exports(visit):
    bureau = visit(Role.BUREAU)
    page = bureau.open("/")
    expect(page.get_by_role("link", name="看考核看板")).to_be_visible()
    bureau.inspect("bureau-home")
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="考核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("考核")
    expect(page.locator("[data-bars] canvas").first).to_be_visible()
    bureau.inspect("board")
    county = page.locator("section", has=page.get_by_role("heading", name="各县区")).get_by_role("row")
    cell = county.filter(has_text="矿南区").get_by_role("link").first
    figure = cell.inner_text()
    cell.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("吸纳技术合同成交额：矿南区")
    expect(page.locator("main > .figure-big")).to_contain_text(figure)
    cells = page.locator("tbody td:last-child").all_inner_texts()
    added = sum(float(text.replace(",", "")) for text in cells)
    assert added == pytest.approx(float(figure.replace(",", "")))
    bureau.inspect("board-rows")
    page.locator(".crumbs a").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="导出").click()
    assert saved.value.suggested_filename == "board.xlsx"
    page.get_by_role("link", name="联席会议材料").click()
    expect(page.get_by_role("heading", name="五、有风险的对接")).to_be_visible()
    bureau.inspect("board-pack")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载 Word").click()
    assert saved.value.suggested_filename == "board-pack.docx"


def test_the_bureau_sets_a_target_and_the_places(visit):
    bureau = visit(Role.BUREAU)
    page = bureau.open(f"/board/targets?year={today().year + 1}")
    expect(page.get_by_text("这一年度还没有目标")).to_be_visible()
    page.locator("select[name=measure]").select_option("output")
    page.locator("select[name=scope]").select_option("district")
    page.get_by_label("目标值").fill("300")
    page.get_by_role("button", name="设定", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("县区目标只填县区")
    page.locator("input[name=district]").fill("望山区")
    page.get_by_role("button", name="设定", exact=True).click()
    row = page.get_by_role("row").filter(has_text="望山区")
    expect(row).to_contain_text("300 万元")
    bureau.inspect("board-targets")
    row.get_by_role("button", name="修改").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("320")
    page.get_by_role("dialog").get_by_role("button", name="修改").click()
    expect(page.get_by_role("row").filter(has_text="望山区")).to_contain_text("320 万元")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("这一年度还没有目标")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("row").filter(has_text="望山区")).to_contain_text("320 万元")
    page.get_by_label("本市名称").fill("云澜市")
    page.get_by_role("button", name="保存设置").click()
    expect(page.get_by_text("已保存设置")).to_be_visible()


def test_an_enterprise_sees_its_own_contracts_alone(served, visit):
    name = "云澜台账查看公司（示例）"
    enterprise = visit(Role.ENTERPRISE, name)
    body = {
        "registration_number": "OWN-1", "title": "本单位的合同（示例）", "kind": "service", "amount_wan": "3",
        "technology_amount_wan": "3", "signed_on": today(), "registered_on": today(), "buyer": name,
        "buyer_local": True, "buyer_district": "矿南区", "seller": "外地院所（示例）", "seller_local": False,
    }  # fmt: skip
    contracts = served.services.contracts
    id = written(served.services.database, contracts.create, ContractIn.model_validate(body), OPERATOR)
    page = enterprise.open("/contracts")
    expect(page.get_by_role("row")).to_have_count(2)
    enterprise.inspect("contracts-member")
    page.get_by_role("link", name="本单位的合同（示例）").click()
    expect(page.get_by_role("heading", name="金额")).to_be_visible()
    expect(page.get_by_text("登记更正、退款或撤销")).to_have_count(0)
    expect(visit(Role.ENTERPRISE).open(f"/contracts/{id}").get_by_text("台账里没有这份合同")).to_be_visible()
    expect(enterprise.open("/board").get_by_role("heading", level=1)).to_have_text("没有权限")


def test_the_ledger_is_narrowed(visit):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/contracts")
    liaison.inspect("contracts")
    page.get_by_label("方向").select_option("output")
    page.get_by_label("县区").fill("矿南区")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("输出")
    page.get_by_label("名称、编号或买卖方包含").fill("没有这样的合同")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合条件的合同")).to_be_visible()
