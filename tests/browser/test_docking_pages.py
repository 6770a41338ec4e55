"""Dockings as their people work them: a liaison from a match to the contract, the sides, and the bureau."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.identification import caller_of
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import DockingStage, EntryKind, RecordKind, Team
from tests.asking import written

ENTERPRISE, UNIVERSITY = "云澜丁窑业（示例）", "云澜己大学（示例）"


@pytest.fixture
def pair(served):
    """The ids of a need of an enterprise and an achievement of a university that fit."""
    records = served.services.records

    def made(need="XQ-metal-01", achievement="CG-metal-01"):
        with served.services.database.read() as session:
            return tuple(
                records[kind].named(session, name, OPERATOR).id
                for kind, name in ((RecordKind.NEEDS, need), (RecordKind.ACHIEVEMENTS, achievement))
            )

    return made


@pytest.fixture
def begun(served, pair):
    """Open a docking of a pair as a liaison and take it to a stage; return its id."""

    def made(caller, *stages, need="XQ-metal-01", achievement="CG-metal-01", due=None):
        service = served.services.dockings
        ids = pair(need, achievement)
        with served.services.database.write() as session:
            docking, _ = service.open(session, *ids, caller)
            for stage in stages:
                service.step(session, docking.id, stage, "", None, caller)
            if due is not None:
                fields = {"next_action": "催寄样件", "next_due_on": today(), "next_owner_id": caller.account_id}
                service.change(session, docking.id, fields, "*", caller)
                docking.next_due_on = today() + timedelta(days=due)
            return docking.id

    return made


def test_a_liaison_takes_a_match_to_the_contract(visit, pair):
    liaison = visit(Role.LIAISON, unit="双需专班")
    page = liaison.open("/needs/{}/matches/{}".format(*pair()))
    page.get_by_role("button", name="开始对接").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("↔")
    expect(page.locator(".docking-way [aria-current=step]")).to_have_text("推荐")
    # Only what the table allows is offered.
    form = page.get_by_role("form", name="改阶段")
    expect(form.locator("button[name=to]")).to_have_text(["进到“已联系”"])
    page.get_by_label("做什么").fill("约双方看样件")
    page.get_by_label("期限").fill(str(today()))
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("约双方看样件").first).to_be_visible()
    for stage, offered in (
        ("已联系", ["进到“双方有意”", "退回“推荐”"]),
        ("双方有意", ["进到“洽谈”", "退回“已联系”"]),
        ("洽谈", ["进到“中试/验证”", "进到“签约”", "退回“双方有意”"]),
    ):
        page.get_by_role("button", name=f"进到“{stage}”").click()
        expect(page.locator(".docking-way [aria-current=step]")).to_have_text(stage)
        expect(form.locator("button[name=to]")).to_have_text(offered)
    # Back needs a reason.
    page.get_by_role("button", name="退回“双方有意”").click()
    expect(page.get_by_text("退回要写明理由").first).to_be_visible()
    page.get_by_label("种类").select_option("meeting")
    page.get_by_label("会面日期").fill(str(today()))
    page.get_by_label("内容").fill("在厂里看了中板，厚 40 mm（示例）。")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("在厂里看了中板")).to_be_visible()
    page.get_by_label("选择文件").set_input_files(
        {"name": "检测报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 example"}
    )
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="检测报告.pdf")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="检测报告.pdf").click()
    assert downloading.value.suggested_filename == "检测报告.pdf"
    page.get_by_label("选择文件").set_input_files(
        {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"}
    )
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#upload-error")).to_contain_text("只收 PDF")
    page.reload()
    page.get_by_role("button", name="转交专班").click()
    page.locator("#block select[name=team]").select_option("finance")
    page.get_by_label("卡在哪里").fill("缺 300 万元流动资金（示例）")
    page.get_by_role("button", name="转交", exact=True).click()
    expect(page.get_by_text("卡在金融专班").first).to_be_visible()
    liaison.inspect("docking-negotiating")
    page.get_by_role("button", name="阻碍已解除").click()
    expect(page.get_by_text("金融专班的阻碍解除")).to_be_visible()
    page.get_by_role("button", name="办结").click()
    expect(page.get_by_text("办结：约双方看样件")).to_be_visible()
    page.get_by_role("button", name="进到“签约”").click()
    expect(page.locator(".docking-way [aria-current=step]")).to_have_text("签约")
    liaison.inspect("docking-signed")
    page.get_by_role("link", name="匹配详情").click()
    expect(page.get_by_role("link", name="对接：签约")).to_be_visible()


@pytest.mark.main_path
def test_a_docking_is_closed_with_a_reason_and_taken_up_again(visit, begun):
    liaison = visit(Role.LIAISON)
    id = begun(caller_of(liaison.person, ""), need="XQ-chem-02", achievement="CG-chem-04")
    page = liaison.open(f"/dockings/{id}")
    page.keyboard.press("x")
    dialog = page.get_by_role("dialog", name="关闭这条对接")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="关闭对接").click()
    expect(dialog.locator(".wrong")).to_be_visible()
    dialog.get_by_label("原因").select_option("technical_mismatch")
    dialog.get_by_label("说明").fill("企业要湿法（示例）")
    liaison.inspect("docking-close-dialog")
    dialog.get_by_role("button", name="关闭对接").click()
    expect(page.get_by_text("在“推荐”阶段关闭：技术不对路")).to_be_visible()
    expect(page.get_by_role("form", name="改阶段")).to_have_count(0)
    liaison.inspect("docking-closed")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("重新打开，回到“推荐”")).to_be_visible()


def test_the_board_and_the_list(visit, begun, served):
    liaison = visit(Role.LIAISON, unit="双需专班")
    caller = caller_of(liaison.person, "")
    page = liaison.open("/dockings?mine=true")
    expect(page.get_by_text("没有这样的对接")).to_be_visible()
    late = begun(caller, DockingStage.CONTACTED, need="XQ-coal-03", achievement="CG-coal-04", due=-3)
    begun(caller, need="XQ-coal-04", achievement="CG-coal-06")
    blocked = begun(caller, DockingStage.CONTACTED, need="XQ-env-01", achievement="CG-env-01", due=2)
    database, dockings = served.services.database, served.services.dockings
    written(database, dockings.block, blocked, Team.PLATFORM, "缺中试场地", caller)
    page = liaison.open("/dockings")
    expect(page.get_by_role("heading", name="推荐")).to_be_visible()
    expect(page.get_by_text("逾期 3 天").first).to_be_visible()
    liaison.inspect("dockings-board")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="已逾期，先办这些")).to_be_visible()
    expect(page.locator(".dockings a.title").first).to_have_attribute("href", f"/dockings/{late}")
    page.keyboard.press("j")
    expect(page.locator(".dockings a.title").first).to_be_focused()
    liaison.inspect("dockings-list")
    page.get_by_label("受阻于").select_option("platform")
    expect(page.locator(".dockings a.title")).to_have_count(1)
    page = liaison.open("/")
    expect(page.get_by_role("heading", name="对接：今天要办")).to_be_visible()
    expect(page.get_by_role("link", name="催寄样件")).to_be_visible()
    liaison.inspect("workbench-dockings")
    bureau = visit(Role.BUREAU)
    page = bureau.open("/dockings")
    expect(page.get_by_text("卡在平台专班").first).to_be_visible()
    expect(page.get_by_text("催寄样件")).to_have_count(0)
    bureau.inspect("dockings-bureau")
    page = bureau.open(f"/dockings/{blocked}")
    expect(page.get_by_role("button", name="关闭…")).to_have_count(0)
    expect(page.get_by_text("缺中试场地")).to_have_count(0)


def test_members_follow_and_answer(visit, begun, served):
    enterprise = visit(Role.ENTERPRISE, "云澜昌和洗选有限公司（示例）")
    university = visit(Role.UNIVERSITY, "云澜矿业大学（示例）")
    liaison = visit(Role.LIAISON)
    caller = caller_of(liaison.person, "")
    id = begun(caller, need="XQ-coal-02", achievement="CG-machine-01")
    dockings = served.services.dockings
    with served.services.database.write() as session:
        for note, shared in (("先寄 50 kg 煤样（示例）", True), ("内部：价格偏高", False)):
            dockings.conversation.add(session, id, EntryKind.NOTE, note, caller, shared=shared)
    page = university.open("/")
    page.get_by_role("region", name="对接进展").get_by_role("link", name="雨季原煤发黏").click()
    expect(page.get_by_text("某企业（匿名发布）")).to_be_visible()
    expect(page.get_by_text("先寄 50 kg 煤样")).to_be_visible()
    for hidden in ("内部：价格偏高", "云澜昌和", "改阶段"):
        expect(page.get_by_text(hidden)).to_have_count(0)
    page.get_by_label("内容").fill("请打 0370-5551234 找我")
    page.get_by_role("form", name="留言").get_by_label("双方都能看到").check()
    page.get_by_role("button", name="留言").click()
    expect(page.get_by_text("出现了电话").first).to_be_visible()
    page.get_by_label("内容").fill("筛面可先试一台，开孔 6 mm（示例）")
    page.get_by_role("button", name="留言").click()
    expect(page.get_by_text("筛面可先试一台")).to_be_visible()
    university.inspect("docking-university")
    page = enterprise.open(f"/dockings/{id}")
    expect(page.get_by_text("筛面可先试一台")).to_be_visible()
    enterprise.inspect("docking-enterprise")
    page = enterprise.open("/dockings")
    expect(page.locator(".dockings a.title")).to_have_count(1)
    enterprise.inspect("dockings-enterprise")
    written(served.services.database, dockings.step, id, DockingStage.CONTACTED, "", None, OPERATOR)
    expect(enterprise.open("/").get_by_role("region", name="对接进展")).to_contain_text("已联系")
