"""A round of 需求征集 from the first word to the last answer, by a liaison and by enterprises."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.identification import caller_of
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import Organisation, RecordKind
from app.needs.schemas import NeedIn
from app.rounds.schemas import InvitationsIn
from tests.asking import new_record

FIRST, SECOND = "云澜甲窑业（示例）", "云澜乙窑业（示例）"
DAY = timedelta(days=1)
NEED = {"title": "窑炉烟气余热利用", "description": "隧道窑烟气280℃直接排放，希望回收余热用于干燥坯体（示例）。"}


@pytest.fixture
def enterprise(served, visit):
    """Sign an enterprise of a district in."""

    def made(name, district, park=None, phones=()):
        one = visit(Role.ENTERPRISE, name)
        with served.services.database.write() as session:
            own = session.get(Organisation, one.person.organisation_id)
            own.district, own.park, own.phones = district, park, list(phones)
        return one

    return made


@pytest.fixture
def round_of(served):
    """Open a round and ask enterprises."""

    def made(*visits, title="三季度技术需求征集（示例）", opens=-1, closes=10):
        fields = {"title": title, "opens_on": today() + opens * DAY, "closes_on": today() + closes * DAY}
        fields |= {"message": "请写明对象、现状和指标。", "industries": ["30"], "chains": []}
        rounds = served.services.rounds
        with served.services.database.write() as session:
            round = rounds.create(session, fields, OPERATOR)
            if visits:
                ids = [each.person.organisation_id for each in visits]
                rounds.invite(session, round.id, InvitationsIn(organisation_ids=ids), OPERATOR)
        return round.id

    return made


@pytest.fixture
def hand_in(served):
    """Hand a need in for a round as an enterprise."""

    def made(one, round_id):
        body = NeedIn.model_validate(NEED | {"round_id": round_id}).model_dump()
        new_record(served.services, RecordKind.NEEDS, body, caller_of(one.person, ""))

    return made


def test_a_liaison_opens_a_round_asks_and_reminds(visit, enterprise):
    enterprise(FIRST, "东河县", "一园", ["0000-1234567"])
    enterprise(SECOND, "西山区")
    liaison = visit(Role.LIAISON)
    page = liaison.open("/rounds/new")
    page.get_by_label("征集名称").fill("陶瓷产业技术需求征集（示例）")
    page.get_by_label("截止日期").fill(str(today() - 5 * DAY))
    page.get_by_label("给企业的话").fill("请写明对象、现状和指标。")
    page.get_by_text("制造业", exact=True).click()
    page.get_by_label("非金属矿物制品业").check()
    liaison.inspect("round-form")
    page.get_by_role("button", name="发起征集").click()
    expect(page.get_by_role("alert").first).to_contain_text("截止日期早于开始日期")
    page.get_by_label("截止日期").fill(str(today() + 9 * DAY))
    page.get_by_role("button", name="发起征集").click()
    expect(page.get_by_role("heading", name="陶瓷产业技术需求征集（示例）")).to_be_visible()
    expect(page.get_by_text("还没有邀请企业")).to_be_visible()
    expect(page.get_by_text("非金属矿物制品业").first).to_be_visible()
    # By district, then by name.
    page.get_by_label("县区").select_option("东河县")
    page.get_by_role("button", name="邀请符合条件的").click()
    expect(page.get_by_role("status").filter(has_text="新邀请")).to_be_visible()
    page.get_by_label("企业名称").fill(SECOND[:5])
    with page.expect_response("**/invitations"):
        page.get_by_role("button", name=f"邀请 {SECOND}").click()
    page.reload()
    expect(page.get_by_role("row").filter(has_text=SECOND)).to_contain_text("未答复")
    expect(page.get_by_role("row").filter(has_text=FIRST)).to_contain_text("0000-1234567")
    liaison.inspect("round")
    page.get_by_role("button", name="记一次催办").click()
    page.get_by_role("dialog").get_by_role("button", name="记一次催办").click()
    expect(page.locator("#reminded")).to_contain_text("已收到系统通知")
    expect(page.locator("#reminded")).to_contain_text(FIRST)
    page.get_by_role("button", name="记一次催办").click()
    page.get_by_role("dialog").get_by_role("button", name="记一次催办").click()
    expect(page.get_by_text("无需再记")).to_be_visible()


def test_answers_are_counted_and_read_by_place(visit, enterprise, round_of, hand_in):
    one = enterprise(FIRST, "东河县", "一园")
    other = enterprise(SECOND, "西山区")
    id = round_of(one, other)
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/rounds/{id}")
    # One answers by telephone, the other hands a need in.
    page.get_by_role("button", name=f"代 {SECOND} 登记无需求").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("今年没有技改计划")
    page.get_by_role("dialog").get_by_role("button", name="登记无需求").click()
    expect(page.get_by_role("row").filter(has_text=SECOND)).to_contain_text("今年没有技改计划")
    hand_in(one, id)
    page = liaison.open(f"/rounds/{id}")
    expect(page.locator(".counts")).to_contain_text("完成率")
    expect(page.get_by_role("link", name=NEED["title"])).to_be_visible()
    page.get_by_role("link", name="东河县").first.click()
    expect(page.get_by_role("heading", name="征集名单：东河县")).to_be_visible()
    expect(page.locator("#asked").get_by_role("row").filter(has_text=SECOND)).to_have_count(0)
    for name in ("round-completion.xlsx", "round-invitations.xlsx"):
        with page.expect_download() as saved:
            page.locator(f'a[href*="{name.removeprefix("round-")}"]').click()
        assert saved.value.suggested_filename == name
    page.get_by_role("link", name="修改").click()
    page.get_by_label("征集名称").fill("三季度技术需求征集，延期（示例）")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="延期")).to_be_visible()
    liaison.open("/rounds")
    liaison.inspect("rounds")


@pytest.mark.main_path
def test_an_enterprise_answers_its_invitation(enterprise, round_of):
    asked = enterprise(FIRST, "东河县")
    id = round_of(asked, title="四季度征集（示例）")
    page = asked.open("/rounds")
    expect(page.get_by_role("listitem").filter(has_text="四季度征集（示例）")).to_contain_text("等您答复")
    page.get_by_role("link", name="四季度征集（示例）").click()
    expect(page.get_by_role("link", name="提交需求")).to_have_attribute("href", f"/needs/new?round={id}")
    expect(page.get_by_text("通用设备制造业")).to_have_count(0)
    asked.inspect("round-answer")
    page.get_by_text("本轮没有需求").click()
    page.get_by_label("说明").fill("近期没有技改计划")
    page.get_by_role("button", name="答复本轮无需求").click()
    expect(page.get_by_text("已答复本轮无需求：近期没有技改计划")).to_be_visible()
    expect(page.get_by_role("link", name="修改", exact=True)).to_have_count(0)


def test_rounds_that_are_not_an_enterprises_own(enterprise, round_of, hand_in, visit):
    asked, other = enterprise(FIRST, "东河县"), enterprise(SECOND, "西山区")
    over = round_of(asked, title="已结束的征集（示例）", opens=-9, closes=-2)
    page = other.open(f"/rounds/{over}")
    expect(page.get_by_text("没有这次征集")).to_be_visible()
    expect(asked.open(f"/rounds/{over}").get_by_text("截止。有技术需求随时可以")).to_be_visible()
    open_to_all = round_of(asked, title="面向全市的征集（示例）")
    page = other.open(f"/rounds/{open_to_all}")
    expect(page.get_by_role("link", name="提交需求")).to_be_visible()
    expect(page.get_by_text("本轮没有需求")).to_have_count(0)
    hand_in(asked, open_to_all)
    expect(asked.open(f"/rounds/{open_to_all}").get_by_role("link", name=NEED["title"])).to_be_visible()
    expect(other.open(f"/rounds/{open_to_all}").get_by_role("link", name=NEED["title"])).to_have_count(0)
    expect(visit(Role.UNIVERSITY).open("/rounds").get_by_role("heading", level=1)).to_have_text("没有权限")


def test_the_bureau_reads_the_figures_and_no_names(enterprise, round_of, visit):
    asked = enterprise(FIRST, "东河县", "一园")
    id = round_of(asked)
    bureau = visit(Role.BUREAU)
    page = bureau.open(f"/rounds/{id}")
    expect(page.get_by_role("row").filter(has_text="一园")).to_contain_text("0%")
    expect(page.get_by_text(FIRST)).to_have_count(0)
    expect(page.get_by_role("heading", name="邀请企业")).to_have_count(0)
    bureau.inspect("round-bureau")
