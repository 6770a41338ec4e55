"""The bell, the list by day and how one is told, by those who read them."""

import pytest
from playwright.sync_api import expect

from app.core.caller import OPERATOR, Role
from app.core.settings import Settings
from app.kinds.table import KINDS
from app.models import NoticeTopic, RecordKind
from app.needs.schemas import NeedIn
from app.notices.telling import Told, tell
from tests.asking import new_record

ASKS = "云澜通知页面有限公司（示例）"
NEED = {
    "title": "矿井水含氟超标要降到1 mg/L",
    "description": "矿井水含氟3.2 mg/L，日处理8000 m³，要降到1 mg/L以下（示例）。",
}


@pytest.fixture(scope="module", autouse=True)
def channels(served):
    """What an operator may set up, at the running server."""
    settings: Settings = served.services.settings
    settings.notice_mail, settings.notice_webhooks = "mailto://mail.example.cn?to={to}", True


@pytest.fixture
def say(served):
    def made(one, *titles, topic=NoticeTopic.DOCKING, path="/needs", **fields):
        with served.services.database.write() as session:
            tell(session, [Told(one.person.id, topic, each, path, each, "请在三日内确认", **fields) for each in titles])

    return made


@pytest.fixture
def need(served):
    body = NeedIn.model_validate(NEED | {"organisation": ASKS, "visibility": "public"}).model_dump()
    return new_record(served.services, RecordKind.NEEDS, body, OPERATOR)


@pytest.mark.main_path
def test_the_bell_counts_and_what_is_opened_rings_no_more(visit, say):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/")
    expect(page.get_by_role("link", name="通知，没有未读")).to_be_visible()
    say(liaison, "对接“槽体中板”有了进展", "路演排期已定", "合同快到期")
    page.reload()
    bell = page.get_by_role("link", name="通知，3 条未读")
    expect(bell).to_have_text("3")
    bell.click()
    page.wait_for_url("**/notices")
    expect(page.get_by_role("heading", name="今天")).to_be_visible()
    expect(page.locator(".notices .unseen")).to_have_count(3)
    liaison.inspect("notices")
    page.keyboard.press("j")
    expect(page.locator(".notices a.title").first).to_be_focused()
    with page.expect_response(lambda answer: answer.url.endswith("/seen") and answer.status == 200):
        page.get_by_role("link", name="路演排期已定").click()
    page.wait_for_url("**/needs")
    expect(page.get_by_role("link", name="通知，2 条未读")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.locator(".notices .unseen")).to_have_count(2)


def test_all_are_marked_and_that_is_taken_back(visit, say):
    liaison = visit(Role.LIAISON)
    say(liaison, "第一件事", "第二件事")
    page = liaison.open("/notices")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("status").filter(has_text="已全部标为已读")).to_be_visible()
    expect(page.get_by_role("link", name="通知，没有未读")).to_be_visible()
    expect(page.locator(".notices .unseen")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name="通知，2 条未读")).to_be_visible()
    page.get_by_label("只看未读").check()
    expect(page.locator(".notices li")).to_have_count(2)
    page.get_by_label("类别").select_option("路演")
    expect(page.get_by_text("没有这样的通知")).to_be_visible()


def test_an_empty_list_says_what_will_come(visit):
    enterprise = visit(Role.ENTERPRISE)
    page = enterprise.open("/notices")
    expect(page.get_by_text("还没有通知")).to_be_visible()
    enterprise.inspect("notices-empty")


def test_what_was_withdrawn_is_listed_without_its_name(visit, say, served, need):
    university = visit(Role.UNIVERSITY)
    say(university, f"需求“{need.title}”有了进展", need_id=need.id, path=f"/needs/{need.id}")
    page = university.open("/notices")
    expect(page.get_by_role("link", name=need.title)).to_be_visible()
    with served.services.database.write() as session:
        session.get(KINDS[RecordKind.NEEDS].model, need.id).visibility = "liaison"
    page.reload()
    expect(page.get_by_text(need.title)).to_have_count(0)
    expect(page.get_by_text("已撤回、到期或改了可见范围")).to_be_visible()
    university.inspect("notices-gone")


def test_one_says_how_to_be_told(visit):
    liaison = visit(Role.LIAISON)
    page = liaison.open("/notices")
    page.get_by_role("link", name="通知设置").first.click()
    page.get_by_label("持续匹配").select_option("每周一 8:00 汇总")
    page.get_by_label("需求征集").select_option("不提醒")
    page.get_by_label("邮件").check()
    page.get_by_label("webhook", exact=True).check()
    page.get_by_label("webhook 地址").fill("https://127.0.0.1/hook")
    page.get_by_label("webhook 签名密钥").fill("0123456789abcdef-geheim")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".wrong")).to_contain_text("内部网络")
    liaison.inspect("notice-preferences-wrong")
    page.get_by_label("webhook", exact=True).uncheck()
    page.get_by_label("webhook 地址").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="通知设置已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("持续匹配")).to_have_value("weekly")
    expect(page.get_by_label("邮件")).to_be_checked()
    expect(page.get_by_label("webhook 签名密钥")).to_have_value("")
    assert "geheim" not in page.content()
    liaison.inspect("notice-preferences")
