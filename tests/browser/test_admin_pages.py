"""People and organisations, as administrators, liaisons and managers of organisations look after them."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts.passwords import hash_password
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.core.security import ensure_key
from app.models import Assignment, OrganisationKind
from app.models.base import now
from app.organisations.credit_code import check_character, inner_check
from app.organisations.repository import OrganisationRepository
from tests.asking import written

PASSWORD = "一句只有我想得到的话 2026"


def _code():
    """A credit code that nobody holds, with the right check characters."""
    body = "91140700MA0KTE5T"
    first = body + inner_check(body[8:16])
    return first + check_character(first)


@pytest.fixture
def organisation(served):
    def made(name, kind=OrganisationKind.ENTERPRISE):
        with served.services.database.write() as session:
            found = OrganisationRepository(session).ensure(name, kind)
            session.flush()
            return found.id

    return made


def _bearer(served):
    return {"Authorization": f"Bearer {ensure_key(served.settings.key_file)[0]}"}


class TestOrganisations:
    def test_one_is_made_with_a_checked_credit_code_and_verified(self, visit):
        window = visit(Role.LIAISON)
        page = window.open("/admin/organisations?q=没有叫这个的单位")
        expect(page.get_by_text("没有符合条件的单位")).to_be_visible()
        page.get_by_role("link", name="新增“没有叫这个的单位”").click()
        page.get_by_label("单位全称").fill("云澜立井提升设备厂（示例）")
        page.get_by_label("统一社会信用代码").fill(_code()[:-1] + "0")
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".wrong")).to_contain_text("校验位不符")
        window.inspect("organisation-form")
        page.get_by_label("统一社会信用代码").fill(_code())
        aliases = page.get_by_label("添加简称与曾用名")
        aliases.fill("立井厂")
        aliases.press("Enter")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", name="云澜立井提升设备厂（示例）")).to_be_visible()
        expect(page.locator("main dl")).to_contain_text(_code())
        page.get_by_label("说明").fill("看了营业执照")
        page.get_by_role("button", name="登记", exact=True).click()
        card = page.locator("section.card").filter(has=page.get_by_role("heading", name="核验"))
        expect(card).to_contain_text("已核验")
        expect(card).to_contain_text(window.person.email)
        window.inspect("organisation")
        page = window.open("/admin/organisations?q=立井厂&verification=verified")
        expect(page.get_by_role("row").filter(has_text="云澜立井提升设备厂")).to_be_visible()
        window.inspect("organisations")

    def test_a_manager_changes_the_own_organisation_and_sees_no_other_enterprise(self, visit, organisation):
        other = organisation("云澜另一家页面企业（示例）")
        window = visit(Role.ENTERPRISE, "云澜自家页面企业（示例）", manages_organisation=True)
        page = window.open("/admin/organisations")
        expect(page.get_by_text("云澜另一家页面企业")).to_have_count(0)
        expect(page.get_by_role("link", name="新增单位")).to_have_count(0)
        page.get_by_role("link", name="本单位", exact=True).click()
        page.get_by_role("link", name="修改资料").click()
        expect(page.get_by_text("为什么要问")).to_be_visible()
        page.get_by_label("法定代表人").fill("示例人")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("main dl")).to_contain_text("示例人")
        expect(page.get_by_role("button", name="登记", exact=True)).to_have_count(0)
        for path in (f"/admin/organisations/{other}", f"/admin/organisations/{other}/edit"):
            assert page.request.get(window.url + path).status == 404

    def test_a_member_who_does_not_manage_may_not_change_it(self, visit):
        window = visit(Role.UNIVERSITY)
        page = window.open(f"/admin/organisations/{window.person.organisation_id}")
        expect(page.get_by_role("heading", name="资料")).to_be_visible()
        expect(page.get_by_role("link", name="修改资料")).to_have_count(0)
        expect(page.get_by_role("link", name="账号", exact=True)).to_have_count(0)
        page = window.open(f"/admin/organisations/{window.person.organisation_id}/edit")
        expect(page.get_by_text("联系本单位管理员")).to_be_visible()

    def test_a_reader_sees_nothing_of_what_is_kept_for_anonymous_needs(self, visit, served):
        with served.services.database.write() as session:
            made = OrganisationRepository(session).ensure("云澜公开页面大学（示例）", OrganisationKind.UNIVERSITY)
            made.aliases, made.legal_person, made.phones = ["公开大"], "某某示例人", ["0354-0000000"]
            session.flush()
            id = made.id
        page = visit(Role.EXPERT).open(f"/admin/organisations/{id}")
        expect(page.get_by_role("heading", name="云澜公开页面大学（示例）")).to_be_visible()
        for secret in ("公开大、", "某某示例人", "0354-0000000", "核验人"):
            assert secret not in page.content()
        search = visit(Role.EXPERT).open("/admin/organisations?q=公开大")
        expect(search.get_by_text("没有符合条件的单位")).to_be_visible()

    def test_what_was_changed_meanwhile_is_not_lost(self, visit, served, organisation):
        id = organisation("云澜并发页面企业（示例）")
        window = visit(Role.ADMIN)
        page = window.open(f"/admin/organisations/{id}/edit")
        page.get_by_label("园区").fill("甲园")
        written(served.services.database, served.services.organisations.change, id, {"park": "乙园"}, "1", OPERATOR)
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", name="刚有人改过这条记录")).to_be_visible()
        page.get_by_role("button", name="载入最新").click()
        expect(page.get_by_label("园区")).to_have_value("乙园")


class TestAccounts:
    def test_somebody_is_invited_sets_a_password_and_is_disabled_and_restored(self, visit, organisation):
        organisation("云澜受邀页面企业（示例）")
        window = visit(Role.ADMIN)
        page = window.open("/admin/accounts/new")
        page.get_by_label("姓名").fill("受邀的人")
        page.get_by_label("邮箱").fill("Invited@Example.cn")
        page.get_by_label("角色").select_option("enterprise")
        page.get_by_label("单位", exact=True).fill("受邀页面")
        expect(page.get_by_role("combobox", name="单位（从找到的里面选）").locator("option:checked")).to_have_text(
            "云澜受邀页面企业（示例）"
        )
        window.inspect("invite")
        page.get_by_role("button", name="生成邀请").click()
        told = page.get_by_role("dialog")
        words = told.get_by_label("这段话").input_value()
        assert "invited@example.cn" in words
        assert "7 天内" in words
        window.inspect("invited")
        address = re.search(r"http\S+", words).group()
        told.get_by_role("button", name="关闭").click()
        expect(page.get_by_text("还没有设置密码")).to_be_visible()
        guest = visit()
        entered = guest.open(address.removeprefix(guest.url))
        entered.get_by_label("新密码").fill(PASSWORD)
        entered.get_by_role("button", name="设置密码").click()
        entered.wait_for_url("**/sign-in")
        page.reload()
        expect(page.locator(".page-head")).to_contain_text("可登录")
        page.get_by_role("button", name="停用账号").click()
        expect(page.locator(".page-head")).to_contain_text("已停用")
        window.inspect("account-disabled")
        page.get_by_role("button", name="撤销").click()
        expect(page.locator(".page-head")).to_contain_text("可登录")
        page.get_by_role("button", name="停用账号").click()
        page.get_by_role("button", name="恢复账号").click()
        expect(page.locator(".page-head")).to_contain_text("可登录")

    def test_an_invitation_without_its_organisation_stays_on_the_form(self, visit):
        page = visit(Role.ADMIN).open("/admin/accounts/new?role=university")
        page.get_by_label("姓名").fill("某人")
        page.get_by_label("邮箱").fill("nobody@example.cn")
        page.get_by_role("button", name="生成邀请").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.querySelector('#organisation_id').validity.valueMissing")

    def test_a_reset_tells_a_new_link_and_ends_the_old_password(self, visit, account):
        person, _ = account(Role.EXPERT, password_hash=hash_password(PASSWORD))
        page = visit(Role.ADMIN).open(f"/admin/accounts/{person.id}")
        page.get_by_role("button", name="重设密码").click()
        page.get_by_role("dialog").get_by_role("button", name="重设密码").click()
        told = page.get_by_role("dialog", name=f"{person.name}的新链接")
        assert "1 天内" in told.get_by_label("这段话").input_value()
        told.get_by_role("button", name="关闭").click()
        expect(page.locator(".page-head")).to_contain_text("待设密码")

    def test_the_list_is_narrowed_by_role_and_state(self, visit, account):
        account(Role.BUREAU, name="停用的查阅人", disabled_at=now())
        window = visit(Role.ADMIN)
        page = window.open("/admin/accounts?role=bureau&state=disabled")
        expect(page.get_by_role("row").filter(has_text="停用的查阅人")).to_have_count(1)
        page.get_by_label("状态").select_option("active")
        expect(page.get_by_text("停用的查阅人")).to_have_count(0)
        assert "state=active" in page.url
        page.go_back()
        expect(page.get_by_role("row").filter(has_text="停用的查阅人")).to_have_count(1)
        window.open("/admin/accounts")
        window.inspect("accounts")

    def test_a_manager_sees_the_own_members_alone_and_gives_their_role(self, visit, account):
        stranger, _ = account(Role.UNIVERSITY, name="外单位的人")
        account(Role.UNIVERSITY, "云澜管理页面大学（示例）", name="本单位的人")
        window = visit(Role.UNIVERSITY, "云澜管理页面大学（示例）", manages_organisation=True)
        page = window.open("/admin/accounts")
        expect(page.get_by_role("link", name="本单位的人")).to_be_visible()
        expect(page.get_by_text("外单位的人")).to_have_count(0)
        assert page.request.get(f"{window.url}/admin/accounts/{stranger.id}").status == 404
        page.get_by_role("link", name="邀请同事").click()
        expect(page.get_by_label("角色")).to_have_count(0)
        page.get_by_label("姓名").fill("新同事")
        page.get_by_label("邮箱").fill("colleague@example.cn")
        page.get_by_role("button", name="生成邀请").click()
        page.get_by_role("dialog").get_by_role("button", name="关闭").click()
        expect(page.locator(".page-head")).to_contain_text("高校成员，云澜管理页面大学（示例）")

    def test_who_does_not_manage_is_told_whom_to_ask_and_has_no_entry_in_the_menu(self, visit):
        window = visit(Role.ENTERPRISE)
        page = window.open("/admin/accounts")
        expect(page.get_by_text("请联系本单位管理员")).to_be_visible()
        expect(page.locator(".side").get_by_role("link", name="账号")).to_have_count(0)


class TestRoster:
    @pytest.fixture
    def duty(self, served, organisation):
        def made(liaison, name, days=0):
            with served.services.database.write() as session:
                held = Assignment(liaison_id=liaison.id, organisation_id=organisation(name))
                held.started_at = now() - timedelta(days=days)
                session.add(held)
                session.flush()
                return held.id

        return made

    def test_a_liaison_notes_a_contact_and_what_is_overdue_becomes_current(self, visit, duty):
        window = visit(Role.LIAISON, name="记联系的情报员", unit="示例专班")
        duty(window.person, "云澜久未联系企业（示例）", days=75)
        duty(window.person, "云澜刚分配企业（示例）")
        page = window.open("/admin/roster")
        own = page.locator(".duties")
        late = own.get_by_role("listitem").filter(has_text="云澜久未联系企业")
        expect(late).to_contain_text("逾期：分配 75 天，从未联系")
        expect(own.get_by_role("listitem").filter(has_text="云澜刚分配企业")).to_contain_text("尚未联系")
        late.get_by_text("登记联系").click()
        late.get_by_label("日期").fill((today() + timedelta(days=1)).isoformat())
        late.get_by_role("button", name="登记", exact=True).click()
        expect(late.locator(".wrong")).to_contain_text("不能晚于今天")
        late.get_by_label("日期").fill(today().isoformat())
        late.get_by_label("方式").select_option("call")
        late.get_by_label("情况").fill("说定下周看中试线")
        window.inspect("roster-own")
        late.get_by_role("button", name="登记", exact=True).click()
        expect(late).to_contain_text("今天")
        expect(late.get_by_text("逾期")).to_have_count(0)
        late.get_by_text("以前的联系").click()
        expect(late).to_contain_text("电话：说定下周看中试线")

    def test_an_administrator_assigns_ends_and_hands_over(self, visit, account, duty, organisation):
        leaving, _ = account(Role.LIAISON, name="要离任的情报员")
        successor, _ = account(Role.LIAISON, name="接手的情报员")
        duty(leaving, "云澜移交企业（示例）")
        organisation("云澜待分配企业（示例）")
        window = visit(Role.ADMIN)
        page = window.open(f"/admin/roster/{leaving.id}")
        page.get_by_label("单位", exact=True).fill("待分配企业")
        expect(page.locator("#organisation_id option:checked")).to_have_text("云澜待分配企业（示例）")
        page.get_by_role("button", name="分配", exact=True).click()
        expect(page.locator(".duties").get_by_role("listitem")).to_have_count(2)
        page.get_by_role("button", name="结束与 云澜待分配企业（示例） 的定点联系").click()
        page.get_by_role("dialog").get_by_role("button", name="结束").click()
        expect(page.locator(".duties").get_by_role("listitem")).to_have_count(1)
        window.inspect("roster-one")
        page.get_by_role("button", name="移交全部工作").click()
        dialog = page.get_by_role("dialog", name="移交全部工作")
        expect(dialog).to_contain_text("1 家定点联系")
        dialog.get_by_label("接手人").select_option(successor.id)
        window.inspect("roster-hand-over")
        dialog.get_by_role("button", name="移交 1 家和 0 件").click()
        expect(page.locator(".duties")).to_contain_text("还没有定点联系的单位")
        page = window.open(f"/admin/roster/{successor.id}")
        expect(page.locator(".duties")).to_contain_text("云澜移交企业")

    def test_the_bureau_reads_and_changes_nothing(self, visit, account, duty):
        liaison, _ = account(Role.LIAISON, name="被查阅的情报员")
        duty(liaison, "云澜查阅企业（示例）", days=70)
        window = visit(Role.BUREAU)
        page = window.open("/admin/roster?overdue=true&q=查阅企业")
        expect(page.get_by_role("row").filter(has_text="被查阅的情报员")).to_contain_text("1 家逾期")
        with page.expect_download() as got:
            page.get_by_role("link", name="导出名册").click()
        assert got.value.suggested_filename == "roster.xlsx"
        window.inspect("roster")
        page = window.open(f"/admin/roster/{liaison.id}")
        expect(page.get_by_text("云澜查阅企业（示例）")).to_be_visible()
        expect(page.locator("main form")).to_have_count(0)

    def test_a_liaison_notes_nothing_for_another(self, visit, account, duty):
        other, _ = account(Role.LIAISON, name="另一位情报员")
        duty(other, "云澜别人联系企业（示例）")
        page = visit(Role.LIAISON).open(f"/admin/roster/{other.id}")
        expect(page.get_by_text("以前的联系")).to_be_visible()
        expect(page.get_by_text("登记联系")).to_have_count(0)


class TestCodes:
    def test_industries_are_looked_through_and_searched(self, visit):
        window = visit(Role.ENTERPRISE)
        page = window.open("/admin/codes")
        page.get_by_role("link", name="制造业", exact=True).click()
        expect(page.get_by_role("row").filter(has_text="专用设备制造业")).to_contain_text("35")
        expect(page.get_by_role("navigation", name="层级")).to_contain_text("C 制造业")
        window.inspect("codes")
        page.get_by_label("名称包含，或代码开头").fill("煤炭")
        page.get_by_role("button", name="查找").click()
        expect(page.get_by_role("row").filter(has_text="煤炭开采和洗选业")).to_contain_text("06")
        page.get_by_role("link", name="专利分类（IPC）（未导入）").click()
        expect(page.get_by_text("shuangxu codes import ipc")).to_be_visible()
        assert page.request.get(f"{window.url}/admin/codes?list=industries&parent=none").status == 404


class TestAudit:
    def test_a_change_is_found_and_shown_before_and_after(self, visit, served, organisation):
        id = organisation("云澜审计企业（示例）")
        written(served.services.database, served.services.organisations.change, id, {"park": "新园区"}, "1", OPERATOR)
        window = visit(Role.ADMIN)
        page = window.open(f"/admin/audit?action=organisation&q=新园区&since=&until={today().isoformat()}")
        row = page.get_by_role("row").filter(has_text="修改单位")
        row.get_by_text("改动前后").click()
        changes = row.get_by_role("table")
        expect(changes).to_contain_text("园区")
        expect(changes).to_contain_text("（空）")
        expect(changes).to_contain_text("新园区")
        window.inspect("audit")
        number = row.get_by_role("link").first.inner_text()
        page = window.open(f"/admin/audit/{number}")
        expect(page.get_by_role("heading", name=f"第 {number} 条：修改单位")).to_be_visible()
        window.inspect("audit-entry")
        page.get_by_role("link", name="它的全部记录").click()
        expect(page.get_by_text("只看一个对象的记录")).to_be_visible()

    def test_the_head_of_the_chain_is_that_of_the_last_entry(self, visit, served):
        window = visit(Role.ADMIN)
        page = window.open("/admin/audit")
        shown = page.get_by_label("现在的校验值").input_value()
        answer = page.request.get(f"{served.url}/api/v1/audit?limit=1", headers=_bearer(served))
        last = json.loads(answer.text())["items"][0]
        assert shown == f"{last['number']}:{last['hash']}"
        expect(page.get_by_text(f"shuangxu audit verify --head {shown}")).to_be_visible()

    def test_nobody_else_reads_it_and_a_number_that_is_not_there_is_a_page(self, visit):
        expect(visit(Role.LIAISON).open("/admin/audit").get_by_text("您的角色不能做这项操作")).to_be_visible()
        window = visit(Role.ADMIN)
        expect(window.open("/admin/audit/999999999").get_by_text("没有这个序号")).to_be_visible()
        assert window.page.request.get(f"{window.url}/admin/audit/{'9' * 30}").status == 422


@pytest.mark.main_path
def test_accounts_of_others_are_not_listed_to_liaisons(visit):
    expect(visit(Role.LIAISON).open("/admin/accounts").get_by_text("您的角色不能做这项操作")).to_be_visible()
