"""Publishing to another platform by a liaison: from a template to the answers; what owners and the bureau see."""

import io

import pytest
from playwright.sync_api import expect

from app.accounts.identification import caller_of
from app.channels.packages import Wanted
from app.channels.schemas import TemplateName
from app.channels.transactions import make_package, take_responses
from app.core.caller import OPERATOR, Role
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.records.transactions import change_record
from tests.asking import new_record, written

NEED = {
    "title": "浮选泡沫层厚度忽高忽低",
    "description": "五台机械搅拌式浮选机串联，液位用浮球人工调，泡沫层厚度在8～25 cm之间波动（示例）。",
    "indicators": "泡沫层厚度波动≤3 cm",
    "visibility": "anonymous",
}


@pytest.fixture
def post(served):
    """Post a need of an enterprise's as published."""

    def made(one, **fields):
        body = NeedIn.model_validate(NEED | fields).model_dump()
        service = served.services.records[RecordKind.NEEDS]
        record = new_record(served.services, RecordKind.NEEDS, body, caller_of(one.person, ""))
        published = {"status": "published"}
        return change_record(served.services.database, service, record.id, published, f'"{record.version}"', OPERATOR)

    return made


@pytest.fixture
def delivered(served):
    """Make a channel whose first package was delivered; return it and the codes of its records."""

    def made(chain, **fields):
        service = served.services.channels
        wanted = {
            "template": TemplateName.TOPICS,
            "name": "选题目录（示例）",
            "selection": {"chains": [chain]},
        } | fields
        database = served.services.database
        channel = written(database, service.create, wanted, OPERATOR)
        package = make_package(database, service.packages, Wanted(channel.id), OPERATOR)
        with database.write() as session:
            service.packages.deliver(session, channel.id, package.id, "", OPERATOR)
            items, _ = service.items(session, channel.id, None, None, 50, OPERATOR)
        return channel.id, {each.record_id: each.code for each in items}

    return made


def test_a_liaison_publishes_and_takes_the_answers_in(visit, post, tmp_path):
    enterprise = visit(Role.ENTERPRISE, "云澜恒锐选矿厂（示例）")
    post(enterprise, chains=["页面链"])
    post(enterprise, chains=["页面链"], title="云澜恒锐选矿厂的液位控制", disclosures_accepted=True)
    liaison = visit(Role.LIAISON)
    page = liaison.open("/channels")
    page.get_by_role("link", name="新建通道").click()
    page.get_by_label("毕业设计选题目录").check()
    page.get_by_label("通道名称").fill("示例大学选题（示例）")
    liaison.inspect("channel-new")
    page.get_by_role("button", name="建立通道").click()
    # The preview follows what is changed.
    expect(page.locator("#preview tbody tr")).to_have_count(3)
    page.get_by_label("平台列名").nth(1).fill("毕设题目")
    expect(page.locator("#preview th").filter(has_text="毕设题目")).to_be_visible()
    page.get_by_role("button", name="加一列").click()
    page.get_by_label("平台列名").last.fill("学年")
    page.get_by_label("取自").last.select_option("constant")
    page.get_by_label("固定文字").last.fill("2026-2027")
    expect(page.locator("#preview td").filter(has_text="2026-2027").first).to_be_visible()
    page.get_by_role("button", name="上移").last.click()
    page.get_by_role("textbox", name="产业链").fill("页面链")
    expect(page.locator("#preview tbody tr")).to_have_count(1)
    page.get_by_role("textbox", name="情报员联系方式").fill("情报所 0000-1234567")
    liaison.inspect("channel-edit")
    page.get_by_role("button", name="保存").click()
    # The differences first, then the package.
    held = page.get_by_text("会暴露企业，不发 1 条")
    expect(held).to_be_visible()
    expect(page.get_by_text("出现了企业名称或简称").first).to_be_visible()
    liaison.inspect("channel-differences")
    page.get_by_role("button", name="生成变化的包").click()
    expect(page.get_by_role("heading", name="第 1 号包，待交付")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载包", exact=True).click()
    assert saved.value.suggested_filename == "package-1.xlsx"
    liaison.inspect("channel-waiting")
    page.get_by_role("button", name="标记已交付").click()
    page.get_by_role("dialog").get_by_role("button", name="标记已交付").click()
    expect(page.get_by_text("与上次交付相比没有变化")).to_be_visible()
    expect(page.locator("#items-part tbody tr")).to_have_count(1)


def test_what_a_platform_answers_is_tried_then_taken(visit, post, delivered, tmp_path):
    need = post(visit(Role.ENTERPRISE, "云澜恒锐药剂厂（示例）"), chains=["回执链"])
    id, codes = delivered("回执链", name="回执的通道（示例）")
    code = codes[need.id]
    liaison = visit(Role.LIAISON)
    page = liaison.open(f"/channels/{id}")
    answers = tmp_path / "回执.csv"
    answers.write_bytes(
        f"选题编号,审核结果,链接,认领说明,认领学校,联系电话\n{code},审核通过,https://platform.example/t/1,"
        f"我系两名学生选题,云澜某某学院（示例）,0000-1112222\n{code}X,通过,,,,\n".encode("gb18030")
    )
    page.get_by_label("回执文件").set_input_files(answers)
    expect(page.get_by_role("button", name="写入")).to_be_disabled()
    page.get_by_role("button", name="先试读").click()
    expect(page.locator("#responses-told")).to_contain_text("如写入：采用 1、退回 0、新线索 1")
    expect(page.locator("#responses-told")).to_contain_text("第 3 行")
    liaison.inspect("channel-answers")
    page.get_by_role("button", name="写入").click()
    expect(page.locator("#responses-told")).to_contain_text("已写入")
    page.get_by_role("link", name="处理 1 条新线索").click()
    expect(page.get_by_text("0000-1112222")).to_be_visible()
    liaison.inspect("channel-leads")
    page.get_by_role("button", name="记为已处理").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("已电话联系")
    page.get_by_role("dialog").get_by_role("button", name="记为已处理").click()
    expect(page.get_by_text("已电话联系")).to_be_visible()
    page = liaison.open("/channels")
    expect(page.get_by_role("listitem").filter(has_text="回执的通道（示例）")).to_contain_text("平台上 1 条")
    liaison.inspect("channels")


@pytest.mark.main_path
def test_an_owner_sees_where_the_need_went_and_why_not(visit, post, delivered, served):
    enterprise = visit(Role.ENTERPRISE, "云澜恒锐控制厂（示例）")
    sent = post(enterprise, chains=["主人链"])
    named = post(enterprise, chains=["主人链"], title="云澜恒锐控制厂的液位", disclosures_accepted=True)
    id, codes = delivered("主人链", name="主人看的通道（示例）")
    answer = f"选题编号,状态,链接\n{codes[sent.id]},通过,https://platform.example/t/2\n".encode()
    database, responses = served.services.database, served.services.channels.responses
    take_responses(database, responses, id, io.BytesIO(answer), "回执.csv", OPERATOR, dry_run=False)
    page = enterprise.open(f"/needs/{sent.id}")
    expect(page.get_by_text("已发布到 主人看的通道（示例）")).to_be_visible()
    expect(page.get_by_role("link", name="平台页面")).to_have_attribute("href", "https://platform.example/t/2")
    enterprise.inspect("need-published")
    page = enterprise.open(f"/needs/{named.id}")
    expect(page.get_by_text("所以不发到其他平台")).to_be_visible()
    other = visit(Role.UNIVERSITY).open(f"/needs/{sent.id}")
    expect(other.get_by_role("heading", name=NEED["title"])).to_be_visible()
    expect(other.get_by_text("已发布到")).to_have_count(0)


def test_the_bureau_reads_states_and_no_texts(visit, post, delivered):
    enterprise = visit(Role.ENTERPRISE, "云澜恒锐监测厂（示例）")
    post(enterprise, chains=["局链"], title="泡沫图像监测（示例）")
    id, codes = delivered("局链", name="科技局看的通道（示例）")
    bureau = visit(Role.BUREAU)
    page = bureau.open(f"/channels/{id}")
    expect(page.get_by_text("与上次交付相比没有变化")).to_be_visible()
    expect(page.get_by_text(next(iter(codes.values())))).to_be_visible()
    expect(page.get_by_text("泡沫图像监测（示例）")).to_have_count(0)
    for name in ("生成全量包", "先试读"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    bureau.inspect("channel-bureau")
