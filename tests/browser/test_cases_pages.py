"""A case by a liaison, an enterprise and a university, and as everybody reads it."""

import pytest
from playwright.sync_api import expect

from app.achievements.schemas import AchievementIn
from app.cases.stages import Step
from app.core.caller import OPERATOR, Role
from app.dockings.opening import open_docking
from app.models import DockingOrigin, RecordKind
from app.needs.schemas import NeedIn
from tests.asking import new_record

MILL, COLLEGE = "云澜青麦面粉有限公司（示例）", "云澜谷物学院（示例）"


@pytest.fixture
def signed(served):
    """A signed docking of an anonymous need."""
    services = served.services
    need = {
        "title": "磨粉工段电耗高", "organisation": MILL, "visibility": "anonymous", "industries": ["1311"],
        "description": "磨一吨小麦要用七十二度电，同行只要六十度，想把电耗降下来（示例）。",
    }  # fmt: skip
    achievement = {
        "title": "磨辊浅齿与测温调速", "organisation": COLLEGE, "visibility": "public",
        "summary": "磨辊齿形改浅，按辊温自动调速，一吨省电十度以上，已在两家粉厂使用（示例）。",
    }  # fmt: skip
    first = new_record(services, RecordKind.NEEDS, NeedIn.model_validate(need).model_dump(), OPERATOR)
    second = new_record(
        services,
        RecordKind.ACHIEVEMENTS,
        AchievementIn.model_validate(achievement).model_dump(),
        OPERATOR,
    )
    with services.database.write() as session:
        docking = open_docking(session, OPERATOR, first.id, second.id, DockingOrigin.MATCH)
        docking.stage = "signed"
        return docking.id


def test_a_liaison_writes_a_case_in_plain_words(visit, signed):
    liaison, anybody = visit(Role.LIAISON), visit()
    expect(anybody.open("/cases").get_by_text("还没有发布的案例")).to_be_visible()
    anybody.inspect("cases-empty")
    page = liaison.open("/cases/new")
    liaison.inspect("case-new")
    page.get_by_role("button", name="写成案例：磨粉工段电耗高").click()
    expect(page.get_by_role("heading", name="修改案例")).to_be_visible()
    page.get_by_label("企业的难题").fill("青麦面粉磨一吨小麦要用七十二度电。")
    page.get_by_label("怎么解决的").fill("学院的老师把磨辊的齿改浅了，助力企业降本。")
    page.get_by_label("效果").fill("现在一吨用电六十一度，一年省三十万元。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("这些地方会让人认出企业")).to_be_visible()
    expect(page.get_by_text("“助力”是套话")).to_be_visible()
    liaison.inspect("case-checks")
    page.get_by_role("link", name="修改", exact=True).click()
    liaison.inspect("case-form")
    page.get_by_label("企业的难题").fill("我们磨一吨小麦要用七十二度电。")
    page.get_by_label("怎么解决的").fill("学院的老师把磨辊的齿改浅了，又加了测温。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("没有长句、套话和公文腔")).to_be_visible()
    expect(page.get_by_role("button", name="征求双方同意")).to_be_visible()


@pytest.fixture
def asked(served, signed):
    """A case before both sides; its address."""
    cases = served.services.cases
    texts = {
        "problem": "我们磨一吨小麦要用七十二度电。", "effect": "现在一吨用电六十一度，一年省三十万元。",
        "solution": "学院的老师把磨辊的齿改浅了，又加了测温。",
    }  # fmt: skip
    with served.services.database.write() as session:
        case = cases.propose(session, signed, OPERATOR)
        cases.change(session, case.id, texts, "*", OPERATOR)
        cases.step(session, case.id, Step.ASK, "", OPERATOR)
    return f"/cases/{case.id}"


@pytest.mark.main_path
def test_both_sides_agree_it_is_published_and_taken_back(visit, asked):
    liaison, mill, college = visit(Role.LIAISON), visit(Role.ENTERPRISE, MILL), visit(Role.UNIVERSITY, COLLEGE)
    anybody, address = visit(), asked
    page = liaison.open(address)
    expect(page.get_by_role("button", name="登记同意")).to_be_visible()
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    own = mill.open(address)
    expect(own.get_by_text("文中不写贵单位名称")).to_be_visible()
    mill.inspect("case-consent")
    own.get_by_role("button", name="同意发布").click()
    expect(own.get_by_role("heading", name="本单位已同意")).to_be_visible()
    theirs = college.open(address)
    expect(theirs.get_by_text(MILL)).to_have_count(0)
    page.reload()
    page.get_by_label("谁同意的").fill("成果转化办（示例）")
    page.get_by_label("以什么方式").select_option("written")
    page.get_by_role("button", name="登记同意").click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("已公开。任何一方收回同意")).to_be_visible()
    liaison.inspect("case-published")
    seen = anybody.open(address)
    expect(seen.get_by_text("本市某农副食品加工企业")).to_be_visible()
    expect(seen.get_by_text(MILL)).to_have_count(0)
    anybody.inspect("case-public")
    pdf = seen.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 1
    anybody.open("/cases")
    anybody.inspect("cases")
    own = mill.open(address)
    own.get_by_role("button", name="收回同意").click()
    own.get_by_role("dialog").get_by_role("button", name="收回同意").click()
    expect(own.get_by_text("已撤下：需求方收回了同意")).to_be_visible()
    expect(anybody.open(address).get_by_text("没有这个案例")).to_be_visible()
