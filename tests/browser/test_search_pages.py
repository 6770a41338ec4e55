"""Searching as people do: a sentence, a pasted page, narrowing, leafing, keeping."""

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Caller, Role
from app.models import RecordKind
from app.saved_searches.schemas import SavedSearchIn
from tests.asking import new_record, written

WASTE_WATER = "想降低化工废水的COD，现有生化处理跟不上，COD要降到50 mg/L以下"


@pytest.fixture
def liaison(visit):
    return visit(Role.LIAISON)


def _count(page):
    return int(page.locator(".count").inner_text().split()[1])


@pytest.mark.main_path
def test_a_sentence_finds_with_reasons_and_is_narrowed_and_sorted(liaison):
    page = liaison.open("/search/achievements")
    expect(page.get_by_text("用一句话试试")).to_be_visible()
    liaison.inspect("search-empty")
    box = page.get_by_role("textbox", name="要找的成果")
    expect(box).to_be_focused()
    box.fill(WASTE_WATER)
    box.press("Enter")
    first = page.locator(".hit").first
    expect(first).to_contain_text("强相关")
    expect(first.locator(".reasons")).to_contain_text("都提到")
    expect(first.locator("q mark").first).to_be_visible()
    assert "q=" in page.url
    first.get_by_text("依据").click()
    expect(first.get_by_role("columnheader", name="判断")).to_be_visible()
    liaison.inspect("search-results")
    before = _count(page)
    # The choice tells how many there are, and narrows to as many.
    choice = page.locator(".facets li", has=page.get_by_role("link", name="制造业", exact=True)).first
    promised = int(choice.locator(".small").first.inner_text())
    assert 0 < promised <= before
    choice.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="去掉筛选 行业：制造业")).to_be_visible()
    assert _count(page) >= promised
    liaison.inspect("search-narrowed")
    page.get_by_role("link", name="成熟度从高到低").click()
    expect(page.get_by_text("相关度第").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("相关度第")).to_have_count(0)
    page.get_by_role("link", name="去掉筛选 行业：制造业").click()
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator(".count")).to_contain_text(f"{before} 条")


def test_more_is_shown_and_keys_move(liaison):
    page = liaison.open(f"/search/achievements?q={WASTE_WATER}")
    page.get_by_role("link", name="条联系很弱的").click()
    expect(page.get_by_text("以下多半与您要的无关")).to_be_visible()
    expect(page.locator(".hit")).to_have_count(20)
    page.get_by_role("button", name="显示更多").click()
    expect(page.locator(".hit")).to_have_count(40)
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)  # which sets the focus last
    expect(page.locator(".hit .title").nth(20)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".hit .title").nth(19)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="要找的成果")).to_be_focused()


def test_a_pasted_page_of_20000_characters_is_searched_and_comes_back(liaison):
    text = (WASTE_WATER + "。厂区已有厌氧和好氧两级，冬季水温低。\n") * 400
    text = text[:20_000]
    page = liaison.open("/search/achievements")
    box = page.get_by_role("textbox", name="要找的成果")
    box.fill(text)
    expect(page.get_by_text("已写 20000 字")).to_be_visible()
    page.get_by_role("button", name="检索", exact=True).last.click()
    expect(page.locator(".hit").first).to_be_visible()
    assert len(page.url) < 200
    expect(box).to_have_value(text.strip())
    page.locator(".facets a").first.click()
    expect(page.locator(".chip")).to_be_visible()
    expect(page.locator(".hit").first).to_be_visible()
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".hit").first).to_be_visible()
    box.fill(text + "再多几个字")
    expect(page.get_by_text("已超出")).to_be_visible()
    box.press("Enter")
    expect(page.get_by_text("最多 20000 个字符")).to_be_visible()


def test_a_link_to_a_long_text_says_that_it_stays_in_its_window(visit):
    page = visit().open("/search/achievements?kept=0123456789abcdef")
    expect(page.get_by_role("alert")).to_contain_text("只留在当时的窗口里")


def test_nothing_suitable_is_said_with_what_to_look_for(visit, liaison):
    path = "/search/achievements?q=量子计算机芯片低温测控"
    page = liaison.open(path)
    expect(page.get_by_role("heading", name="库内没有合适的成果")).to_be_visible()
    expect(page.get_by_role("heading", name="寻找成果：量子计算机芯片低温测控")).to_be_visible()
    expect(page.get_by_role("heading", name="最接近的几条（不推荐）")).to_be_visible()
    expect(page.get_by_role("link", name="找到后在这里录入")).to_be_visible()
    liaison.inspect("search-none")
    anybody = visit()
    page = anybody.open(path)
    expect(page.get_by_role("heading", name="库内没有合适的成果")).to_be_visible()
    expect(page.get_by_role("link", name="找到后在这里录入")).to_have_count(0)
    expect(page.get_by_role("button", name="收藏这次检索")).to_have_count(0)


def test_symbols_alone_are_refused_in_words(visit):
    page = visit().open("/search/needs?q=！！！")
    expect(page.get_by_role("alert")).to_contain_text("没有可检索的文字")


def test_a_wrong_address_is_said_to_be_wrong(visit):
    page = visit().open("/search/needs?q=焊接机器人&maturity=99")
    expect(page.get_by_text("maturity：不能大于 9")).to_be_visible()


def test_a_search_that_fails_says_so_and_can_be_tried_again(visit):
    window = visit()
    window.page.route("**/results", lambda route: route.fulfill(status=503, body="现在检索的人太多。"))
    page = window.open("/search/needs?q=焊接机器人")
    expect(page.get_by_role("alert")).to_have_text("现在检索的人太多。再试一次")
    expect(page.get_by_text("正在检索")).to_have_count(0)
    assert len(window.wrong) == 1  # what htmx itself notes
    window.wrong.clear()
    page.unroute("**/results")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".hit").first).to_be_visible()


def test_on_a_narrow_screen_choices_are_folded(visit):
    window = visit()
    window.page.set_viewport_size({"width": 390, "height": 844})
    page = window.open(f"/search/achievements?q={WASTE_WATER}")
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.get_by_role("heading", name="行业", exact=True)).to_be_hidden()
    page.get_by_text("筛选", exact=True).click()
    expect(page.get_by_role("heading", name="行业", exact=True)).to_be_visible()


def test_the_box_at_the_top_leads_here(visit):
    university = visit(Role.UNIVERSITY)
    page = university.open("/sign-in")
    page.get_by_role("searchbox", name="检索需求").fill("焊接机器人")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/needs?q=*")
    expect(page.locator(".hit").first).to_be_visible()
    university.inspect("search-needs")


def test_the_list_is_taken_out_as_it_is_shown(visit):
    page = visit().open("/search/needs?q=多品种小批量焊接机器人免示教编程")
    expect(page.locator(".hit").first).to_be_visible()
    titles = page.locator(".hit .title").all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出").click()
    assert saved.value.suggested_filename == "search-needs.xlsx"
    rows = CalamineWorkbook.from_path(str(saved.value.path())).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == titles


def _publish(served, title, summary):
    body = AchievementIn(title=title, summary=summary, organisation="云澜矿业大学（示例）")
    return new_record(served.services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)


def test_a_search_is_kept_told_of_looked_at_renamed_and_deleted(served, liaison):
    page = liaison.open("/saved-searches")
    expect(page.get_by_text("还没有收藏检索")).to_be_visible()
    liaison.inspect("saved-empty")
    page = liaison.open("/search/achievements?q=低品位菱镁矿热选除硅提纯")
    page.get_by_role("button", name="收藏这次检索").click()
    expect(page.get_by_text("已收藏；有新结果时会提醒")).to_be_visible()
    expect(page.get_by_role("button", name="已收藏")).to_be_disabled()
    new = _publish(served, "低品位菱镁矿热选除硅新工艺", "把低品位菱镁矿加热爆裂后分级，脱除硅杂质（示例）。")
    page = liaison.open("/saved-searches")
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="低品位菱镁矿热选除硅提纯"))
    expect(card.get_by_text("新 1")).to_be_visible()
    expect(card.get_by_role("link", name=new.title)).to_be_visible()
    liaison.inspect("saved-new")
    with page.expect_response("**/seen"):
        card.get_by_role("heading").get_by_role("link").click()
    expect(page.locator(".hit").filter(has_text=new.title).get_by_text("新", exact=True)).to_be_visible()
    page = liaison.open("/saved-searches")
    expect(card.get_by_text("没有新结果")).to_be_visible()
    card.get_by_text("改名").click()
    card.get_by_label("新名称").fill("菱镁矿提纯")
    card.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="菱镁矿提纯")).to_be_visible()
    page.get_by_role("button", name="首页提醒：开").click()
    expect(page.get_by_role("button", name="首页提醒：关")).to_be_visible()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有收藏检索")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", name="菱镁矿提纯")).to_be_visible()


def test_another_ones_saved_search_is_not_there(visit, liaison, served):
    other = visit(Role.LIAISON)
    caller = Caller(Role.LIAISON, account_id=other.person.id, name=other.person.email)
    searches, database = served.services.saved_searches, served.services.database
    with database.read() as session:
        made = searches.prepare_create(session, SavedSearchIn(text="别人常找的内容"), caller)
    kept = written(database, searches.create, made, caller)
    expect(
        other.open(f"/search/achievements?saved={kept.id}").get_by_text("收藏的检索：别人常找的内容")
    ).to_be_visible()
    page = liaison.open(f"/search/achievements?saved={kept.id}")
    expect(page.get_by_text("没有这项收藏")).to_be_visible()
    expect(page.get_by_text("别人常找的内容")).to_have_count(0)


def test_common_needs_are_grouped_for_staff_alone(visit, liaison):
    page = liaison.open("/common-needs")
    group = page.locator(".common-needs .card").first
    expect(group).to_contain_text("家企业")
    liaison.inspect("common-needs")
    page.get_by_label("最少企业数").select_option("5")
    page.wait_for_url("**min_enterprises=5")
    expect(page.get_by_text("没有找到共性需求")).to_be_visible()
    page.get_by_label("最少企业数").select_option("2")
    page.wait_for_url("**min_enterprises=2")
    title = group.get_by_role("heading").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("link", name="导出").click()
    book = CalamineWorkbook.from_path(str(saved.value.path()))
    assert book.get_sheet_by_name("共性需求").to_python()[1][1] == title
    members = [row[2] for row in book.get_sheet_by_name("成员").to_python() if row[0] == 1]
    assert members == group.locator(".list a").all_inner_texts()
    university = visit(Role.UNIVERSITY)
    expect(university.open("/common-needs").get_by_text("您的角色不能做这项操作")).to_be_visible()
