"""Signing in and out by the form, as a person does."""

import http.server
import re
import threading
from functools import partial

import pytest
from playwright.sync_api import expect

from app.accounts.passwords import hash_password
from app.core.caller import Role

PASSWORD = "一句只有我想得到的话 2026"


@pytest.mark.main_path
def test_somebody_signs_in_and_out(visit, served, account):
    person, _ = account(Role.BUREAU, password_hash=hash_password(PASSWORD))
    window = visit()
    page = window.open("/account")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    window.inspect("sign-in")
    page.get_by_label("邮箱").fill(person.email)
    page.get_by_label("密码").fill("不是这个密码")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("不正确")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    assert page.url == f"{served.url}/account"
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/no-such-page", "/needs/none/none"])
def test_a_wrong_address_is_answered_with_a_page(visit, path):
    window = visit()
    page = window.open(path)
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    window.inspect("missing")


@pytest.mark.main_path
def test_pages_are_kept_by_version_and_packed(visit, served):
    page = visit().open("/sign-in")
    address = page.locator("link[rel=stylesheet]").get_attribute("href")
    answer = page.request.get(served.url + address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert page.request.get(served.url + address.replace(address.split("/")[2], "old")).status == 404


@pytest.fixture
def elsewhere(tmp_path, served):
    """Another site, whose page links to ours, as a mail in a browser does."""
    links = ("/account", "/sign-in?then=/account", "/account#keys-of-mine")
    text = "".join(f'<p><a href="{served.url}{path}">{path}</a></p>' for path in links)
    (tmp_path / "mail.html").write_text(text, "utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://localhost:{server.server_port}/mail.html"
        server.shutdown()


@pytest.mark.parametrize("path", ["/account", "/sign-in?then=/account", "/account#keys-of-mine"])
def test_a_link_in_a_mail_finds_its_reader_signed_in(visit, elsewhere, path):
    page = visit(Role.BUREAU).open("/")
    page.goto(elsewhere)
    seen = []
    page.on("response", lambda answer: seen.append(answer.status) if answer.request.is_navigation_request() else None)
    page.get_by_role("link", name=path, exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/account(#keys-of-mine)?$"))
    assert page.url.endswith("#keys-of-mine") == ("#" in path)
    assert len(seen) == 2  # a stranger's page, then the reader's own
    # The browser's way back leads to the mail, not to the stranger's page.
    page.go_back()
    expect(page).to_have_url(elsewhere)


def test_a_link_in_a_mail_leaves_a_stranger_alone(visit, elsewhere):
    window = visit()
    page = window.page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/api/v1/me") else None)
    page.goto(elsewhere)
    page.get_by_role("link", name="/account", exact=True).click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.wait_for_load_state("load")
    assert asked == []
    # A session that has ended meanwhile: asked once, and forgotten.
    page.evaluate("localStorage.setItem('signed-in', '1')")
    page.goto(elsewhere)
    with page.expect_response("**/api/v1/me"):
        page.get_by_role("link", name="/account", exact=True).click()
    page.wait_for_function("localStorage.getItem('signed-in') === null")
    assert len(asked) == 1
