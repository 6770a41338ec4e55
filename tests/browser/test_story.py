"""One story, each step by whoever takes it: a need is posted, reviewed, met, signed, registered and counted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.core.caller import Role
from app.core.city_time import today
from app.models import ExpertKind

ENTERPRISE, UNIVERSITY = "云澜故事铸管有限公司（示例）", "云澜故事大学（示例）"
NEED = "离心铸管内衬水泥开裂（故事示例）"
ACHIEVEMENT = "球墨铸铁管内衬柔性砂浆（故事示例）"
COUNTY, AMOUNT, NUMBER = "故事县", "186.5", "GS-2026-0001"


@pytest.fixture
def people(visit):
    found = {role: visit(role, name=f"故事{role.value}") for role in (Role.ADMIN, Role.LIAISON, Role.BUREAU)}
    found[Role.ENTERPRISE] = visit(Role.ENTERPRISE, ENTERPRISE)
    found[Role.UNIVERSITY] = visit(Role.UNIVERSITY, UNIVERSITY)
    found |= {kind: visit(Role.EXPERT, name=f"故事专家{at}号") for at, kind in enumerate(ExpertKind)}
    return found


def _posted(page: Page, kind: str, fields: dict[str, str]) -> str:
    """Write a record and hand it in; return its address."""
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(rf"/{kind}/[0-9a-f]{{32}}$"))
    return page.url


def _published(liaison, kind: str, organisation: str) -> None:
    page = liaison.open(f"/{kind}?status=submitted&organisation={organisation}")
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("#bulk-result")).to_contain_text("已发布 1 条")


def _judged_worth_a_project(people, need: str) -> None:
    """The need becomes a candidate; its enterprise writes the criteria, three experts vote."""
    liaison, enterprise = people[Role.LIAISON], people[Role.ENTERPRISE]
    page = liaison.open("/challenges/candidates")
    body = {"title": NEED, "summary": "内衬抗裂，渗水率≤0.1 L/(m·24 h)（示例）。", "need_ids": [need]}
    made = page.request.post(f"{liaison.url}/api/v1/challenges", data=body, headers={"Origin": liaison.url})
    assert made.status == 201, made.text()
    address = f"/challenges/{made.json()['id']}"
    page = liaison.open(address)
    page.get_by_role("button", name="进入储备库", exact=True).click()
    expect(page.get_by_text("在库 0 天").first).to_be_visible()
    page = enterprise.open(address)
    page.get_by_text("填写评审指标").click()
    page.get_by_role("button", name="保存评审指标").click()
    expect(page.get_by_role("status").filter(has_text="已保存评审指标")).to_be_visible()
    page = liaison.open(address)
    page.get_by_role("button", name="开始评审", exact=True).click()
    for kind in ExpertKind:
        person = people[kind].person
        page.get_by_label("请哪位专家").select_option(person.id)
        page.get_by_label("以什么身份").select_option(kind.value)
        page.get_by_role("button", name="加入评审组").click()
        expect(page.get_by_role("row").filter(has_text=person.name)).to_contain_text("未声明")
    for kind in ExpertKind:
        page = people[kind].open("/")
        page.get_by_role("link", name="评审“").click()
        page.get_by_role("button", name="我没有利益关系").click()
        expect(page.get_by_role("heading", name="打分")).to_be_visible()
        for field in page.locator("[data-score]:visible").all():
            field.fill("9")
        page.get_by_role("button", name="提交评分票").first.click()
        page.get_by_role("dialog").get_by_role("button", name="提交评分票").click()
        expect(page.get_by_text("您的评分票已提交")).to_be_visible()
    page = liaison.open(address)
    page.get_by_role("button", name="结束评审并入榜", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已结束评审并入榜")).to_be_visible()


def _both_willing(people, need_address: str) -> None:
    """The university asks, the liaison forwards, the enterprise agrees: contacts are shown and a docking is open."""
    page = people[Role.UNIVERSITY].open(need_address)
    page.get_by_role("link", name="表达意向").click()
    page.get_by_label("用本单位的哪一项成果").select_option(label=ACHIEVEMENT)
    page.get_by_label("给对方的话").fill("可以先送五根试样管。")
    with page.expect_response("**/api/v1/interests"):
        page.get_by_role("button", name="交给情报员").click()
    page = people[Role.LIAISON].open("/interests")
    page.get_by_role("link", name=NEED).first.click()
    page.wait_for_url(re.compile(r"/interests/[0-9a-f]{32}$"))
    interest = page.url.removeprefix(people[Role.LIAISON].url)
    page.get_by_role("button", name="转达给需求方", exact=True).click()
    expect(page.get_by_text("等需求方答复")).to_be_visible()
    page = people[Role.ENTERPRISE].open(interest)
    page.get_by_role("button", name="同意交换联系方式", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="同意交换联系方式", exact=True).click()
    expect(page.get_by_text("双方都同意了")).to_be_visible()


def _signed(liaison) -> None:
    page = liaison.open("/dockings?view=list")
    page.get_by_role("link", name=NEED).first.click()
    expect(page.locator(".docking-way [aria-current=step]")).to_have_text("双方有意")
    for stage in ("洽谈", "签约"):
        page.get_by_role("button", name=f"进到“{stage}”").click()
        expect(page.locator(".docking-way [aria-current=step]")).to_have_text(stage)


def _registered(admin) -> None:
    page = admin.open("/contracts/new")
    day = today().isoformat()
    for label, text in {
        "合同登记编号": NUMBER, "合同名称": "柔性内衬砂浆技术开发（故事示例）", "合同成交额": AMOUNT,
        "其中技术交易额": "150", "签订日期": day, "买方名称": ENTERPRISE, "卖方名称": UNIVERSITY,
    }.items():  # fmt: skip
        page.get_by_label(label).fill(text)
    page.locator("select[name=buyer_local]").select_option("true")
    page.locator("input[name=buyer_district]").fill(COUNTY)
    page.locator("select[name=seller_local]").select_option("false")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="柔性内衬砂浆技术开发（故事示例）")).to_be_visible()
    page.get_by_role("button", name="关联对接").click()
    expect(page.get_by_role("link", name="看这条对接")).to_be_visible()


def test_from_posting_a_need_to_its_line_on_the_board(people):
    liaison = people[Role.LIAISON]
    need = _posted(
        people[Role.ENTERPRISE].open("/needs/new"),
        "needs",
        {
            "需求名称": NEED,
            "需求描述": "DN600 管内衬养护后出现环向裂纹，打压渗水，希望改善砂浆配比，渗水率≤0.1 L/(m·24 h)。",
        },
    )
    achievement = _posted(
        people[Role.UNIVERSITY].open("/achievements/new"),
        "achievements",
        {
            "成果名称": ACHIEVEMENT,
            "成果简介": "聚合物改性砂浆离心成型，抗折强度 9.8 MPa，DN600 试制管打压无渗漏，裂缝宽度小于 0.05 mm。",
        },
    )
    for kind, role in (("needs", Role.ENTERPRISE), ("achievements", Role.UNIVERSITY)):
        _published(liaison, kind, people[role].person.organisation_id)

    # The pair explains itself to the liaison, who judges it.
    need_id, achievement_id = need.rsplit("/", 1)[1], achievement.rsplit("/", 1)[1]
    page = liaison.open(f"/needs/{need_id}/matches/{achievement_id}")
    expect(page.get_by_role("heading", name=ACHIEVEMENT).first).to_be_visible()
    page.keyboard.press("4")
    expect(page.get_by_role("status").filter(has_text="强相关")).to_be_visible()

    _judged_worth_a_project(people, need_id)
    _both_willing(people, f"/needs/{need_id}")
    _signed(liaison)
    _registered(people[Role.ADMIN])

    page = people[Role.BUREAU].open("/board")
    county = page.locator("section", has=page.get_by_role("heading", name="各县区")).get_by_role("row")
    figure = county.filter(has_text=COUNTY).get_by_role("link").first
    expect(figure).to_have_text(AMOUNT)
    figure.click()
    expect(page.get_by_role("row").filter(has_text=NUMBER)).to_contain_text(AMOUNT)
    expect(page.locator("main > .figure-big")).to_contain_text(AMOUNT)
    # A year without the contract does not count it.
    page = people[Role.BUREAU].open(f"/board?year={(today() - timedelta(days=366)).year}")
    expect(page.get_by_role("row").filter(has_text=COUNTY)).to_have_count(0)
