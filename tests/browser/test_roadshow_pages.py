"""A roadshow by a liaison from the plan to the results; an enterprise's and a university's part; the bureau reads."""

import pytest
from playwright.sync_api import expect

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.roadshows.schemas import RoadshowIn
from app.roadshows.stages import Step
from tests.asking import new_record

PLANT, OTHER, COLLEGE = "云澜紫藤泵业有限公司（示例）", "云澜白桦选矿有限公司（示例）", "云澜流体学院（示例）"
NEED = {
    "title": "渣浆泵过流件磨损快",
    "description": "渣浆泵叶轮和护套输送尾矿浆，两个月就磨穿，想要耐磨陶瓷涂层，寿命提高一倍（示例）。",
}
ACHIEVEMENT = {
    "title": "渣浆泵过流件耐磨陶瓷涂层",
    "summary": "在渣浆泵叶轮和护套上做碳化硅耐磨陶瓷涂层，输送尾矿浆寿命提高两倍以上，已在三家选厂使用（示例）。",
    "visibility": "public",
}


@pytest.fixture(scope="module")
def records(served):
    """A plant's anonymous need, another's public one, and a college's achievement."""
    for owner, visibility in ((PLANT, "anonymous"), (OTHER, "public")):
        body = NeedIn.model_validate(NEED | {"organisation": owner, "visibility": visibility})
        new_record(served.services, RecordKind.NEEDS, body.model_dump(), OPERATOR)
    body = AchievementIn.model_validate(ACHIEVEMENT | {"organisation": COLLEGE})
    new_record(served.services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)


@pytest.fixture
def parties(visit, records):
    """The plant and the college, signed in."""
    return visit(Role.ENTERPRISE, PLANT), visit(Role.UNIVERSITY, COLLEGE)


@pytest.fixture
def held(served):
    """A roadshow today whose guests were invited."""

    def made(*visits, settle=False):
        body = RoadshowIn.model_validate(
            {"title": "泵阀对接会（示例）", "held_on": today(), "starts": "09:00", "ends": "10:00", "tables": 2,
             "place": "云澜会展中心 2 号厅"}
        )  # fmt: skip
        database, roadshows = served.services.database, served.services.roadshows
        agendas = served.services.roadshow_agendas
        with database.write() as session:
            id = roadshows.create(session, body.model_dump(), OPERATOR).id
            roadshows.invite(session, id, [each.person.organisation_id for each in visits], OPERATOR)
            roadshows.step(session, id, Step.INVITE, "", OPERATOR)
        if settle:
            with database.read() as session:
                proposal = agendas.prepare_agenda(session, id, OPERATOR)
            with database.write() as session:
                agendas.propose(session, id, proposal, OPERATOR)
                roadshows.step(session, id, Step.SETTLE, "", OPERATOR)
        return id

    return made


def test_a_liaison_plans_and_invites(visit, parties):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/roadshows")
    expect(page.get_by_text("现在没有筹备中的路演")).to_be_visible()
    liaison.inspect("roadshows-empty")
    page.get_by_role("link", name="筹备路演").first.click()
    page.get_by_label("活动名称").fill("泵阀产学研对接会（示例）")
    page.get_by_label("日期", exact=False).first.fill(str(today()))
    page.get_by_label("结束时间").fill("08:00")
    page.get_by_label("地点").fill("云澜会展中心 2 号厅")
    page.get_by_label("活动说明").fill("请带样件照片和现用工况。")
    liaison.inspect("roadshow-form")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("alert").first).to_contain_text("结束时间不晚于开始时间")
    page.get_by_label("结束时间").fill("10:20")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_text("先邀请来宾")).to_be_visible()
    page.wait_for_load_state("load")  # the search listens once its scripts have run
    for name, part in ((PLANT, "紫藤"), (OTHER, "白桦"), (COLLEGE, "流体")):
        page.get_by_label("单位名称").fill(part)
        page.get_by_role("button", name=f"邀请 {name}").click()
        expect(page.locator("#candidates").get_by_text("已邀请")).to_be_visible()
    page.reload()
    expect(page.get_by_text("名单上有 3 家")).to_be_visible()
    page.get_by_role("button", name="发出邀请").click()
    page.get_by_role("dialog").get_by_role("button", name="发出邀请").click()
    expect(page.get_by_text("还有 3 家没有答复")).to_be_visible()
    page.get_by_role("button", name=f"代 {OTHER} 登记参加").click()
    expect(page.get_by_role("row").filter(has_text=OTHER).get_by_text("参加", exact=True)).to_be_visible()


def test_a_liaison_arranges_the_agenda_by_hand(visit, parties, held):
    other = visit(Role.ENTERPRISE, OTHER)
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/roadshows/{held(*parties, other)}")
    page.get_by_role("button", name="自动排议程").click()
    agenda = page.locator("table.agenda")
    expect(agenda.get_by_text(ACHIEVEMENT["title"])).to_have_count(2)
    liaison.inspect("roadshow-agenda")
    # Both needs are for one college: moving one to the other's slot is a clash that is named.
    agenda.get_by_text("调整").first.click()
    agenda.locator("select[name=slot]").first.select_option("2")
    agenda.locator("select[name=table]").first.select_option("2")
    agenda.get_by_role("button", name="移动").first.click()
    expect(agenda.get_by_role("alert").first).to_contain_text(f"{COLLEGE} 第 2 时段")
    agenda.locator("select[name=slot]").first.select_option("3")
    agenda.get_by_role("button", name="移动").first.click()
    expect(agenda.get_by_text("已固定")).to_be_visible()
    agenda.get_by_text("调整").first.click()
    agenda.get_by_role("button", name="删去").first.click()
    expect(agenda.get_by_text(ACHIEVEMENT["title"])).to_have_count(1)
    page.get_by_text("手工排入一对").click()
    page.locator(".pairs").get_by_role("button", name="排入").first.click()
    expect(agenda.get_by_text(ACHIEVEMENT["title"])).to_have_count(2)
    page.get_by_role("link", name="手册").click()
    expect(page.get_by_role("heading", name="1 号桌")).to_be_visible()
    liaison.inspect("roadshow-handout")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    page.emulate_media(media="screen")
    page.go_back()
    expect(page.get_by_role("button", name="议程定稿")).to_be_visible()


def test_on_the_day_results_are_kept_and_dockings_opened(visit, parties, held):
    other = visit(Role.ENTERPRISE, OTHER)
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/roadshows/{held(*parties, other, settle=True)}")
    results = page.locator(".results")
    results.get_by_label("场备注").first.fill("约两周后看样件")
    results.get_by_role("button", name="谈了").first.click()
    expect(page.locator(".results").get_by_role("link", name="看对接")).to_be_visible()
    page.locator(".results").get_by_role("button", name="未到场").last.click()
    expect(page.locator(".results").get_by_text("未登记")).to_have_count(0)
    liaison.inspect("roadshow-results")
    page.get_by_role("button", name="会已举办").click()
    page.get_by_role("dialog").get_by_role("button", name="会已举办").click()
    expect(page.get_by_text("结果都登记了，可以归档")).to_be_visible()
    page.get_by_text("经过", exact=True).click()
    expect(page.get_by_text("自动排议程").last).to_be_visible()
    liaison.open("/roadshows?when=past")
    liaison.inspect("roadshows")


@pytest.mark.main_path
def test_an_enterprise_answers_in_one_click_and_sees_its_own_slot(parties, held):
    plant, college = parties
    open_one = held(plant, college)
    page = plant.open("/roadshows")
    expect(page.get_by_role("listitem").filter(has_text="泵阀对接会（示例）").first).to_contain_text("等您答复")
    page = plant.open(f"/roadshows/{open_one}")
    plant.inspect("roadshow-invitation")
    page.get_by_role("button", name="参加", exact=True).click()
    expect(page.get_by_text("已答复：")).to_contain_text("参加")
    page.get_by_role("button", name="不能参加").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("当天停产检修")
    page.get_by_role("dialog").get_by_role("button", name="不能参加").click()
    expect(page.get_by_text("当天停产检修")).to_be_visible()
    settled = held(plant, college, settle=True)
    page = plant.open(f"/roadshows/{settled}")
    expect(page.get_by_role("row").filter(has_text=COLLEGE)).to_contain_text(PLANT)
    plant.inspect("roadshow-own-slots")
    with page.expect_download() as calendar:
        page.get_by_role("link", name="加到日历").click()
    assert calendar.value.path().read_text("utf-8").count("BEGIN:VEVENT") == 2


def test_a_university_meets_a_nameless_enterprise(parties, held, visit):
    plant, college = parties
    settled = held(plant, college, settle=True)
    page = college.open(f"/roadshows/{settled}")
    expect(page.get_by_role("row").filter(has_text=NEED["title"])).to_contain_text("匿名企业 1-1")
    expect(page.get_by_text(PLANT)).to_have_count(0)
    college.inspect("roadshow-university")
    page.get_by_role("link", name="打印安排").click()
    expect(page.get_by_role("heading", name=COLLEGE)).to_be_visible()
    expect(page.get_by_text(PLANT)).to_have_count(0)
    bureau = visit(Role.BUREAU)
    page = bureau.open(f"/roadshows/{settled}")
    expect(page.get_by_text("邀请单位")).to_be_visible()
    expect(page.get_by_text(PLANT)).to_have_count(0)
    bureau.inspect("roadshow-bureau")
    stranger = visit(Role.ENTERPRISE)
    expect(stranger.open(f"/roadshows/{settled}").get_by_text("没有这场路演")).to_be_visible()
