"""The review queue as a liaison works through it, and pairs that read alike."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.accounts.identification import caller_of
from app.core.caller import Role
from app.models import NearDuplicate, Need, Organisation, RecordKind, Status
from app.needs.schemas import NeedIn
from tests.asking import new_record

TEXT = (
    "现有一条日处理300 t的浮选生产线，尾矿浓密机底流浓度只有45%，压滤机单班产能不足，"
    "希望把底流浓度提高到60%以上，并减少絮凝剂用量（示例）。"
)


@pytest.fixture(autouse=True)
def _empty_queue(served):
    """Take what other tests left out of the queue."""
    with served.services.database.write() as session:
        session.execute(update(Need).where(Need.status == Status.SUBMITTED).values(status=Status.DRAFT))
        session.execute(update(NearDuplicate).values(verdict="different", decided_at=datetime.now(UTC)))


@pytest.fixture
def hand_in(served, account):
    """Hand needs in as an enterprise of their own."""
    person, _ = account(Role.ENTERPRISE)
    caller = caller_of(person, "")

    def made(title, description=TEXT, by=caller, **fields):
        body = NeedIn.model_validate({"title": title, "description": description, **fields})
        return new_record(served.services, RecordKind.NEEDS, body.model_dump(), by)

    return made


def _status(served, record):
    with served.services.database.read() as session:
        return session.get(Need, record.id).status


@pytest.mark.main_path
def test_the_queue_is_worked_through_by_keys(visit, served, hand_in):
    first = hand_in("尾矿浓密机底流浓度提升")
    second = hand_in("絮凝剂自动加药", "加药靠人工，太费。")
    third = hand_in("压滤机滤布再生", indicators="滤布寿命≥6个月", budget_max_wan="30")
    window = visit(Role.LIAISON)
    page = window.open("/admin/review?kind=needs")
    detail = page.get_by_role("article", name="审核")
    expect(page.get_by_role("heading", name="待审")).to_contain_text("3 条")
    expect(detail.get_by_role("heading", name=first.title)).to_be_visible()
    expect(detail).to_contain_text("日处理300 t")
    window.inspect("review")
    page.keyboard.press("j")
    expect(detail.get_by_role("heading", name=second.title)).to_be_visible()
    page.keyboard.press("k")
    expect(detail.get_by_role("heading", name=first.title)).to_be_visible()
    # Published by one key; the next one is there at once, and it can be taken back.
    page.keyboard.press("p")
    expect(detail.get_by_role("heading", name=second.title)).to_be_visible()
    assert _status(served, first) == Status.PUBLISHED
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert _status(served, first) == Status.SUBMITTED
    expect(page.get_by_role("heading", name="待审")).to_contain_text("3 条")
    # Returned with a reason by click and one's own words.
    expect(detail).to_contain_text("点没有写明")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="退回", exact=True).click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="太笼统").click()
    dialog.get_by_label("要达到什么指标").check()
    window.inspect("review-return")
    reason = dialog.get_by_label("退回理由")
    reason.press("End")
    reason.press_sequentially("请写明日用量")
    reason.press("Control+Enter")
    expect(detail.get_by_role("heading", name=third.title)).to_be_visible()
    with served.services.database.read() as session:
        stored = session.get(Need, second.id)
        assert stored.status == Status.RETURNED
        assert "描述太笼统" in stored.review_note
        assert "要达到什么指标" in stored.review_note
        assert "请写明日用量" in stored.review_note


def test_what_would_give_an_enterprise_away_stops_publication(visit, served, hand_in):
    need = hand_in("退火炉余热回收", f"灵犀牌产品的退火炉，{TEXT}", visibility="anonymous")
    with served.services.database.write() as session:  # known only after it was handed in
        session.get(Organisation, need.organisation_id).brands = ["灵犀"]
    window = visit(Role.LIAISON)
    page = window.open(f"/admin/review?at=needs-{need.id}")
    expect(page.get_by_text("会暴露匿名企业，不能发布")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("灵犀")
    expect(page.get_by_role("button", name="发布 P")).to_be_disabled()
    page.keyboard.press("p")
    expect(page.get_by_text("会暴露匿名企业，不能发布")).to_be_visible()
    assert _status(served, need) == Status.SUBMITTED
    window.inspect("review-disclosed")


def test_several_are_published_at_once_and_what_fails_is_named(visit, served, hand_in):
    good, changed = hand_in("球磨机衬板延寿"), hand_in("旋流器沉砂嘴耐磨")
    window = visit(Role.LIAISON)
    page = window.open("/admin/review")
    page.get_by_label("全选本页").check()
    # Its author changes one of them meanwhile.
    with served.services.database.write() as session:
        session.get(Need, changed.id).version += 1
    page.get_by_role("button", name="发布选中的 2 条").click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("发布了 1 条，1 条没有发布")).to_be_visible()
    expect(page.locator("#bulk-progress li")).to_contain_text(changed.title)
    window.inspect("review-bulk")
    assert _status(served, good) == Status.PUBLISHED
    assert _status(served, changed) == Status.SUBMITTED
    page.get_by_role("button", name="全部撤销").click()
    expect(page.locator("#bulk-progress")).to_be_hidden()  # on the page that is loaded when all is taken back
    assert _status(served, good) == Status.SUBMITTED


def test_an_empty_queue_says_so(visit, hand_in):
    window = visit(Role.LIAISON)
    page = window.open("/admin/review?kind=needs")
    expect(page.get_by_text("这个范围内没有待审的")).to_be_visible()
    window.inspect("review-empty")
    page.get_by_label("种类").select_option("")
    page.wait_for_url("**/admin/review?kind=&organisation=")
    member = visit(Role.ENTERPRISE)
    expect(member.open("/admin/review").get_by_role("heading", level=1)).to_have_text("没有权限")


def test_a_record_that_somebody_else_decided_says_so(visit, served, hand_in):
    done, left = hand_in("磨矿细度在线检测"), hand_in("磨矿钢球自动补加")
    window = visit(Role.LIAISON)
    page = window.open(f"/admin/review?at=needs-{done.id}")
    with served.services.database.write() as session:
        stored = session.get(Need, done.id)
        stored.status, stored.version = Status.PUBLISHED, stored.version + 1
    page.get_by_role("button", name="发布 P").click()
    expect(page.get_by_text("刚被别人改过")).to_be_visible()
    page.reload()
    expect(page.get_by_text("已处理：")).to_be_visible()
    expect(page.get_by_role("link", name=left.title)).to_be_visible()


def test_what_a_record_resembles_is_shown_beside_it(visit, hand_in):
    known = hand_in("细粒尾矿高效浓密脱水")
    again = hand_in("细粒尾矿高效浓密与脱水", TEXT.replace("60%", "58%"))
    page = visit(Role.LIAISON).open(f"/admin/review?at=needs-{again.id}")
    summary = page.get_by_text(known.title, exact=False).locator("xpath=ancestor-or-self::summary").first
    summary.click()
    expect(page.locator(".two-texts mark").filter(has_text="58")).to_be_visible()


@pytest.fixture
def pair(served, hand_in):
    """Two needs that read alike."""
    first, second = hand_in("细粒尾矿浓密"), hand_in("细粒尾矿浓密", TEXT.replace("45%", "47%"))
    with served.services.database.write() as session:
        session.add(NearDuplicate(kind="needs", first_id=first.id, second_id=second.id, similarity=0.93))
    return first, second


def test_a_pair_is_decided_and_taken_back(visit, pair):
    window = visit(Role.LIAISON)
    page = window.open("/duplicates")  # of the kind that waits
    expect(page.locator("mark")).to_have_text(["45", "47"])
    window.inspect("duplicates")
    page.keyboard.press("d")
    expect(page.get_by_text("没有待判断的需求")).to_be_visible()
    window.inspect("duplicates-empty")
    page.get_by_role("link", name="已判断的", exact=True).click()
    row = page.get_by_role("row").filter(has_text="细粒尾矿浓密").first
    expect(row).to_contain_text("不是同一项")
    window.inspect("duplicates-decided")
    row.get_by_role("button", name="撤销判断").click()
    expect(page.get_by_text("回到待判断")).to_be_visible()
    page = window.open("/duplicates?kind=needs")
    page.keyboard.press("s")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("还有 1 对")).to_be_visible()


def test_of_the_same_thing_one_is_withdrawn_and_comes_back(visit, served, pair):
    page = visit(Role.LIAISON).open("/duplicates?kind=needs")
    page.get_by_role("button", name="是同一项，撤回这一条").last.click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(page.get_by_text("没有待判断的需求")).to_be_visible()
    assert _status(served, pair[1]) == Status.WITHDRAWN
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("还有 1 对")).to_be_visible()
    assert _status(served, pair[1]) == Status.SUBMITTED


def test_members_see_only_pairs_of_their_own(visit, pair):
    page = visit(Role.ENTERPRISE).open("/duplicates")
    expect(page.get_by_text("没有待判断的需求")).to_be_visible()
    other = f"/duplicates/compare?kind=needs&first={pair[0].id}&second={pair[1].id}"
    expect(visit(Role.ENTERPRISE).open(other).get_by_text("没有这条需求")).to_be_visible()
