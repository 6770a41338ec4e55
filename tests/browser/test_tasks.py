"""Whole tasks, from signing in to done, as somebody new does them: what each costs in clicks, keys and seconds.

Printed with -s. The limits hold the number of clicks and keys, not the time, which is the machine's.
"""

import csv
import io
import re
import sys
import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from app.accounts.passwords import hash_password
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.organisations.repository import OrganisationRepository
from app.rounds.schemas import InvitationsIn, RoundIn
from tests.asking import new_record, written

PASSWORD = "一句只有我想得到的话 2026"
HEADER = ["序号", "项目名称", "成果简介", "所处阶段", "拟转让价格（万元）"]
ROWS = [
    ["1", "铝电解槽阴极破损在线诊断", "槽壳测温配合阴极电流分布反演，提前 40 天报出破损部位。", "中试", "120"],
    ["2", "赤泥路基材料", "拜耳法赤泥掺量 55% 的路基填料，浸水强度损失低于 15%。", "产业化", "面议"],
    ["3", "", "阳极炭块焙烧火道墙变形监测，激光扫描一次 6 min。", "小试", "30"],
]  # fmt: skip
NEED = {
    "title": "破碎机衬板一个月换一次",
    "description": "颚式破碎机高锰钢衬板破铁矿石，三十天就磨穿，换一次停机九小时。想要更耐磨的衬板或堆焊办法。",
    "indicators": "衬板寿命≥90 d；单次更换≤4 h",
    "organisation": "云澜任务铁矿有限公司（示例）",
    "visibility": "anonymous",
}


@dataclass
class Hands:
    """What somebody does with a page, and how much of it.

    Attributes:
        clicks: of the mouse, a file picked among them.
        keys: pressed alone, as a shortcut.
        characters: typed into fields.
    """

    page: Page
    clicks: int = 0
    keys: int = 0
    characters: int = 0
    started: float = field(default_factory=time.perf_counter)

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, where: Locator, text: str) -> None:
        """Fill a field that was reached by a click, or by Tab from the one before."""
        where.fill(text)
        self.keys += 1
        self.characters += len(text)

    def pick(self, rows: list[list[str]]) -> None:
        """Pick a file whose content is a table."""
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        file = {"name": "成果汇总.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode("gb18030")}
        picker = self.page.locator("input[type=file]")
        picker.wait_for(state="attached")
        self.page.wait_for_load_state("load")  # a hand is slower than the page's scripts
        picker.set_input_files(file)
        self.clicks += 1


@pytest.fixture
def begin(visit, account, served):
    """Sign somebody in by the form; the sign-in is part of the task."""

    def begun(role, organisation=None, **fields):
        person, _ = account(role, organisation, password_hash=hash_password(PASSWORD), **fields)
        window = visit()
        page = window.open("/sign-in")
        hands = Hands(page)
        hands.type(page.get_by_label("邮箱"), person.email)
        hands.type(page.get_by_label("密码"), PASSWORD)
        hands.press("Enter")
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        return person, hands

    return begun


TABLE: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def table():
    yield
    head = ["| task | clicks | keys | characters | seconds |", "| --- | --- | --- | --- | --- |"]
    sys.stdout.write("\n" + "\n".join([*head, *TABLE]) + "\n")


def _done(name: str, hands: Hands, most: int) -> None:
    seconds = time.perf_counter() - hands.started
    TABLE.append(f"| {name} | {hands.clicks} | {hands.keys} | {hands.characters} | {seconds:.0f} |")
    assert hands.clicks + hands.keys <= most


def _organisation(served, name):
    with served.services.database.read() as session:
        return OrganisationRepository(session).by_name(name).id


@pytest.mark.main_path
def test_a_liaison_finds_a_partner_and_brings_both_together(served, account, begin):
    need = new_record(
        served.services,
        RecordKind.NEEDS,
        NeedIn.model_validate(NEED).model_dump(),
        OPERATOR,
    )
    person, hands = begin(Role.LIAISON)
    written(served.services.database, served.services.liaisons.assign, person.id, need.organisation_id, None, OPERATOR)
    page = hands.page
    page.reload()
    waiting = page.locator("section", has=page.get_by_role("heading", name="还没研判的需求"))
    hands.click(waiting.get_by_role("link", name=NEED["title"], exact=True))
    hands.click(page.locator(".match a.title").first)
    expect(page.get_by_text("第 1 /")).to_be_visible()
    hands.press("3")
    expect(page.get_by_role("status").filter(has_text="已研判为")).to_be_visible()
    hands.click(page.get_by_role("button", name="表达意向"))
    hands.click(page.get_by_role("button", name="提交意向"))
    page.wait_for_url(re.compile("/interests/[0-9a-f]{32}$"))
    hands.press("f")
    expect(page.get_by_role("status").filter(has_text="已转达")).to_be_visible()
    _done("liaison: find a partner, judge it, forward an interest", hands, 9)


@pytest.mark.main_path
def test_an_enterprise_posts_a_need_from_a_vague_sentence(begin):
    _, hands = begin(Role.ENTERPRISE)
    page = hands.page
    hands.click(page.get_by_role("navigation", name="主菜单").get_by_role("link", name="发布需求"))
    hands.type(page.get_by_label("需求名称"), "破碎机衬板不耐用")
    hands.type(page.get_by_label("需求描述"), "衬板老是磨穿，换起来停产，想找耐磨一点的。")
    asked = page.get_by_role("complementary", name="写作帮助").get_by_role("button", name=re.compile("指标"))
    page.get_by_text("还可以补充").click()
    hands.clicks += 1
    hands.click(asked.first)
    hands.type(page.get_by_label("预期指标"), "衬板寿命不低于 90 天")
    hands.click(page.get_by_role("button", name="提交审核"))
    page.wait_for_url(re.compile("/needs/[0-9a-f]{32}$"))
    expect(page.get_by_text("情报员审核后发布").first).to_be_visible()
    _done("enterprise: from a vague sentence to submission", hands, 10)


@pytest.mark.main_path
def test_a_university_takes_a_table_in_and_mends_a_row(begin, tmp_path):
    _, hands = begin(Role.UNIVERSITY)
    page = hands.page
    hands.click(page.get_by_role("navigation", name="主菜单").get_by_role("link", name="导入"))
    hands.pick([["某大学科技成果汇总表"], HEADER, *ROWS])
    hands.click(page.get_by_role("button", name="导入这 2 行"))
    expect(page.get_by_text("有 1 行没有导入")).to_be_visible()
    with page.expect_download() as saved:
        hands.click(page.get_by_role("link", name="下载要改的 1 行"))
    report = tmp_path / "report.xlsx"
    saved.value.save_as(report)
    rows = [[str(cell) for cell in row] for row in CalamineWorkbook.from_path(report).get_sheet_by_index(0).to_python()]
    title = next(at for at, name in enumerate(rows[0]) if name in {"项目名称", "成果名称"})
    rows[1][title] = "焙烧炉火道墙变形监测"
    hands.characters += len(rows[1][title])
    hands.click(page.get_by_role("link", name="再传一份"))
    hands.pick(rows)
    hands.click(page.get_by_role("button", name="导入这 1 行"))
    expect(page.get_by_text("全部完成")).to_be_visible()
    hands.click(page.get_by_role("link", name="到成果库查看"))
    for name in ("铝电解槽阴极破损在线诊断", "赤泥路基材料", "焙烧炉火道墙变形监测"):
        expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("待审")
    _done("university: a table in, one bad row mended, all handed in", hands, 11)


@pytest.mark.main_path
def test_the_bureau_takes_the_completion_of_a_round(served, begin):
    rounds, database, day = served.services.rounds, served.services.database, str(today())
    round = RoundIn(title="任务测试征集（示例）", opens_on=day, closes_on=day)
    made = written(database, rounds.create, round.model_dump(), OPERATOR)
    need = NeedIn.model_validate(NEED | {"title": "破碎机轴承座温度高"})
    new_record(served.services, RecordKind.NEEDS, need.model_dump(), OPERATOR)
    asked = InvitationsIn(organisation_ids=[_organisation(served, NEED["organisation"])])
    written(database, rounds.invite, made.id, asked, OPERATOR)
    _, hands = begin(Role.BUREAU)
    page = hands.page
    hands.click(page.get_by_role("navigation", name="主菜单").get_by_role("link", name="需求征集"))
    hands.click(page.get_by_role("link", name="任务测试征集（示例）"))
    expect(page.get_by_role("columnheader", name="县区")).to_be_visible()
    with page.expect_download() as saved:
        hands.click(page.get_by_role("link", name="导出"))
    assert saved.value.suggested_filename.endswith(".xlsx")
    _done("bureau: completion of a round by county, exported", hands, 6)
