"""The first page of every role, as people begin their day on it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import RecordKind, Round, RoundInvitation
from app.needs.schemas import NeedIn
from app.records.publication import Decision
from tests.asking import new_record, written

NEED = {
    "title": "缸筒内孔珩磨太慢（门户示例）",
    "description": "缸筒内径180～320 mm，材质27SiMn，现在靠粗珩加精珩两道，单根4.5 h，粗糙度只到Ra0.4 μm，想改设备。",
    "indicators": "单根工时≤1.5 h；内孔粗糙度Ra≤0.2 μm",
    "industries": ["3511"],
    "visibility": "anonymous",
}
ACHIEVEMENT = {
    "title": "深孔刮削滚光复合加工（门户示例）",
    "summary": "一把复合刀具先刮削后滚压，一次走刀完成缸筒内孔的去余量和光整，代替粗、精两道珩磨，刀体浮动，自动找正。"
    "已在两台改造的镗床上用了三年。",
    "indicators": "内孔粗糙度Ra≤0.2 μm",
    "industries": ["3511"],
    "maturity": 8,
    "keywords": ["缸筒"],
    "cooperation_modes": ["技术服务"],
    "visibility": "public",
}


@pytest.fixture
def post(served):
    """Store a record of an organisation as its owner would, in a state."""

    def made(kind, organisation, status="published", **fields):
        body = {**(NEED if kind == "needs" else ACHIEVEMENT), **fields, "organisation": organisation, "status": status}
        fields = (NeedIn if kind == "needs" else AchievementIn).model_validate(body).model_dump()
        return new_record(served.services, RecordKind(kind), fields, OPERATOR)

    return made


@pytest.fixture
def asked_in(served):
    """Open a round of 需求征集 that asks an organisation."""

    def made(person, title):
        with served.services.database.write() as session:
            round = Round(title=title, opens_on=today(), closes_on=today() + timedelta(days=5), created_by="")
            round.industries, round.chains = [], []
            session.add(round)
            session.flush()
            session.add(RoundInvitation(round_id=round.id, organisation_id=person.organisation_id))
        return round

    return made


def _card(page, heading):
    return page.locator("section.card").filter(has=page.get_by_role("heading", name=heading, exact=True))


def _next(page):
    return page.locator("section.next-step")


def test_an_enterprise_without_a_need_learns_the_three_steps_and_who_sees_what(visit):
    window = visit(Role.ENTERPRISE)
    page = window.open("/")
    expect(page.get_by_role("heading", name="三步找到能用的技术")).to_be_visible()
    expect(page.get_by_text("双方都同意才交换联系方式")).to_be_visible()
    expect(_card(page, "谁能看到什么")).to_contain_text("匿名公开的需求不显示企业名称")
    window.inspect("portal-enterprise-new")
    page.get_by_role("link", name="写第一项需求").click()
    page.wait_for_url("**/needs/new")


@pytest.mark.main_path
def test_an_enterprise_sees_how_its_needs_stand_and_what_they_find(visit, post):
    window = visit(Role.ENTERPRISE, "云澜门户锻压有限公司（示例）")
    good = post("needs", "云澜门户锻压有限公司（示例）")
    post("achievements", "云澜门户刀具学院（示例）", title="缸筒内孔刮削滚光代替珩磨的复合加工")
    odd = post(
        "needs", "云澜门户锻压有限公司（示例）", title="古籍残页的颜料成分鉴别", indicators="", industries=[],
        description="想知道一批清代手绘地图用了哪些颜料，不能取样，要求现场完成，纸张不得受潮或受光照过强影响，记录归档。",
    )  # fmt: skip
    page = window.open("/")
    own = _card(page, "我的需求")
    row = own.get_by_role("listitem").filter(has_text=good.title)
    expect(row).to_contain_text("已发布")
    expect(row).to_contain_text("匿名公开")
    expect(row).to_contain_text("长期")
    expect(row.locator(".tag.grade-4, .tag.grade-3").first).to_be_visible()
    expect(own.get_by_role("listitem").filter(has_text=odd.title)).to_contain_text("库内暂无合适成果")
    expect(own.get_by_role("listitem").filter(has_text=odd.title)).to_contain_text("建议补充")
    window.inspect("portal-enterprise")
    row.get_by_role("link", name="匹配到成果").click()
    page.wait_for_url(f"**/needs/{good.id}/matches")


def test_a_returned_need_comes_first_with_the_reason(visit, post, served):
    name = "云澜门户铸造有限公司（示例）"
    window = visit(Role.ENTERPRISE, name)
    post("needs", name, title="另一项需求（门户示例）")
    need = post("needs", name, status="submitted")
    written(
        served.services.database,
        served.services.records[RecordKind.NEEDS].review,
        need.id,
        Decision.RETURN,
        "请写明现有设备型号",
        "1",
        OPERATOR,
    )
    page = window.open("/")
    expect(_next(page)).to_contain_text("被退回，请修改")
    expect(_next(page)).to_contain_text("请写明现有设备型号")
    expect(_card(page, "被退回的")).to_contain_text("请写明现有设备型号")
    _next(page).get_by_role("link", name="去修改").click()
    page.wait_for_url(f"**/needs/{need.id}/edit")


def test_a_round_is_answered_from_the_first_page(visit, asked_in):
    window = visit(Role.ENTERPRISE)
    asked_in(window.person, "冬季需求征集（门户示例）")
    page = window.open("/")
    expect(_next(page)).to_contain_text("“冬季需求征集（门户示例）”请您答复")
    row = _card(page, "需求征集").get_by_role("listitem").filter(has_text="冬季需求征集（门户示例）")
    expect(row).to_contain_text("还有 5 天")
    window.inspect("portal-enterprise-round")
    row.get_by_role("button", name="本轮无需求").click()
    page.get_by_role("dialog").get_by_role("button", name="本轮无需求").click()
    expect(row).to_contain_text("已答复无需求")
    expect(row.get_by_role("button")).to_have_count(0)
    expect(_next(page)).to_have_count(0)


def test_what_runs_out_is_renewed_with_one_press(visit, post):
    name = "云澜门户轧制有限公司（示例）"
    window = visit(Role.ENTERPRISE, name)
    need = post("needs", name, valid_until=today() - timedelta(days=2))
    page = window.open("/")
    expect(_next(page)).to_contain_text("已过期")
    page.get_by_role("button", name=f"续期一年：{need.title}").click()
    expect(page.get_by_role("status").filter(has_text="已续期到")).to_be_visible()
    expect(_card(page, "快到期")).to_have_count(0)


def test_a_university_sees_what_keeps_its_achievements_from_being_found(visit, post):
    name = "云澜门户理工大学（示例）"
    window = visit(Role.UNIVERSITY, name)
    whole = post("achievements", name)
    post("needs", "云澜门户缸筒有限公司（示例）", title="缸筒深孔刮削滚光复合加工，代替珩磨")
    short = post(
        "achievements", name, title="一种新型材料（门户示例）", summary="一种新型材料，性能优良。", indicators="",
        industries=[], maturity=None, keywords=[], cooperation_modes=[],
    )  # fmt: skip
    page = window.open("/")
    gaps = _card(page, "难以匹配的原因")
    for missing in ("没有写数值指标", "简介不足 60 字", "没有选应用行业", "没有写成熟度", "没有写关键词"):
        expect(gaps.get_by_role("listitem").filter(has_text=missing)).to_contain_text("1 项")
    fits = _card(page, "最匹配的需求").get_by_role("listitem").filter(has_text=whole.title)
    expect(fits.locator(".tag.grade-4, .tag.grade-3").first).to_be_visible()
    expect(_card(page, "已发布成果的构成")).to_contain_text("TRL 8")
    expect(_card(page, "已发布成果的构成")).to_contain_text("专用设备制造业")
    window.inspect("portal-university")
    gaps.get_by_role("link", name="没有写成熟度").click()
    expect(page.get_by_role("link", name=short.title, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=whole.title, exact=True)).to_have_count(0)
    window.inspect("portal-gaps")
    page.get_by_role("link", name=f"补充 {short.title}").click()
    page.wait_for_url(f"**/achievements/{short.id}/edit#maturity")


def test_a_university_without_an_achievement_begins_with_its_table(visit):
    window = visit(Role.UNIVERSITY)
    page = window.open("/")
    expect(page.get_by_role("link", name="导入成果表")).to_be_visible()
    window.inspect("portal-university-new")
    page.goto(window.url + "/gaps")
    expect(page.get_by_text("还没有成果")).to_be_visible()


@pytest.mark.main_path
@pytest.mark.parametrize(("button", "target"), [("找成果", "achievements"), ("找需求", "needs")])
def test_anybody_searches_both_ways_from_the_first_page(visit, button, target):
    window = visit()
    page = window.open("/")
    expect(_card(page, "最新成果").get_by_role("listitem")).to_have_count(5)
    expect(_card(page, "最新需求").get_by_role("listitem")).to_have_count(5)
    window.inspect("portal-public")
    page.get_by_label("要解决的问题，或手里的技术").fill("浮选尾矿脱水")
    page.get_by_role("main").get_by_role("button", name=button).click()
    page.wait_for_url(f"**/search/{target}?q=*")
    expect(page.locator("#search-text")).to_have_value("浮选尾矿脱水")


@pytest.mark.parametrize(("role", "link"), [(Role.BUREAU, "需求征集"), (Role.EXPERT, "匹配质量")])
def test_bureau_and_experts_find_their_pages(visit, role, link):
    window = visit(role)
    page = window.open("/")
    expect(page.get_by_role("navigation", name="常用").get_by_role("link", name=link)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("登录后发布")).to_have_count(0)
    window.inspect(f"portal-{role.value}")


def test_another_enterprises_line_of_matches_is_not_told(visit, post):
    need = post("needs", "云澜门户别家有限公司（示例）", visibility="public")
    window = visit(Role.ENTERPRISE)
    page = window.open(f"/needs/{need.id}/found")
    expect(page.get_by_text("代码 404")).to_be_visible()
