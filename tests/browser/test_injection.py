"""Hostile texts in every field, shown by a browser that ignores the page's policy: escaping must hold by itself."""

import itertools
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from app.accounts.cookies import cookie_name
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.imports.local import import_here
from app.models import RecordKind
from tests.browser import payloads
from tests.browser.conftest import WIDE, Served
from tests.trials import CAMPAIGN

PAYLOADS = payloads.PAYLOADS if CAMPAIGN else payloads.PAYLOADS[::20]

# What a page looks like to whoever prints, compares, judges and edits; {need}, {achievement} are ids.
PAGES = {
    RecordKind.NEEDS: ("/needs/{need}", "/needs/{need}/edit", "/needs/{need}/matches/{achievement}"),
    RecordKind.ACHIEVEMENTS: (
        "/achievements/{achievement}",
        "/achievements/{achievement}/edit",
        "/needs/{need}/matches",
    ),
}
LISTS = (
    "/", "/needs?status=published", "/achievements?status=published", "/search/needs?q=pwn",
    "/search/achievements?q=pwn",
    "/admin/organisations", "/admin/review", "/admin/audit", "/admin/accounts", "/admin/roster", "/interests",
    "/duplicates", "/captures", "/rounds", "/imports", "/saved-searches", "/common-needs", "/quality",
)  # fmt: skip


def _fields(kind: RecordKind, number: int, payload: str) -> dict[str, object]:
    text = {"summary": payload + "，尾矿压滤（示例）"} if kind is RecordKind.ACHIEVEMENTS else {
        "description": payload + "，希望把尾矿滤饼水分降到12%（示例）"
    }  # fmt: skip
    own = {"keywords": [payload], "ip": [payload], "discipline": payload, "stage": payload}
    return {
        "title": f"尾矿 {payload} {number}", "external_id": f"{number}{payload}", "indicators": f"{payload} 水分≤12%",
        "chains": [payload], "cooperation_modes": [payload], "district": payload, "contact": payload,
        "organisation": f"{payload}{number // 4}", "visibility": "public",
        "valid_until": (today() + timedelta(days=number % 20)).isoformat(), **text,
        **(own if kind is RecordKind.ACHIEVEMENTS else {}),
    }  # fmt: skip


@pytest.fixture(scope="module")
def hostile(served: Served, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Ids of pairs of records in whose every text field is a payload."""
    ids: dict[RecordKind, dict[int, str]] = {}
    for kind in RecordKind:
        file = tmp_path_factory.mktemp("hostile") / f"{kind.value}.jsonl"
        rows = [_fields(kind, number, payload) for number, payload in enumerate(PAYLOADS)]
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
        upload = import_here(served.services.parts, file, kind, OPERATOR)
        assert upload.created == len(PAYLOADS)
        with served.services.database.read() as session:
            taken, _ = served.services.imports.rows(session, upload, None, None, len(PAYLOADS))
        ids[kind] = {row.position: row.record_id for row in taken}
    return [
        {"need": ids[RecordKind.NEEDS][at], "achievement": ids[RecordKind.ACHIEVEMENTS][at]}
        for at in range(len(PAYLOADS))
    ]


@pytest.fixture(scope="module")
def window(browser: Browser, served: Served, account):
    """A window without the page's policy, signed in as a person whose name is a payload too."""
    _, token = account(Role.ADMIN, name='"><img src=x onerror=pwn()>')
    context = browser.new_context(viewport=WIDE, bypass_csp=True)
    context.add_init_script("window.pwned = 0; window.pwn = () => { window.pwned += 1; }; window.alert = window.pwn;")
    context.add_cookies([
        {"name": cookie_name(served.settings), "value": token, "url": "https://127.0.0.1", "secure": True}
    ])  # fmt: skip
    page = context.new_page()
    yield page
    context.close()


def _check(window, served, path):
    answer = window.goto(served.url + path, wait_until="load")
    assert answer.status == 200, path
    # The page is loaded when its images are, or have failed; what they then run is run by the next frame.
    window.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert window.evaluate("window.pwned") == 0, path
    assert window.locator("[onerror], [onload], [onfocus], [onmouseover], [ontoggle]").count() == 0, path


@pytest.mark.main_path
def test_the_trap_works(window, served):
    window.goto(served.url + "/sign-in")
    window.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=pwn()>')")
    window.wait_for_function("window.pwned > 0")


@pytest.mark.main_path
@pytest.mark.trial
@pytest.mark.parametrize("path", LISTS if CAMPAIGN else LISTS[:4])
def test_no_list_runs_what_it_shows(window, served, hostile, path):
    _check(window, served, path)


@pytest.mark.main_path
@pytest.mark.trial
def test_no_page_of_a_record_runs_what_it_shows(window, served, hostile):
    pages = itertools.cycle(page for each in PAGES.values() for page in each)
    for ids, path in zip(hostile, pages, strict=False):
        _check(window, served, path.format(**ids))


@pytest.mark.main_path
@pytest.mark.trial
@pytest.mark.parametrize("payload", PAYLOADS[::8])
def test_nothing_of_an_address_is_run(window, served, payload):
    for path in (
        "/search/achievements?q=",
        "/achievements?q=",
        "/needs?district=",
        "/sign-in?then=",
        "/password?token=",
    ):
        window.goto(served.url + path + quote(payload), wait_until="load")
        assert window.evaluate("window.pwned") == 0, (path, payload)
    window.goto(served.url + "/" + quote(payload, safe=""), wait_until="load")
    assert window.evaluate("window.pwned") == 0, payload
