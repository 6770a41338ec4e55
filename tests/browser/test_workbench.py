"""Where a liaison's day begins: what waits, the tour, and what a first visit loads."""

import pytest
from playwright.sync_api import expect

from app.core.caller import OPERATOR, Role
from app.models import RecordKind
from app.needs.schemas import NeedIn
from tests.asking import new_record

MOST_BYTES = 400_000


@pytest.fixture
def liaison(visit):
    return visit(Role.LIAISON)


def _submit(served, title):
    fields = {
        "title": title,
        "description": "重介旋流器入料密度波动0.03 g/cm³，精煤灰分跟着跳（示例）。",
        "status": "submitted",
    }
    return new_record(
        served.services,
        RecordKind.NEEDS,
        NeedIn.model_validate(fields).model_dump(),
        OPERATOR,
    )


@pytest.mark.main_path
def test_what_waits_is_counted_and_opened(liaison, served):
    page = liaison.open("/")
    card = page.get_by_role("navigation", name="待办").get_by_role("link", name="待审")
    before = int(card.locator(".figure-big").inner_text())
    _submit(served, "重介密度老是飘（工作台示例）")
    page.reload()
    expect(card.locator(".figure-big")).to_have_text(str(before + 1))
    liaison.inspect("workbench")
    card.click()
    page.wait_for_url("**/admin/review")
    expect(page.get_by_text("重介密度老是飘（工作台示例）").first).to_be_visible()


def test_the_tour_shows_the_parts_one_after_another(liaison):
    page = liaison.open("/")
    page.get_by_role("button", name="带我看一遍").click()
    tour = page.get_by_role("dialog", name="导览")
    expect(tour).to_contain_text("今天等您处理的事")
    seen = 0
    while tour.get_by_role("button", name="下一步").is_visible():
        tour.get_by_role("button", name="下一步").click()
        expect(page.locator(".toured")).to_have_count(1)
        seen += 1
    assert seen >= 3
    tour.get_by_role("button", name="开始工作").click()
    expect(tour).to_have_count(0)
    page.get_by_role("button", name="带我看一遍").click()
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    ["/", "/search/achievements?q=瓦斯抽采", "/needs", "/achievements", "/admin/review", "/needs/new", "/imports"],
)
def test_a_first_visit_loads_little(liaison, path):
    sizes: list[int] = []
    liaison.page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    liaison.open(path)
    liaison.page.wait_for_load_state("networkidle")
    assert sum(sizes) > 20_000  # something was counted
    assert sum(sizes) < MOST_BYTES, sizes
