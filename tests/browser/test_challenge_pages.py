"""A challenge from the candidate to the review after acceptance, by staff, experts, an enterprise and universities."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import Challenge, ChallengeEvaluation, ExpertKind, RecordKind
from app.needs.schemas import NeedIn
from tests.asking import new_record

DAY = timedelta(days=1)
OWNER = "云澜揭榜页面装备有限公司（示例）"
TITLE = "尾矿滤饼水分降到12%以下（示例）"
SUMMARY = "滤饼含水率≤12%，处理量≥40 t/h，交付样机一台并连续运行72小时（示例）。"


@pytest.fixture
def people(visit, served):
    """Everybody of the story, and the need that it is about."""
    found = {
        "staff": visit(Role.LIAISON, name="测试情报员"),
        "owner": visit(Role.ENTERPRISE, OWNER),
        "first": visit(Role.UNIVERSITY, "云澜揭榜甲大学（示例）"),
        "second": visit(Role.UNIVERSITY, "云澜揭榜乙大学（示例）"),
    }
    for number, kind in enumerate(ExpertKind):
        found[kind.value] = visit(Role.EXPERT, name=f"测试专家{number}号")
    body = NeedIn.model_validate({
        "title": "铜尾矿滤饼含水率高，井下充填不好用（示例）", "organisation": OWNER, "visibility": "anonymous",
        "description": "板框压滤后滤饼含水率18%，输送带粘料，希望降到12%以下，日处理800 t（示例）。",
    }).model_dump()  # fmt: skip
    need = new_record(served.services, RecordKind.NEEDS, body, OPERATOR)
    return found, need


def _step(page, label):
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"已{label}")).to_be_visible()


def _fill_criteria(page, what):
    page.get_by_text(f"填写{what}").click()
    page.get_by_role("button", name=f"保存{what}").click()
    expect(page.get_by_role("status").filter(has_text=f"已保存{what}")).to_be_visible()


def _score(page, each, button):
    for field in page.locator("[data-score]:visible").all():
        field.fill(str(each))
    page.get_by_role("button", name=button).first.click()


def _change(served, id, **fields):
    with served.services.database.write() as session:
        one = session.get(Challenge, id)
        for name, value in fields.items():
            setattr(one, name, value)


def _put_forward(everybody, need, served):
    """From the need to the reserve pool; return the challenge's id."""
    staff = everybody["staff"]
    page = staff.open("/challenges/candidates")
    expect(page.get_by_role("heading", name="共性需求", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="列为候选").first).to_be_visible()
    staff.inspect("candidates")
    made = page.request.post(
        f"{served.url}/api/v1/challenges",
        data={"title": TITLE, "summary": "", "need_ids": [need.id]},
        headers={"Origin": served.url},
    )
    assert made.status == 201, made.text()
    id = made.json()["id"]
    page = staff.open(f"/challenges/{id}")
    page.get_by_text("修改名称、说明和分级").click()
    page.get_by_role("textbox", name="榜单说明").fill(SUMMARY)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("paragraph").filter(has_text=SUMMARY)).to_be_visible()
    staff.inspect("candidate")
    _step(page, "进入储备库")
    expect(page.get_by_text("在库 0 天").first).to_be_visible()
    return id


def _panel(everybody, id):
    """The enterprise writes the criteria, for which staff find no form; staff ask experts."""
    staff, owner = everybody["staff"], everybody["owner"]
    page = staff.open(f"/challenges/{id}")
    expect(page.get_by_text("填写评审指标")).to_have_count(0)
    page = owner.open("/")
    page.get_by_role("link", name=TITLE).click()
    _fill_criteria(page, "评审指标")
    owner.inspect("owner-pool")
    page = staff.open(f"/challenges/{id}")
    _step(page, "开始评审")
    for kind in ExpertKind:
        person = everybody[kind.value].person
        page.get_by_label("请哪位专家").select_option(person.id)
        page.get_by_label("以什么身份").select_option(kind.value)
        page.get_by_role("button", name="加入评审组").click()
        expect(page.get_by_role("row").filter(has_text=person.name)).to_contain_text("未声明")


def _ballots(everybody, id):
    """One ballot each, after a declaration."""
    staff = everybody["staff"]
    for number, kind in enumerate(ExpertKind):
        expert = everybody[kind.value]
        page = expert.open("/")
        if number == 0:
            expert.inspect("expert-home")
        page.get_by_role("link", name="声明并评审").click()
        expect(page.get_by_text(OWNER)).to_have_count(0)
        if number == 0:
            expert.inspect("ballot-declaration")
        page.get_by_role("button", name="我没有利益关系").click()
        expect(page.get_by_role("heading", name="打分")).to_be_visible()
        if number == 0:
            expert.inspect("ballot")
        _score(page, 8, "提交评分票")
        page.get_by_role("dialog").get_by_role("button", name="提交评分票").click()
        expect(page.get_by_text("您的评分票已提交")).to_be_visible()
    page = staff.open(f"/challenges/{id}")
    expect(page.locator(".counts")).to_contain_text("80.00")
    staff.inspect("review")
    _step(page, "结束评审并入榜")
    page = everybody["scientist"].open(f"/challenges/{id}/ballot")
    expect(page.get_by_role("row")).to_have_count(1 + 3 + 3 + 1)
    everybody["scientist"].inspect("ballots")


def _publication(everybody, id):
    """Published, and answered by two universities."""
    staff, owner = everybody["staff"], everybody["owner"]
    page = owner.open(f"/challenges/{id}")
    _fill_criteria(page, "择优指标")
    page = staff.open(f"/challenges/{id}")
    page.get_by_label("揭榜截止日期").fill(str(today() + 20 * DAY))
    _step(page, "发榜")
    for who, fee in (("first", "80"), ("second", "66.5")):
        page = everybody[who].open("/")
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_text(OWNER)).to_have_count(0)
        page.get_by_role("link", name="揭榜", exact=True).click()
        page.get_by_label("负责人与团队").fill(f"{who} 团队，矿物加工方向 9 人（示例）")
        page.get_by_label("技术方案").fill("隔膜压滤加低频振动，三个月内完成现场试验（示例）。")
        page.get_by_label("报价（万元）").fill(fee)
        page.get_by_label("周期（月）").fill("12")
        everybody[who].inspect("bid") if who == "first" else None
        page.get_by_role("button", name="提交揭榜方案").click()
        expect(page.get_by_role("heading", name="修改揭榜方案")).to_be_visible()
    page = everybody["first"].open(f"/challenges/{id}")
    expect(page.get_by_text("66.5")).to_have_count(0)
    everybody["first"].inspect("bidder")
    page = staff.open("/challenges/guide")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    staff.inspect("guide")
    staff.open("/challenges")
    staff.inspect("challenges")


def _choice(everybody, id, served):
    """Marked by the enterprise, which chooses; the other is told politely."""
    staff, owner = everybody["staff"], everybody["owner"]
    _change(served, id, closes_on=today() - DAY)
    page = staff.open(f"/challenges/{id}")
    _step(page, "截止揭榜")
    expect(page.get_by_role("button", name="择优选定")).to_have_count(0)
    page = owner.open(f"/challenges/{id}")
    expect(page.get_by_role("button", name="择优选定")).to_be_visible()
    for mark, name in ((9, "云澜揭榜甲大学（示例）"), (6, "云澜揭榜乙大学（示例）")):
        form = page.locator("form[data-sheet]").filter(has=page.get_by_role("button", name=f"保存评分：{name}"))
        for field in form.locator("[data-score]").all():
            field.fill(str(mark))
        form.get_by_role("button").click()
        expect(page.get_by_role("status").filter(has_text="已评分")).to_be_visible()
        page = owner.open(f"/challenges/{id}")
    expect(page.locator("article.bid").first).to_contain_text("第 1 名，90.00 分")
    owner.inspect("bids")
    page.get_by_label("择优决定书").fill("甲方案指标余量最大，团队做过同类矿，报价在预算内，选定甲方案。")
    _step(page, "择优选定")
    page = everybody["second"].open(f"/challenges/{id}")
    expect(page.get_by_text("感谢贵单位认真揭榜")).to_be_visible()
    expect(page.get_by_text("甲大学")).to_have_count(0)


def _project(everybody, id, served):
    """From the amounts to the review after the acceptance."""
    staff, owner = everybody["staff"], everybody["owner"]
    page = staff.open(f"/challenges/{id}")
    for label, value in (("项目总额（万元）", "200"), ("财政支持（万元）", "60"), ("企业自筹（万元）", "120")):
        page.get_by_label(label).fill(value)
    _step(page, "立项")
    page.get_by_label("新里程碑").fill("样机下线")
    page.get_by_label("应完成日期").fill(str(today() + 60 * DAY))
    page.get_by_role("button", name="加里程碑").click()
    expect(page.get_by_text("样机下线").first).to_be_visible()
    _step(page, "开始实施")
    staff.inspect("project")
    page = everybody["first"].open(f"/challenges/{id}")
    page.get_by_text("登记完成", exact=True).first.click()
    page.get_by_label("完成依据").fill("检测报告 2026-17 号，含水率11.4%（示例）")
    page.get_by_role("button", name="登记完成：样机下线").click()
    expect(page.get_by_role("status").filter(has_text="已登记")).to_be_visible()
    _step(page, "申请验收")
    page = owner.open(f"/challenges/{id}")
    form = page.locator("form").filter(has=page.get_by_role("button", name="验收通过"))
    form.get_by_label("验收评分").fill("92")
    form.get_by_label("验收意见").fill("各项指标达到，同意验收。")
    _step(page, "验收通过")
    with served.services.database.write() as session:
        session.query(ChallengeEvaluation).filter_by(challenge_id=id, months=6).one().due_on = today() - 3 * DAY
    page = staff.open("/challenges/due")
    expect(page.get_by_role("listitem").filter(has_text="验收后 6 个月")).to_contain_text("已过期 3 天")
    staff.inspect("due")
    page = owner.open(f"/challenges/{id}")
    page.get_by_text("写评价", exact=True).click()
    page.get_by_label("使用情况").fill("运行半年，滤饼水分稳定在11.6%（示例）。")
    owner.inspect("evaluation")
    page.get_by_role("button", name="提交评价：验收后 6 个月").click()
    expect(page.get_by_text("满意程度 5 / 5")).to_be_visible()
    owner.inspect("accepted")


def test_a_challenge_is_led_to_its_end(people, served):
    everybody, need = people
    id = _put_forward(everybody, need, served)
    _panel(everybody, id)
    _ballots(everybody, id)
    _publication(everybody, id)
    _choice(everybody, id, served)
    _project(everybody, id, served)


def test_a_conflict_closes_the_ballot(people, served):
    everybody, need = people
    staff, expert = everybody["staff"], everybody["scientist"]
    page = staff.open("/")
    made = page.request.post(
        f"{served.url}/api/v1/challenges", data={"title": TITLE, "need_ids": [need.id]}, headers={"Origin": served.url}
    )
    id = made.json()["id"]
    with served.services.database.write() as session:
        one = session.get(Challenge, id)
        one.state, one.review_round = "review", 1
    page = staff.open(f"/challenges/{id}")
    page.get_by_label("请哪位专家").select_option(expert.person.id)
    page.get_by_role("button", name="加入评审组").click()
    expect(page.get_by_role("row").filter(has_text=expert.person.name)).to_contain_text("未声明")
    page = expert.open(f"/challenges/{id}/ballot")
    page.get_by_text("我有利益关系").click()
    page.get_by_label("是什么关系").fill("与需求方有横向课题")
    page.get_by_role("button", name="声明有利益关系").click()
    expect(page.get_by_text("您不参加打分")).to_be_visible()
    expect(page.get_by_role("heading", name="打分")).to_have_count(0)
    expert.inspect("ballot-conflict")
    # Nobody is asked without a reason to take a challenge back.
    page = staff.open(f"/challenges/{id}")
    page.get_by_text("退回储备库").first.click()
    page.get_by_role("button", name="退回储备库").click()
    expect(page.get_by_text("在库").first).to_have_count(0)


@pytest.mark.main_path
def test_nobody_outside_sees_what_is_not_published(visit, people, served):
    _, need = people
    title = "只在储备库里的榜单项目（示例）"
    page = people[0]["staff"].open("/")
    made = page.request.post(
        f"{served.url}/api/v1/challenges", data={"title": title, "need_ids": [need.id]}, headers={"Origin": served.url}
    )
    id = made.json()["id"]
    page = visit(Role.UNIVERSITY).open(f"/challenges/{id}")
    expect(page.get_by_text("没有这个榜单项目")).to_be_visible()
    page = visit(Role.ENTERPRISE).open("/challenges")
    expect(page.get_by_role("link", name=title)).to_have_count(0)
    bureau = visit(Role.BUREAU)
    page = bureau.open(f"/challenges/{id}")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(OWNER)).to_have_count(0)
    expect(page.get_by_role("button", name="进入储备库")).to_have_count(0)
    bureau.inspect("bureau")
