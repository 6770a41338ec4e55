"""One's own account, as its owner uses the page."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from app.accounts.passwords import hash_password
from app.core.caller import Role
from app.web.account import in_blocks, useful_scopes
from app.web.browser_names import browser_name
from tests.asking import sign_in

PASSWORD = "一句只有我想得到的话 2026"
NEW = "河边三棵柳树向左歪 88"


@pytest.fixture
def signed_in(visit):
    return visit(Role.LIAISON, password_hash=hash_password(PASSWORD), unit="云澜市矿南区专班（示例）")


def _card(page, heading):
    return page.locator("section.card").filter(has=page.get_by_role("heading", name=heading))


def test_a_password_is_changed_and_a_wrong_one_is_told_beside_its_field(signed_in):
    page = signed_in.open("/account")
    expect(page.get_by_role("definition").filter(has_text="云澜市矿南区专班")).to_be_visible()
    signed_in.inspect("account")
    card = _card(page, "修改密码")
    card.get_by_label("现在的密码").fill("不是这一句话 2026")
    card.get_by_label("新密码").fill(NEW)
    card.get_by_role("button", name="修改密码").click()
    expect(card.locator(".field").filter(has_text="现在的密码").locator(".wrong")).to_contain_text("不正确")
    card.get_by_label("现在的密码").fill(PASSWORD)
    card.get_by_label("新密码").fill("太短了")
    card.get_by_role("button", name="修改密码").click()
    expect(card.locator(".field").filter(has_text="新密码").locator(".wrong")).to_contain_text("12 至 128")
    card.get_by_label("新密码").fill(NEW)
    card.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已修改")


def test_a_second_factor_is_set_up_from_what_the_page_shows(signed_in):
    page = signed_in.open("/account")
    page.get_by_role("button", name="启用动态口令").click()
    expect(page.get_by_role("img", name="动态口令的二维码")).to_be_visible()
    signed_in.inspect("account-second-factor")
    shown = page.locator(".secret").inner_text()
    assert re.fullmatch(r"(\w{4} )+\w{1,4}", shown)
    page.get_by_role("textbox", name="动态口令").fill("12345")
    page.get_by_role("button", name="确认启用").click()
    expect(page.locator("#second-factor .wrong")).to_contain_text("不正确")
    page.get_by_role("textbox", name="动态口令").fill(pyotp.TOTP(shown.replace(" ", "")).now())
    page.get_by_role("button", name="确认启用").click()
    expect(page.locator("#second-factor")).to_contain_text("已启用")
    assert shown not in page.content()
    page.get_by_text("停用动态口令").click()
    page.get_by_label("用密码确认").fill(PASSWORD)
    page.get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_role("button", name="启用动态口令")).to_be_visible()


def test_another_browser_is_signed_out(signed_in, served):
    assert sign_in(served.services, signed_in.person.email, PASSWORD, "10.0.0.9", "Firefox/140 (Windows NT)")
    page = signed_in.open("/account")
    card = _card(page, "登录着的地方")
    expect(card.get_by_role("listitem")).to_have_count(2)
    expect(card.get_by_role("listitem").filter(has_text="10.0.0.9")).to_contain_text("Firefox，Windows")
    card.get_by_role("button", name="结束登录：Firefox，Windows").click()
    expect(card.get_by_role("listitem")).to_have_count(1)
    expect(card.get_by_role("listitem")).to_contain_text("现在这里")


def test_a_key_is_told_once_works_and_is_revoked(signed_in, served):
    page = signed_in.open("/account")
    page.get_by_label("名称").fill("校科研管理系统")
    page.get_by_label("查看成果、需求和匹配").uncheck()
    page.get_by_role("button", name="新建密钥").click()
    expect(_card(page, "API 密钥").get_by_role("alert")).to_be_visible()
    page.get_by_label("查看成果、需求和匹配").check()
    page.get_by_role("button", name="新建密钥").click()
    told = page.get_by_role("dialog", name="“校科研管理系统”的密钥")
    key = told.get_by_label("密钥").input_value()
    page.keyboard.press("Escape")
    expect(told).to_be_visible()
    bearer = {"Authorization": f"Bearer {key}"}
    assert page.request.get(f"{served.url}/api/v1/me", headers=bearer).json()["scopes"] == ["read"]
    signed_in.inspect("account-key")
    told.get_by_role("button", name="关闭").click()
    card = _card(page, "API 密钥")
    expect(card.get_by_role("listitem")).to_contain_text("有效")
    assert key not in page.content()
    card.get_by_role("button", name="撤销密钥 校科研管理系统").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(card.get_by_role("listitem")).to_contain_text("已撤销")
    assert page.request.get(f"{served.url}/api/v1/me", headers=bearer).status == 401


def test_scopes_that_open_nothing_to_a_role_are_not_offered(visit):
    page = visit(Role.EXPERT).open("/account")
    expect(page.get_by_label("查看成果、需求和匹配")).to_be_visible()
    expect(page.get_by_label("审计日志")).to_have_count(0)
    assert {scope.value for scope in useful_scopes(Role.ADMIN)} >= {"audit", "metrics", "people"}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge，Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19) AppleWebKit/605 Version/19 Safari/604", "Safari，iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537 MicroMessenger/8", "微信，安卓手机"),
        ("curl/8", "其他程序"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent, name):
    assert browser_name(agent) == name


def test_a_secret_is_shown_in_groups_of_four():
    assert in_blocks("ABCDEFGHIJ") == "ABCD EFGH IJ"
