"""Interests from the first word to the contacts, as liaison, enterprise and university see them."""

import pytest
from playwright.sync_api import expect

from app.accounts.identification import caller_of
from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Role
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.records.transactions import create_record
from tests.asking import written

ENTERPRISE, UNIVERSITY = "云澜意向锻造有限公司（示例）", "云澜意向大学（示例）"


@pytest.fixture
def pair(served):
    """An anonymous need and a public achievement."""
    records = served.services.records
    need = {
        "title": "缸筒珩磨太慢（意向示例）", "description": "缸筒内径180 mm，单根要4.5 h，想找以车代珩的办法。",
        "organisation": ENTERPRISE, "visibility": "anonymous", "contact": "李工 139-0000-1234",
    }  # fmt: skip
    achievement = {
        "title": "刮削滚光加工（意向示例）", "summary": "一次走刀完成缸筒内孔去余量和光整，代替两道珩磨。",
        "organisation": UNIVERSITY, "visibility": "public", "maturity": 8,
    }  # fmt: skip
    bodies = {
        RecordKind.NEEDS: NeedIn.model_validate(need),
        RecordKind.ACHIEVEMENTS: AchievementIn.model_validate(achievement),
    }
    return tuple(
        create_record(served.services.database, records[kind], body.model_dump(), OPERATOR)[0]
        for kind, body in bodies.items()
    )


@pytest.fixture
def express(served, pair):
    """Ask for a talk about the pair as somebody; return the interest's id."""

    def made(person, message="想请贵方来看中试线。"):
        caller = OPERATOR if person is None else caller_of(person, "")
        interests = served.services.interests
        return written(served.services.database, interests.express, pair[0].id, pair[1].id, message, caller).id

    return made


@pytest.fixture
def sides(visit):
    return (
        visit(Role.ENTERPRISE, ENTERPRISE, phone="0370-5550001"),
        visit(Role.UNIVERSITY, UNIVERSITY, phone="0370-5550002"),
    )


def _act(window, interest, button, confirm=None):
    page = window.open(f"/interests/{interest}")
    page.get_by_role("button", name=button, exact=True).click()
    if confirm:
        page.get_by_role("dialog").get_by_role("button", name=confirm, exact=True).click()
    return page


@pytest.mark.main_path
def test_an_interest_goes_from_the_liaison_to_the_contacts(visit, sides, express, pair):
    enterprise, university = sides
    interest = express(enterprise.person)
    # The other side knows nothing before it is forwarded.
    page = university.open(f"/interests/{interest}")
    expect(page.get_by_role("heading", name=pair[0].title)).to_have_count(0)
    expect(page.get_by_text("代码 404")).to_be_visible()

    staff = visit(Role.LIAISON, phone="0370-5550003", unit="矿南区专班（示例）")
    page = staff.open("/interests")
    row = page.locator("section", has=page.get_by_role("heading", name="等您转达")).get_by_role("listitem")
    expect(row.filter(has_text=pair[0].title).first).to_contain_text("等您转达")
    staff.inspect("interests-liaison")
    page = _act(staff, interest, "转达给成果方")
    expect(page.get_by_role("status").filter(has_text="已转达")).to_be_visible()
    expect(page.get_by_text("等成果方答复")).to_be_visible()
    staff.inspect("interest-liaison-forwarded")

    page = university.open("/")
    expect(page.locator("section.next-step")).to_contain_text("有人想和您谈")
    page.get_by_role("link", name="去答复").click()
    expect(page.get_by_text("某企业（匿名发布）").first).to_be_visible()
    expect(page.get_by_text("想请贵方来看中试线。")).to_be_visible()
    assert ENTERPRISE not in page.content()
    assert "矿南区专班" not in page.content()
    university.inspect("interest-university-turn")
    page = _act(university, interest, "同意交换联系方式", "同意交换联系方式")
    expect(page.get_by_text("双方都同意了")).to_be_visible()
    expect(page.get_by_text(ENTERPRISE).first).to_be_visible()
    # Nothing is shown, and nothing kept, before the button is pressed.
    assert "139-0000-1234" not in page.content()
    page.get_by_role("button", name="查看联系方式").click()
    expect(page.get_by_role("link", name="0370-5550001")).to_have_attribute("href", "tel:0370-5550001")
    expect(page.get_by_text("李工 139-0000-1234")).to_be_visible()
    university.inspect("interest-contacts")

    page = _act(enterprise, interest, "查看联系方式")
    page.get_by_text("联系方式被查看过 1 次").click()
    expect(page.get_by_text("查看了需求方的联系方式")).to_be_visible()


def test_a_side_declines_with_a_reason_that_the_other_reads(sides, express, served):
    enterprise, university = sides
    interest = express(university.person)
    written(served.services.database, served.services.interests.forward, interest, OPERATOR)
    page = enterprise.open(f"/interests/{interest}")
    page.get_by_text("不合适，婉拒").click()
    page.get_by_label("理由").fill("请打 13900001234 再说")
    page.get_by_role("button", name="婉拒", exact=True).click()
    expect(page.locator(".wrong")).to_contain_text("13900001234")
    page.get_by_label("理由").fill("今年没有技改计划")
    page.get_by_role("button", name="婉拒", exact=True).click()
    expect(page.locator("main").get_by_text("已婉拒")).to_be_visible()
    page = university.open(f"/interests/{interest}")
    expect(page.get_by_text("今年没有技改计划")).to_be_visible()
    expect(page.get_by_role("button", name="同意交换联系方式")).to_have_count(0)


def test_who_asked_takes_it_back_and_may_take_that_back_too(sides, express):
    enterprise, _ = sides
    interest = express(enterprise.person)
    page = _act(enterprise, interest, "撤回意向")
    page.wait_for_url("**/interests")
    row = page.get_by_role("main").get_by_role("listitem").first
    expect(row).to_contain_text("已撤回")
    page.get_by_role("button", name="撤销").click()
    expect(row).to_contain_text("待情报员转达")


def test_a_liaison_records_how_both_sides_agreed(visit, express, served):
    interest = express(None, message="")
    written(served.services.database, served.services.interests.forward, interest, OPERATOR)
    staff = visit(Role.LIAISON)
    page = staff.open(f"/interests/{interest}")
    page.get_by_label("怎样同意的").fill("11 月 20 日电话")
    page.get_by_role("button", name="登记同意").click()
    expect(page.locator(".wrong")).to_be_visible()
    page.get_by_label("代为登记：哪一方同意了").select_option("need")
    page.get_by_role("button", name="登记同意").click()
    expect(page.get_by_text("等成果方答复")).to_be_visible()
    page.get_by_label("怎样同意的").fill("书面回函")
    page.get_by_role("button", name="登记同意").click()
    expect(page.get_by_role("button", name="查看联系方式")).to_be_visible()
    expect(page.locator("li", has_text="成果方同意交换联系方式")).to_be_visible()


def test_a_liaison_declines_before_anybody_sees_it(visit, sides, express):
    enterprise, university = sides
    interest = express(enterprise.person)
    staff = visit(Role.LIAISON)
    page = _act(staff, interest, "婉拒")
    page.get_by_role("dialog").get_by_role("textbox").fill("指标相差太远")
    page.get_by_role("dialog").get_by_role("button", name="婉拒").click()
    expect(page.get_by_text("指标相差太远")).to_be_visible()
    expect(enterprise.open(f"/interests/{interest}").get_by_text("指标相差太远")).to_be_visible()
    expect(university.open(f"/interests/{interest}").get_by_text("代码 404")).to_be_visible()


def test_others_see_no_interest_and_an_empty_list_says_how_to_begin(visit, sides, express):
    interest = express(sides[0].person)
    rival = visit(Role.ENTERPRISE)
    expect(rival.open(f"/interests/{interest}").get_by_text("代码 404")).to_be_visible()
    page = rival.open("/interests")
    expect(page.get_by_text("还没有意向")).to_be_visible()
    rival.inspect("interests-empty")
    page.get_by_role("main").get_by_role("link", name="找成果").click()
    page.wait_for_url("**/search/achievements")


def test_the_list_is_narrowed_by_state_in_its_address(visit, sides, express):
    enterprise, _ = sides
    express(enterprise.person)
    page = enterprise.open("/interests")
    page.keyboard.press("j")
    expect(page.get_by_role("main").get_by_role("listitem").first.get_by_role("link")).to_be_focused()
    page.get_by_label("进展").select_option("submitted")
    page.wait_for_url("**/interests?state=submitted*")
    expect(page.get_by_role("heading", name="待情报员转达")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("进展")).to_have_value("")
    with page.expect_download() as got:
        page.get_by_role("link", name="下载表格").click()
    assert got.value.suggested_filename == "interests.xlsx"
