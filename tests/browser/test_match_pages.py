"""Matches as a liaison works through them: the list, a pair clause by clause, a grade with one key, a comparison."""

import re

import pytest
from playwright.sync_api import expect

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Role
from app.kinds.visibility import RecordFilter
from app.models import RecordKind
from app.needs.schemas import NeedIn
from tests.asking import Asking, new_record, record_called, written

NEEDS, ACHIEVEMENTS = RecordKind.NEEDS, RecordKind.ACHIEVEMENTS


@pytest.fixture
def need(served):
    return record_called(served.services, NEEDS, "XQ-metal-01")


@pytest.fixture
def ranked(served, need):
    found = Asking(served.services).for_record(need, OPERATOR, 20, RecordFilter())
    return [each.record.id for each in found.results]


@pytest.fixture
def make(served):
    """Store a record as the operator."""

    def made(kind, **fields):
        body = (NeedIn if kind is NEEDS else AchievementIn)(**fields)
        return new_record(served.services, kind, body.model_dump(), OPERATOR)

    return made


@pytest.fixture
def liaison(visit):
    return visit(Role.LIAISON)


@pytest.mark.main_path
def test_a_liaison_works_through_the_list(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches")
    items = page.locator(".match")
    expect(items).to_have_count(20)
    expect(items.first).to_contain_text(re.compile(r"\d+ 条满足.*\d+ 条不满足.*另有 \d+ 条未提及", re.DOTALL))
    liaison.inspect("matches-list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(items.nth(1).get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/needs/{need.id}/matches/{ranked[1]}")
    expect(page.get_by_text("第 2 / 20 项")).to_be_visible()
    liaison.inspect("match-pair")
    page.keyboard.press("j")
    page.wait_for_url(f"**/matches/{ranked[2]}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/matches/{ranked[1]}")
    expect(page.get_by_role("link", name="上一项")).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(f"**/matches/{ranked[0]}")
    expect(page.get_by_role("link", name="上一项")).to_be_hidden()


def test_a_clause_leads_to_its_evidence(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches/{ranked[0]}")
    link = page.locator(".clause a.shows").first
    link.click()
    shown = page.locator(".quote.shown")
    expect(shown.first).to_be_in_viewport()
    link.locator("xpath=ancestor::li").is_visible()
    expect(page.locator(".clause.at")).to_have_count(1)
    # What a number in the text says leads back to the clause.
    page.locator("sup a").first.click()
    expect(page.locator(".clause:target")).to_have_count(1)


@pytest.mark.main_path
def test_one_key_judges_and_can_be_taken_back(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches/{ranked[4]}")
    mine = page.locator("#judgements li", has_text="我：")
    expect(page.get_by_text("第 5 / 20 项")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_role("status").filter(has_text="已研判为“较强相关”")).to_be_visible()
    expect(mine).to_contain_text("较强相关")
    page.keyboard.press("t")  # the fifth reason
    expect(mine).to_contain_text("指标达不到")
    page.get_by_label("说明（可不填）").fill("2 号样机看过，J 值偏低")
    page.keyboard.press("Enter")
    expect(mine).to_contain_text("2 号样机看过")
    page.keyboard.press("2")
    expect(mine).to_contain_text("弱相关（指标达不到）")
    page.get_by_role("status").filter(has_text="弱相关").get_by_role("button", name="撤销").click()
    expect(mine).to_contain_text("较强相关（指标达不到）")
    page.reload()
    expect(page.get_by_role("button", name="3 较强相关")).to_have_attribute("aria-pressed", "true")
    liaison.open(f"/needs/{need.id}/matches")
    expect(page.locator(".match").nth(4)).to_contain_text("我的研判：较强相关（指标达不到）")
    page.go_back()
    page.get_by_role("button", name="撤回我的研判").click()
    expect(mine).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="3 较强相关")).to_have_attribute("aria-pressed", "false")


def test_a_judgement_that_fails_is_not_shown_as_given(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches/{ranked[5]}")
    page.route("**/judgement", lambda route: route.abort())
    page.keyboard.press("4")
    expect(page.get_by_role("alert")).to_contain_text("没有连上服务器")
    expect(page.get_by_role("button", name="4 强相关")).to_have_attribute("aria-pressed", "false")


def test_others_judgements_and_earlier_cases_are_shown(visit, served, need, ranked):
    for number in (1, 2):
        other = visit(Role.LIAISON)
        page = other.open(f"/needs/{need.id}/matches/{ranked[number]}")
        page.keyboard.press("4")
        expect(page.locator("#judgements li", has_text="我：")).to_contain_text("强相关")
    page = visit(Role.LIAISON).open(f"/needs/{need.id}/matches/{ranked[1]}")
    expect(page.locator("#judgements")).to_contain_text("@example.cn：强相关")
    elsewhere = record_called(served.services, NEEDS, "XQ-metal-02")
    page = other.open(f"/needs/{elsewhere.id}/matches/{ranked[2]}")
    expect(page.locator("section", has=page.get_by_role("heading", name="以往相近的研判"))).to_contain_text(need.title)


def test_up_to_four_are_compared(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches")
    boxes = page.get_by_role("checkbox")
    expect(page.get_by_role("button", name="对比所选")).to_be_disabled()
    for at in (0, 2, 3, 5):
        boxes.nth(at).check()
    expect(boxes.nth(1)).to_be_disabled()
    page.get_by_role("button", name="对比所选").click()
    page.wait_for_url("**/compare?with=*")
    heads = page.locator(".candidate")
    expect(heads).to_have_count(4)
    liaison.inspect("match-compare")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载表格").click()
    assert saved.value.suggested_filename == "comparison.xlsx"
    heads.nth(1).get_by_role("link", name=re.compile("去掉")).click()
    expect(heads).to_have_count(3)
    assert page.url.endswith(f"with={ranked[0]}%2C{ranked[3]}%2C{ranked[5]}") or page.url.endswith(
        f"with={ranked[0]},{ranked[3]},{ranked[5]}"
    )
    liaison.open(f"/needs/{need.id}/compare")
    expect(page.get_by_text("还没有选要对比的成果")).to_be_visible()
    liaison.inspect("match-compare-empty")


def test_a_list_is_narrowed_by_its_address(liaison, need):
    page = liaison.open(f"/needs/{need.id}/matches")
    page.get_by_text("筛选", exact=True).click()
    page.locator(".facets-row").get_by_role("link", name="高新区").click()
    page.wait_for_url("**district=*")
    for line in page.locator(".match > .soft").all_inner_texts():
        assert "高新区" in line
    liaison.inspect("matches-narrowed")
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载表格").click()
    assert saved.value.suggested_filename == "needs-matches.xlsx"
    page.get_by_role("link", name="去掉筛选").click()
    expect(page.locator(".match")).to_have_count(20)
    page.go_back()
    expect(page.locator(".chips")).to_contain_text("高新区")


def test_nothing_suitable_is_said_and_becomes_a_task(liaison, make):
    odd = make(
        NEEDS,
        title="古琴减字谱版本比勘与音律复原",
        description="馆藏南宋抄本纸张脆化，需要对古琴谱减字符号做版本比勘和琴曲音律复原，不涉及任何工业生产。",
        visibility="public",
    )
    page = liaison.open(f"/needs/{odd.id}/matches")
    expect(page.get_by_role("heading", name="库内没有合适的成果")).to_be_visible()
    expect(page.get_by_role("heading", name="寻找成果：古琴减字谱版本比勘与音律复原")).to_be_visible()
    expect(page.locator(".match")).to_have_count(5)
    liaison.inspect("matches-none")
    page.get_by_role("link", name="20 项").click()
    expect(page.locator(".match")).to_have_count(20)


def test_a_need_that_several_meet_together_says_so(liaison, served):
    every = served.services.records[NEEDS].page
    with served.services.database.read() as session:
        records = every(session, OPERATOR, RecordFilter(), limit=96).records
    found = next(
        each for each in records if Asking(served.services).for_record(each, OPERATOR, 20, RecordFilter()).combinations
    )
    page = liaison.open(f"/needs/{found.id}/matches")
    card = page.locator("section", has=page.get_by_role("heading", name="合起来能满足更多")).last
    expect(card).to_contain_text("比任何单项多")
    liaison.inspect("matches-combinations")
    card.get_by_role("link", name="并排对比").first.click()
    expect(page.locator(".candidate").nth(1)).to_be_visible()


def test_from_an_achievement_to_the_needs_that_it_answers(liaison, served):
    achievement = written(
        served.services.database, served.services.records[ACHIEVEMENTS].named, "CG-machine-01", OPERATOR
    )
    page = liaison.open(f"/achievements/{achievement.id}/matches")
    expect(page.locator(".match")).to_have_count(20)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    liaison.inspect("matches-of-achievement")
    page.locator(".match a").first.click()
    page.wait_for_url(f"**/needs/*/matches/{achievement.id}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/needs/*/matches/{achievement.id}")
    expect(page.get_by_text("第 2 / 20 项")).to_be_visible()


def test_a_hard_condition_is_said_where_the_pair_is_opened_directly(liaison, make):
    text = "以双层复合钴酸镧涂层催化燃烧低浓度煤层气，起燃温度不高于320 ℃（示例）。"
    need = make(
        NEEDS, title="煤层气催化燃烧", description=text, min_maturity=8, hard_conditions=["maturity"],
        visibility="public",
    )  # fmt: skip
    achievement = make(ACHIEVEMENTS, title="煤层气催化燃烧涂层", summary=text, maturity=5, visibility="public")
    page = liaison.open(f"/needs/{need.id}/matches/{achievement.id}")
    expect(page.get_by_text("因硬性条件“成熟度”相冲突")).to_be_visible()
    expect(page.get_by_text("不在列表的前几项里")).to_be_visible()


def test_an_enterprise_expresses_interest_but_does_not_judge(visit, served, need, ranked):
    with served.services.database.read() as session:
        owner = served.services.records[NEEDS].get(session, need.id, OPERATOR).organisation.name
    own = visit(Role.ENTERPRISE, owner)
    page = own.open(f"/needs/{need.id}/matches/{ranked[3]}")
    expect(page.get_by_role("button", name="4 强相关")).to_have_count(0)
    expect(page.get_by_role("heading", name="研判")).to_have_count(0)
    page.get_by_role("button", name="表达意向").click()
    page.get_by_label("给对方的话").fill("想看样机")
    own.inspect("match-interest")
    page.get_by_role("button", name="提交意向").click()
    expect(page.get_by_role("status").filter(has_text="已提交")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="表达意向").click()
    page.get_by_role("button", name="提交意向").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("已经提出过")


def test_what_somebody_may_not_see_is_not_there(visit, served, need, ranked, make):
    hidden = make(
        ACHIEVEMENTS, title="只给情报员看的成果", summary="不公开的内容，只给情报员看（示例）。", visibility="liaison"
    )
    other = visit(Role.ENTERPRISE)
    for path in (f"/needs/{need.id}/matches/{hidden.id}", f"/needs/{need.id}/compare?with={ranked[0]},{hidden.id}"):
        page = other.open(path)
        expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
        expect(page.get_by_text("只给情报员看的成果")).to_have_count(0)
    nameless = make(
        NEEDS, title="矸石山防自燃注浆封堵", description="矸石山冒烟，要求注浆封堵后温度降到60 ℃以下（示例）。",
        organisation="云澜隐名矿机有限公司（示例）", district="矿南区", visibility="anonymous",
    )  # fmt: skip
    for path in (f"/needs/{nameless.id}/matches", f"/needs/{nameless.id}/matches/{ranked[0]}"):
        page = other.open(path)
        expect(page.get_by_text(nameless.title).first).to_be_visible()
        expect(page.get_by_text("正在匹配")).to_have_count(0)
        assert "隐名" not in page.content()
    expect(page.get_by_text("需求 · 匿名企业")).to_be_visible()
    expect(page.get_by_role("button", name="表达意向")).to_have_count(0)


def test_a_pair_prints_as_a_sheet_of_two_pages(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}/matches/{ranked[0]}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="对接说明")).to_be_visible()
    expect(page.locator(".judge")).to_be_hidden()
    printed = page.pdf(prefer_css_page_size=True, path=None)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_a_list_is_part_of_the_records_own_page(liaison, need, ranked):
    page = liaison.open(f"/needs/{need.id}")
    expect(page.get_by_role("link", name="单独打开")).to_have_attribute("href", f"/needs/{need.id}/matches")
    # The fragment brings its script along.
    boxes = page.locator(".match").get_by_role("checkbox")
    boxes.nth(0).check()
    expect(page.get_by_text("已选 1 项")).to_be_visible()
    boxes.nth(2).check()
    page.get_by_role("button", name="对比所选").click()
    page.wait_for_url(f"**/compare?with={ranked[0]},{ranked[2]}")
