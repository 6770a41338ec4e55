"""Libraries, records and their forms, as enterprises, universities and liaisons use them."""

import re

import pytest
from playwright.sync_api import expect

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Caller, Role
from app.core.city_time import today
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.organisations.repository import OrganisationRepository
from app.records.transactions import change_record
from tests.asking import new_record

NEED = {
    "title": "冷轧退火炉露点高，带钢表面发黑",
    "description": "全氢罩式炉退火冷轧带钢，炉内露点偏高时带钢边部发黑，每月判废二十多吨，密封和气体纯度都查过。",
}
BODIES = {RecordKind.NEEDS: NeedIn, RecordKind.ACHIEVEMENTS: AchievementIn}
ACHIEVEMENT = {
    "title": "罩式退火炉气氛在线净化",
    "summary": "在循环风路中加装吸附干燥单元，把炉内露点压到零下五十度以下，带钢表面不再发黑。",
}


@pytest.fixture
def stored(served):
    """Store a record, of somebody's organisation if they are given; return its id."""

    def made(kind, person=None, **fields):
        name = None
        if person is not None:
            with served.services.database.read() as session:
                name = OrganisationRepository(session).by_id(person.organisation_id).name
        base = NEED if kind is RecordKind.NEEDS else ACHIEVEMENT
        body = BODIES[kind].model_validate({"organisation": name, "visibility": "public"} | base | fields)
        return new_record(served.services, kind, body.model_dump(), OPERATOR).id

    return made


@pytest.fixture
def enterprise(visit):
    return visit(Role.ENTERPRISE)


@pytest.fixture
def university(visit):
    return visit(Role.UNIVERSITY)


# ---- the enterprise's door


@pytest.mark.main_path
def test_an_enterprise_writes_a_need_and_lands_on_its_matches(enterprise):
    page = enterprise.open("/needs/new")
    enterprise.inspect("need-new-empty")
    page.get_by_label("需求名称").fill("磨矿细度不稳")
    page.get_by_label("需求描述").fill("球磨机给矿一波动，旋流器溢流就跑粗，浮选回收率掉得厉害。")
    # Nothing is pressed: after a pause it is said what is missing.
    help_box = page.get_by_role("complementary", name="写作帮助")
    help_box.get_by_text("还可以补充").click()
    asked = help_box.get_by_role("button", name=re.compile("指标"))
    expect(asked.first).to_be_visible()
    before = page.locator("#clarity-score").text_content()
    enterprise.inspect("need-new-asked")
    asked.first.click()
    expect(page.get_by_label("预期指标")).to_be_focused()
    page.keyboard.type("溢流细度-0.074 mm 占 75%±2%")
    page.get_by_role("button", name="检查写得清不清楚").click()
    expect(page.locator("#clarity-score")).not_to_have_text(before)
    page.get_by_label("添加所属行业").fill("有色金属矿采选业")
    page.get_by_label("添加所属行业").press("Enter")
    expect(page.get_by_role("checkbox", name=re.compile("^09"))).to_be_checked()
    page.get_by_role("checkbox", name="合作开发").check()
    page.get_by_label("预算上限，万元").fill("80")
    expect(page.get_by_label("面议")).not_to_be_checked()
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f]{32}$"))
    expect(page.get_by_role("heading", name="磨矿细度不稳", level=1)).to_be_visible()
    expect(page.get_by_text("情报员审核后发布").first).to_be_visible()
    expect(page.get_by_text("不超过 80 万元")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("写清楚了"))).to_be_visible()
    expect(page.get_by_text("正在匹配…")).to_have_count(0)
    page.get_by_role("link", name=re.compile("希望什么时候完成")).click()
    expect(page.get_by_label("期望完成日期")).to_be_focused()
    page.go_back()
    enterprise.inspect("need-posted")


def test_what_gives_the_enterprise_away_is_shown_where_it_stands(visit):
    window = visit(Role.ENTERPRISE, "云澜鼎岳轧辊有限公司（示例）")
    page = window.open("/needs/new")
    page.get_by_label("需求名称").fill("轧辊剥落")
    page.get_by_label("需求描述").fill("  我公司（云澜鼎岳轧辊有限公司）轧辊剥落严重，联系 13812345678。")
    page.get_by_role("button", name="检查写得清不清楚").click()
    naming = page.locator("#naming")
    expect(naming).to_contain_text("请改写")
    naming.get_by_role("button", name="13812345678").click()
    selected = "[...document.querySelectorAll('textarea')].map(t => t.value.slice(t.selectionStart, t.selectionEnd))"
    assert "13812345678" in page.evaluate(selected)
    window.inspect("need-naming")
    page.get_by_role("button", name="预览别人看到的样子").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("某企业（匿名发布）")
    expect(dialog.locator("mark").first).to_be_visible()
    window.inspect("need-preview")
    dialog.get_by_role("button", name="公开", exact=True).click()
    expect(dialog).to_contain_text("云澜鼎岳轧辊有限公司（示例）")
    dialog.get_by_role("button", name="仅情报员").click()
    expect(dialog).to_contain_text("没有人能看到")
    dialog.get_by_role("button", name="关闭").click()
    # Handed in all the same, it stays a draft and says why.
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f]{32}$"))
    expect(page.get_by_text("先存为草稿")).to_be_visible()
    window.inspect("need-held-back")
    page.get_by_role("button", name="照原样提交").click()
    page.get_by_role("dialog").get_by_role("button", name="照原样提交").click()
    expect(page.get_by_text("已提交，情报员审核后发布")).to_be_visible()


def test_a_wrong_field_is_told_beside_it(enterprise):
    page = enterprise.open("/needs/new")
    page.get_by_label("需求名称").fill("！！！")
    page.get_by_label("需求描述").fill("描述写得好好的，只有名称是符号。")
    page.get_by_label("预算下限，万元").fill("90")
    page.get_by_label("预算上限，万元").fill("10")
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("需要修改")
    expect(page.locator(".wrong", has_text="预算下限高于上限")).to_be_visible()
    expect(page.get_by_label("需求名称")).to_be_focused()
    enterprise.inspect("need-wrong")


def test_unsaved_words_are_asked_about(enterprise):
    page = enterprise.open("/needs/new")
    page.get_by_label("需求名称").fill("写到一半")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="需求库").first.click()
    expect(page.get_by_label("需求名称")).to_have_value("写到一半")
    assert asked == ["beforeunload"]


# ---- a record


@pytest.mark.main_path
def test_two_people_change_one_record(visit, stored):
    window = visit(Role.UNIVERSITY)
    id = stored(RecordKind.ACHIEVEMENTS, window.person, industries=["3311"])
    page = window.open(f"/achievements/{id}/edit")
    page.get_by_label("成果名称").fill("甲改的名称")
    liaison = visit(Role.LIAISON)
    other = liaison.open(f"/achievements/{id}/edit")
    other.get_by_label("所处阶段").fill("中试")
    other.get_by_role("button", name="保存").click()
    other.wait_for_url(f"**/achievements/{id}")
    expect(other.get_by_text("中试", exact=True)).to_be_visible()
    page.get_by_role("button", name="保存").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("刚有人改过这条记录")
    window.inspect("record-conflict")
    dialog.get_by_role("button", name="载入最新").click()
    expect(page.get_by_label("所处阶段")).to_have_value("中试")


def test_a_withdrawal_is_taken_back(university, stored):
    id = stored(RecordKind.ACHIEVEMENTS, university.person)
    page = university.open(f"/achievements/{id}")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("不再出现在列表和检索里")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    expect(page.get_by_text("不再出现在列表和检索里")).to_have_count(0)
    expect(page.locator("h1 + p")).to_contain_text("已发布")


def test_a_liaison_returns_and_publishes(visit, enterprise, stored):
    id = stored(RecordKind.NEEDS, enterprise.person, status="submitted")
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/needs/{id}")
    liaison.inspect("need-to-review")
    page.get_by_role("button", name="退回").click()
    page.get_by_label(re.compile("请写明")).fill("请补充带钢规格和炉型。")
    page.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(page.get_by_text("请修改后再提交")).to_be_visible()
    theirs = enterprise.open(f"/needs/{id}")
    expect(theirs.get_by_text("请补充带钢规格和炉型。")).to_be_visible()
    theirs.get_by_role("button", name="提交审核").click()
    expect(theirs.get_by_text("已提交，情报员审核后发布").first).to_be_visible()
    liaison.open(f"/needs/{id}").get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("h1 + p")).to_contain_text("已发布")
    page.get_by_text("历次修改").click()
    history = page.locator(".versions")
    expect(history).to_contain_text("已退回")
    expect(history).to_contain_text("请补充带钢规格和炉型。")
    liaison.inspect("need-history")


def test_a_record_is_renewed(university, stored):
    id = stored(RecordKind.ACHIEVEMENTS, university.person, valid_until=today())
    page = university.open(f"/achievements/{id}")
    expect(page.get_by_text("今天到期")).to_be_visible()
    page.get_by_role("button", name="续期").click()
    expect(page.get_by_text("已续期")).to_be_visible()
    expect(page.get_by_text("今天到期")).to_have_count(0)


def test_another_organisations_draft_is_not_there(visit, enterprise, stored):
    id = stored(RecordKind.NEEDS, enterprise.person, status="draft", title="别人看不到的草稿")
    other = visit(Role.ENTERPRISE)
    for path in (f"/needs/{id}", f"/needs/{id}/edit"):
        expect(other.open(path).get_by_text("没有这条需求")).to_be_visible()
    other.inspect("record-missing")
    published = stored(RecordKind.NEEDS, enterprise.person, title="别人能看不能改")
    page = other.open(f"/needs/{published}")
    expect(page.get_by_role("heading", name="别人能看不能改", level=1)).to_be_visible()
    for name in ("修改", "撤回", "续期"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(other.open(f"/needs/{published}/edit").get_by_text("没有这条需求")).to_be_visible()


# ---- asking for a talk


def test_a_university_asks_to_talk_about_a_need(university, enterprise, stored):
    need = stored(RecordKind.NEEDS, enterprise.person, title="等人来谈的需求", visibility="anonymous")
    page = university.open(f"/needs/{need}")
    page.get_by_role("link", name="表达意向").click()
    expect(page.get_by_text("先要有一项已发布的成果")).to_be_visible()
    university.inspect("interest-empty")
    stored(RecordKind.ACHIEVEMENTS, university.person, title="拿去谈的成果")
    page.reload()
    page.get_by_label("用本单位的哪一项成果").select_option(label="拿去谈的成果")
    page.get_by_label("给对方的话").fill("可以先做一炉对比试验。")
    university.inspect("interest")
    with page.expect_response("**/api/v1/interests") as sent:
        page.get_by_role("button", name="交给情报员").click()
    assert sent.value.status == 201
    # An enterprise sees no such button on a need.
    theirs = enterprise.open(f"/needs/{need}")
    expect(theirs.get_by_role("link", name="表达意向")).to_have_count(0)


# ---- the libraries


def test_a_library_is_narrowed_by_its_address(visit):
    window = visit()
    page = window.open("/achievements")
    window.inspect("achievements-anybody")
    page.get_by_label("名称或正文包含").fill("瓦斯")
    page.get_by_label("名称或正文包含").press("Enter")
    page.wait_for_url(re.compile("q=%E7%93%A6"))
    rows = page.locator("table.records tbody tr")
    assert rows.count() > 0
    before = rows.count()
    page.get_by_label("行业").select_option("06")
    page.wait_for_url(re.compile("industry=06"))
    assert 0 < rows.count() <= before
    page.go_back()
    expect(page.get_by_label("行业")).to_have_value("")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/achievements/[0-9a-f]{32}$"))
    window.inspect("achievement-anybody")
    page = window.open("/achievements?q=没有哪项成果会写这句话")
    expect(page.get_by_text("没有符合条件的成果")).to_be_visible()
    window.inspect("achievements-none")


def test_an_empty_library_teaches(enterprise):
    page = enterprise.open("/needs")
    enterprise.inspect("needs-enterprise")
    page.get_by_role("link", name="本单位的").click()
    expect(page.get_by_text("还没有需求")).to_be_visible()
    expect(page.get_by_role("link", name="导入表格")).to_be_visible()
    enterprise.inspect("needs-empty")


def test_several_records_at_once_one_by_one(university, stored, served):
    titles = {"draft": "批量草稿一", "returned": "批量退回二", "published": "批量已发布三"}
    ids = {
        status: stored(RecordKind.ACHIEVEMENTS, university.person, status=status, title=title)
        for status, title in titles.items()
    }
    page = university.open(f"/achievements?organisation={university.person.organisation_id}")
    expect(page.get_by_role("button", name="提交审核")).to_be_disabled()
    page.get_by_label("全选本页").check()
    expect(page.get_by_text("已选 3 条")).to_be_visible()
    university.inspect("achievements-chosen")
    result = page.locator("#bulk-result")
    page.get_by_role("button", name="续期", exact=True).click()
    expect(result).to_contain_text("已续期 3 条。")  # drafts too: they were not sent anywhere
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="提交审核").click()
    expect(result).to_contain_text("已提交审核 2 条，没有做成 1 条")
    expect(result).to_contain_text("批量已发布三：只有草稿和已退回的可以提交审核")
    expect(page.get_by_role("row").filter(has_text="批量草稿一")).to_contain_text("待审")
    # Meanwhile somebody else changes one of them: it is named, and the others are done.
    member = university.person
    caller = Caller(Role.UNIVERSITY, member.id, member.email, member.organisation_id)
    service = served.services.records[RecordKind.ACHIEVEMENTS]
    change_record(served.services.database, service, ids["draft"], {"stage": "小试"}, '"3"', caller)
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="撤回").click()
    expect(result).to_contain_text("已撤回 2 条，没有做成 1 条")
    expect(result).to_contain_text("批量草稿一：刚被别人改过")
    university.inspect("achievements-bulk-result")
    result.get_by_role("button", name=re.compile("撤销")).click()
    expect(result).to_contain_text("已恢复 2 条")
    expect(page.get_by_role("row").filter(has_text="批量已发布三")).to_contain_text("已发布")
    expect(page.get_by_role("row").filter(has_text="批量退回二")).to_contain_text("待审")


def test_nothing_is_chosen_on_a_list_that_is_read_again(university, stored):
    stored(RecordKind.ACHIEVEMENTS, university.person, title="选中会丢的一条")
    page = university.open(f"/achievements?organisation={university.person.organisation_id}")
    one, everything = page.get_by_label("选择 选中会丢的一条"), page.get_by_label("全选本页")
    one.check()
    held = []

    def hold(route):
        held.append(route)

    page.route("**/achievements?organisation=*", hold)
    page.get_by_role("button", name="续期", exact=True).click()
    expect(page.locator("#bulk-result")).to_contain_text("已续期 1 条。")
    for control in (one, everything, page.get_by_role("button", name="提交审核")):
        expect(control).to_be_disabled()
    held.pop().continue_()
    one.check()
    expect(page.get_by_text("已选 1 条")).to_be_visible()
    # Without an answer the old list can be used again.
    page.unroute("**/achievements?organisation=*")
    page.route("**/achievements?organisation=*", lambda route: route.abort())
    page.get_by_role("button", name="续期", exact=True).click()
    expect(page.get_by_text("列表没有更新")).to_be_visible()
    expect(everything).to_be_enabled()
    assert all(each.startswith("htmx:") for each in university.wrong)
    university.wrong.clear()


def test_a_liaison_publishes_what_waits_and_takes_the_list_along(visit, enterprise, stored):
    for number in range(2):
        stored(RecordKind.NEEDS, enterprise.person, status="submitted", title=f"待批量发布{number}")
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/needs?status=submitted&organisation={enterprise.person.organisation_id}")
    liaison.inspect("needs-liaison")
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("#bulk-result")).to_contain_text("已发布 2 条")
    expect(page.get_by_text("没有符合条件的需求")).to_be_visible()
    page.get_by_text("导出").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("Excel")).click()
    assert saved.value.suggested_filename == "needs.xlsx"


def test_an_achievement_is_written_and_changed(university):
    page = university.open("/achievements/new")
    university.inspect("achievement-new")
    page.get_by_label("成果名称").fill("退火炉气氛净化装置")
    page.get_by_label("成果简介").fill("循环风路吸附干燥，露点低于零下五十度。")
    page.get_by_label("添加产业链").fill("钢铁新材料")
    page.get_by_role("group", name="产业链").get_by_role("button", name="添加").click()
    page.get_by_label("关键词").fill("退火；露点、气氛")
    page.get_by_role("button", name="存为草稿").click()
    page.wait_for_url(re.compile(r"/achievements/[0-9a-f]{32}$"))
    expect(page.get_by_text("退火、露点、气氛")).to_be_visible()
    university.inspect("achievement-draft")
    page.get_by_role("link", name="修改").click()
    page.get_by_role("checkbox", name="钢铁新材料").uncheck()
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/achievements/[0-9a-f]{32}$"))
    expect(page.get_by_text("钢铁新材料")).to_have_count(0)
    expect(page.get_by_text("情报员审核后发布").first).to_be_visible()
