"""Publishing to other platforms: packages of what changed, delivered by hand; answers and leads taken in."""

import csv
import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.caller import OPERATOR, Caller, Role
from app.core.errors import NotFound
from app.models import AuditEntry, ChannelItem, Docking

CHANNELS = "/api/v1/channels"
COLUMNS = [
    {"target": "外部编号", "source": "code", "required": True},
    {"target": "标题", "source": "title", "required": True},
    {"target": "详情", "source": "description"},
    {"target": "企业", "source": "organisation"},
    {"target": "地区", "source": "district"},
    {"target": "联系", "source": "contact_line"},
]


@pytest.fixture
def chain(body):
    """A tag by which a channel takes the records of one test alone."""
    return f"示例链{body('needs')['title'][7:]}"


@pytest.fixture
def channel(client, operator, chain):
    """Set a channel up that takes the records of this test."""

    def made(**fields):
        wanted = {"name": "示例平台", "kind": "needs", "columns": COLUMNS, "format": "jsonl",
                  "contact_line": "情报所 0554-0000000", "selection": {"chains": [chain]}}  # fmt: skip
        answer = client.post(CHANNELS, json=wanted | fields, headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return made


@pytest.fixture
def need(create, chain):
    """Post a need that the channel takes."""
    return lambda **fields: create("needs", chains=[chain], **fields)


@pytest.fixture
def package(client, operator):
    """Make a package; return it."""

    def made(id, **body):
        answer = client.post(f"{CHANNELS}/{id}/packages", json=body, headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def taken(client, operator):
    """Download a package; return its parts, rows as objects by part."""

    def read(id, package_id):
        answer = client.get(f"{CHANNELS}/{id}/packages/{package_id}/file", headers=operator)
        assert answer.status_code == 200, answer.text
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        return {
            name.split("-", 1)[1].split(".")[0]: [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
        }

    return read


@pytest.fixture
def end(client, operator):
    def ended(id, package_id, verb="deliver"):
        answer = client.post(f"{CHANNELS}/{id}/packages/{package_id}/{verb}", json={}, headers=operator)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ended


@pytest.fixture
def answer_with(client, operator):
    """Send a table of answers in."""

    def sent(id, content, name="回执.csv", **fields):
        content = content.encode() if isinstance(content, str) else content
        return client.post(f"{CHANNELS}/{id}/responses", files={"file": (name, content)}, data=fields, headers=operator)

    return sent


def _change(client, operator, record, **fields):
    path = f"/api/v1/needs/{record['id']}"
    version = client.get(path, headers=operator).headers["ETag"]
    answer = client.patch(path, json=fields, headers=operator | {"If-Match": version})
    assert answer.status_code == 200, answer.text


def _differences(client, operator, id):
    return client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()


def test_a_channel_from_the_first_package_to_the_last(client, operator, channel, need, package, taken, end, refused):
    id = channel()
    first, second = need(title="甲：磨矿细度不稳（示例）"), need(title="乙：浮选药剂损耗（示例）", district="东河县")
    found = _differences(client, operator, id)
    assert (found["added"], found["changed"], found["removed"], found["unchanged"]) == (2, 0, 0, 0)
    made = package(id)
    assert (made["number"], made["state"], made["added"], made["full"]) == (1, "prepared", 2, False)
    rows = {row["标题"]: row for row in taken(id, made["id"])["add"]}
    assert set(rows) == {first["title"], second["title"]}
    assert rows[second["title"]]["地区"] == "东河县"
    assert {row["联系"] for row in rows.values()} == {"情报所 0554-0000000"}
    assert rows[first["title"]]["企业"] == first["organisation"]["name"]
    # Until it is delivered no other is made.
    refused(client.post(f"{CHANNELS}/{id}/packages", json={}, headers=operator), 409)
    end(id, made["id"])
    assert _differences(client, operator, id)["unchanged"] == 2
    assert "没有变化" in refused(client.post(f"{CHANNELS}/{id}/packages", json={}, headers=operator), 409)["detail"]

    third = need(title="丙：滤布寿命短（示例）")
    _change(client, operator, first, title="甲：磨矿细度忽粗忽细（示例）")
    version = client.get(f"/api/v1/needs/{second['id']}", headers=operator).headers["ETag"]
    client.delete(f"/api/v1/needs/{second['id']}", headers=operator | {"If-Match": version})
    found = _differences(client, operator, id)
    assert found["changed_items"][0]["changes"] == [["标题", first["title"], "甲：磨矿细度忽粗忽细（示例）"]]
    assert found["removed_items"][0]["reasons"] == ["已撤回或退回审核"]
    made = package(id)
    parts = taken(id, made["id"])
    assert [row["标题"] for row in parts["add"]] == [third["title"]]
    assert [row["外部编号"] for row in parts["change"]] == [rows[first["title"]]["外部编号"]]
    assert parts["remove"] == [{"对外编号": rows[second["title"]]["外部编号"], "平台编号": "", "平台链接": ""}]

    # Cancelled, nothing of it counts, and it is gone.
    end(id, made["id"], "cancel")
    refused(client.get(f"{CHANNELS}/{id}/packages/{made['id']}/file", headers=operator), 409)
    refused(client.post(f"{CHANNELS}/{id}/packages/{made['id']}/deliver", json={}, headers=operator), 409)
    again = package(id)
    assert (again["number"], again["added"], again["changed"], again["removed"]) == (3, 1, 1, 1)
    assert taken(id, again["id"])["add"][0]["外部编号"] == parts["add"][0]["外部编号"], "a record keeps its code"
    end(id, again["id"])
    whole = package(id, full=True)
    assert {row["标题"] for row in taken(id, whole["id"])["full"]} == {"甲：磨矿细度忽粗忽细（示例）", third["title"]}


def test_the_state_of_each_record_and_who_did_what(client, operator, channel, need, package, end, answer_with):
    id = channel()
    first, second = need(), need()
    end(id, package(id)["id"])
    items = client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"]
    assert {each["state"] for each in items} == {"delivered"}
    codes = {each["record_id"]: each["code"] for each in items}
    table = (
        "羚羊平台审核结果导出,,,,,\n"
        " 外部编号 *,需求编号,审核结果,详情链接,不通过原因\n"
        f"{codes[first['id']].lower()},LY-9,审核通过,https://platform.example/x/9,\n"
        f"{codes[second['id']]},LY-10,审核未通过,,缺少指标\n"
        "ZZZZZZZZZZ,LY-11,通过,,\n"
        f"{codes[second['id']]},LY-10,通过,,\n"
        f"{codes[first['id']]},,搁置,javascript:alert(1),\n"
    )
    tried = answer_with(id, table.encode("gb18030"), dry_run="true").json()
    assert (tried["accepted"], tried["refused"], tried["errors"], tried["dry_run"]) == (1, 1, 3, True), tried
    assert {each["state"] for each in client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"]} == {
        "delivered"
    }
    told = answer_with(id, table.encode("gb18030")).json()
    assert (told["accepted"], told["refused"], told["errors"], told["repeated"]) == (1, 1, 3, False)
    assert {each["row"]: "；".join(each["messages"]) for each in told["problems"]} == {
        5: "这个通道没有发过这个编号，请核对是不是别的通道的回执",
        6: "与第 4 行矛盾：同一条记录又平台已采用又平台已退回",
        7: "看不懂状态“搁置”，请改为 通过、退回 或 审核中；链接须以 https:// 开头，是完整的网址",
    }
    items = {each["record_id"]: each for each in client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"]}
    assert items[first["id"]]["state"] == "accepted"
    assert items[first["id"]]["platform_url"] == "https://platform.example/x/9"
    assert (items[second["id"]]["state"], items[second["id"]]["reason"]) == ("rejected", "缺少指标")
    # Once more the same file; nothing moves, whatever happened since.
    again = answer_with(id, table.encode("gb18030")).json()
    assert (again["repeated"], again["accepted"], again["refused"]) == (True, 0, 0)
    # Refused and unchanged it is not sent again; mended, it is handed in anew.
    assert _differences(client, operator, id)["unchanged"] == 2
    _change(client, operator, second, indicators="浊度≤50 NTU", title="补了指标（示例）")
    assert _differences(client, operator, id)["added"] == 1
    shown = client.get(f"/api/v1/needs/{first['id']}/publications", headers=operator).json()["items"]
    assert (shown[0]["channel"], shown[0]["state"]) == ("示例平台", "accepted")
    with client.app.state.database.read() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.object_kind == "channels", AuditEntry.object_id == id)
        )
        actions = [each.action for each in rows]
    assert actions == ["channel.create", "channel.prepare", "channel.deliver", "channel.respond"]


def test_leads_are_kept_once_and_become_dockings(
    client, operator, channel, need, create, package, end, answer_with, refused
):
    id = channel()
    record = need()
    end(id, package(id)["id"])
    code = client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"][0]["code"]
    table = json.dumps({"对外编号": code, "留言": "=HYPERLINK(1) 我们做过同类线", "意向单位": "云澜某某大学（示例）",
                        "联系人": "示例老师", "联系电话": "0000-7654321"}, ensure_ascii=False)  # fmt: skip
    assert answer_with(id, table, "线索.jsonl").json()["leads"] == 1
    assert answer_with(id, table + "\n", "线索.jsonl").json()["leads"] == 0, "another file that tells the same"
    path = f"{CHANNELS}/{id}/leads"
    (lead,) = client.get(path, headers=operator).json()["items"]
    assert lead["contact"] == "示例老师；0000-7654321"
    assert lead["title"] == record["title"]
    achievement = create("achievements")
    body = {"action": "docking", "counterpart": achievement["id"]}
    refused(
        client.post(f"{path}/{lead['id']}/handle", json={"action": "docking"}, headers=operator), 422, "counterpart"
    )
    refused(client.post(f"{path}/{lead['id']}/handle", json={"action": "note"}, headers=operator), 422, "note")
    nobody = body | {"counterpart": "没有的编号"}
    refused(client.post(f"{path}/{lead['id']}/handle", json=nobody, headers=operator), 422, "counterpart")
    done = client.post(f"{path}/{lead['id']}/handle", json=body, headers=operator).json()
    assert done["state"] == "docked"
    with client.app.state.database.read() as session:
        docking = session.get(Docking, done["docking_id"])
        assert (docking.need_id, docking.achievement_id) == (record["id"], achievement["id"])
        told = session.scalars(select(AuditEntry).where(AuditEntry.object_id == id)).all()
        assert not any("7654321" in json.dumps([each.before, each.after]) for each in told), "no contact in the log"
    refused(client.post(f"{path}/{lead['id']}/handle", json=body, headers=operator), 409)


def test_cells_are_text_in_every_format(client, operator, channel, need, package):
    evil = "=cmd|' /C calc'!A0 磨矿（示例）"
    need(title=evil, description='+1 起头的正文，\n换行，“引号”"，浊度≤50 NTU（示例）。')
    for form in ("xlsx", "csv_utf8", "csv_gbk"):
        id = channel(format=form)
        made = package(id)
        content = client.get(f"{CHANNELS}/{id}/packages/{made['id']}/file", headers=operator).content
        if form == "xlsx":
            parts = zipfile.ZipFile(io.BytesIO(content))
            assert not any(b"<f>" in parts.read(name) or b"hyperlink" in parts.read(name) for name in parts.namelist())
            rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("新增").to_python()
            assert rows[1][1] == evil
            continue
        text = zipfile.ZipFile(io.BytesIO(content)).read("1-add.csv")
        rows = list(csv.reader(io.StringIO(text.decode("gbk" if form == "csv_gbk" else "utf-8-sig"))))
        assert rows[1][1] == f"'{evil}"
        assert rows[1][2].startswith("'+1")


def test_what_gbk_cannot_write_is_told_and_not_lost(client, operator, channel, need, package, end):
    id = channel(format="csv_gbk")
    written = need(title="流量 3 m³/h、10⁻⁶、CO₂ 回收（示例）")
    unwritable = need(title="含生僻字\U00020000的工艺（示例）")
    found = _differences(client, operator, id)
    assert (found["added"], found["blocked"]) == (1, 1)
    assert found["blocked_items"][0]["record_id"] == unwritable["id"]
    assert "\U00020000" in found["blocked_items"][0]["reasons"][0]
    assert {
        "GBK 没有“³”，在 1 条里写作“^3”",
        "GBK 没有“⁻⁶”，在 1 条里写作“^-6”",
        "GBK 没有“₂”，在 1 条里写作“2”",
    } <= set(found["notes"])
    made = package(id)
    content = client.get(f"{CHANNELS}/{id}/packages/{made['id']}/file", headers=operator).content
    text = zipfile.ZipFile(io.BytesIO(content)).read("1-add.csv").decode("gbk")
    assert "流量 3 m^3/h、10^-6、CO2 回收（示例）" in text
    assert "�" not in text
    assert "?" not in text
    end(id, made["id"])
    # What is there and can no longer be written stays as it is, until somebody mends it.
    _change(client, operator, written, title="流量 \U00020000（示例）")
    found = _differences(client, operator, id)
    assert (found["removed"], found["changed"], found["blocked"]) == (0, 0, 2)


def test_words_are_translated_and_gaps_are_told(client, operator, channel, need):
    columns = [
        *COLUMNS[:2],
        {"target": "成熟度", "source": "maturity", "values": {"TRL 6": "中试", "": "不限"}},
        {"target": "方式", "source": "cooperation_modes", "values": {"技术转让": "转让", "*": "其他"}},
        {"target": "截止", "source": "deadline", "required": True},
    ]
    id = channel(columns=columns)
    need(title="甲（示例）", min_maturity=6, deadline="2027-06-30", cooperation_modes=["技术转让", "作价入股"])
    need(title="乙（示例）", min_maturity=7, deadline="2027-06-30")
    need(title="丙（示例）")
    shown = client.post(f"{CHANNELS}/{id}/preview", json={}, headers=operator).json()
    assert shown["header"] == [each["target"] for each in columns]
    rows = {row[1]: (row[2:], problem) for row, problem in zip(shown["rows"], shown["problems"], strict=True)}
    assert rows == {
        "甲（示例）": (["中试", "转让；其他", "2027-06-30"], ""),
        "乙（示例）": (["TRL 7", "", "2027-06-30"], "“成熟度”：“TRL 7”没有对应词"),
        "丙（示例）": (["不限", "", ""], "“截止”必填，这条记录没有"),
    }
    assert _differences(client, operator, id)["blocked"] == 2
    # What is not saved yet is shown, and changes nothing.
    only = client.post(f"{CHANNELS}/{id}/preview", json={"columns": COLUMNS[:2]}, headers=operator).json()
    assert only["header"] == ["外部编号", "标题"]
    assert len(client.get(f"{CHANNELS}/{id}", headers=operator).json()["columns"]) == 5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"columns": COLUMNS[1:]}, "对外编号"),
        ({"columns": [*COLUMNS, COLUMNS[1]]}, "重复"),
        ({"columns": [*COLUMNS, {"target": "电话", "source": "contact"}]}, "没有字段“contact”"),
        ({"columns": [*COLUMNS, {"target": "文字", "source": "constant"}]}, "写出文字"),
        ({"columns": [*COLUMNS, {"target": "两\n行", "source": "title"}]}, "看不见"),
        ({"columns": [*COLUMNS, {"target": "\U00020000", "source": "title"}], "format": "csv_gbk"}, "GBK"),
        ({"left_out": ["title"]}, "可以隐去"),
        ({"selection": {"min_maturity": 7, "max_maturity": 3}}, "高于上限"),
        ({"kind": "achievements"}, "没有字段“description”"),
    ],
)
def test_settings_that_make_no_package_are_refused(client, operator, refused, change, told):
    wanted = {"name": "示例平台", "kind": "needs", "columns": COLUMNS} | change
    assert told in refused(client.post(CHANNELS, json=wanted, headers=operator), 422)["detail"]


def test_a_channel_is_changed_by_one_at_a_time_and_may_be_turned_off(client, operator, channel, need, refused):
    id = channel()
    path = f"{CHANNELS}/{id}"
    refused(client.patch(path, json={"active": False}, headers=operator), 428)
    answer = client.patch(path, json={"active": False}, headers=operator | {"If-Match": '"1"'})
    assert (answer.json()["active"], answer.headers["ETag"]) == (False, '"2"')
    assert answer.json()["columns"][0]["target"] == "外部编号"
    refused(client.patch(path, json={"active": True}, headers=operator | {"If-Match": '"1"'}), 412)
    need()
    assert "停用" in refused(client.post(f"{path}/packages", json={}, headers=operator), 409)["detail"]


def test_a_request_that_is_sent_twice_makes_one(client, operator, need, chain):
    wanted = {"name": "示例平台", "kind": "needs", "columns": COLUMNS, "selection": {"chains": [chain]}}
    headers = operator | {"Idempotency-Key": chain.encode().hex()}
    ids = {client.post(CHANNELS, json=wanted, headers=headers).json()["id"] for _ in range(2)}
    assert len(ids) == 1
    need()
    path = f"{CHANNELS}/{ids.pop()}/packages"
    assert len({client.post(path, json={}, headers=headers).json()["id"] for _ in range(2)}) == 1


def test_a_template_is_a_whole_channel(client, operator, need):
    for each in client.get(f"{CHANNELS}/templates", headers=operator).json():
        answer = client.post(CHANNELS, json={"template": each["name"]}, headers=operator)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert (made["name"], made["columns"]) == (each["title"], each["columns"])
        shown = client.post(f"{CHANNELS}/{made['id']}/preview", json={}, headers=operator).json()
        assert len(shown["rows"]) == 3


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"), (b"\x00\x01", "x.csv"), (b"PK\x03\x04nonsense", "x.xlsx"), (b"a,b\n1,2\n", "x.csv"),
        ("编号\n".encode() + b'"open', "x.csv"), (b"{}", "x.exe"), (b"x" * 1_950_000, "x.csv"),
        (b"[1]\nnull\n", "x.jsonl"), ("=编号,状态\n".encode("utf-16"), "x.csv"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_of_answers_changes_nothing(client, channel, answer_with, refused, content, name):
    id = channel()
    refused(answer_with(id, content, name), 422)


def test_hostile_cells_do_no_harm(client, operator, channel, need, package, end, answer_with):
    id = channel()
    need()
    end(id, package(id)["id"])
    code = client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"][0]["code"]
    urls = ("javascript:alert(1)", "http://a.example/", "https://", "https://a@b.example/", "https://[::1",
            "HTTPS://ok.example/a b", "//a.example", "https://a.example:99999999/", "x" * 600)  # fmt: skip
    rows = [{"对外编号": code, "链接": url, "状态": "通过"} for url in urls]
    rows += [{"对外编号": ["x"], "状态": {"a": 1}}, {"对外编号": "\ud800", "状态": "通过"}, {"状态": "通过"}, {}]
    rows += [{"对外编号": code, "留言": "长" * 6000}]
    text = "\n".join(json.dumps(each) for each in rows) + "\n[]\nnonsense"
    told = answer_with(id, text, "回执.jsonl").json()
    assert (told["accepted"], told["leads"], told["errors"]) == (0, 0, len(rows) + 2)
    (item,) = client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"]
    assert (item["state"], item["platform_url"]) == ("delivered", None)


def test_a_platforms_number_belongs_to_one_record(client, operator, channel, need, package, end, answer_with):
    id = channel()
    need(), need()
    end(id, package(id)["id"])
    one, other = (each["code"] for each in client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"])
    told = answer_with(id, f"对外编号,平台编号\n{one},P-1\n{other},P-1\n").json()
    assert "已属于" in told["problems"][0]["messages"][0]
    # Later the platform may speak of its own number alone.
    assert answer_with(id, "平台编号,状态\nP-1,已上架\n").json()["accepted"] == 1


def test_the_bureau_reads_figures_and_no_texts(client, operator, callers, channel, need, package, end):
    id = channel()
    record = need(title="科技局不必看的标题（示例）")
    end(id, package(id)["id"])
    need(title="第二条（示例）")
    bureau = callers[Role.BUREAU]
    found = client.get(f"{CHANNELS}/{id}/differences", headers=bureau).json()
    assert (found["added"], found["added_items"]) == (1, [])
    for part in ("items", "items.xlsx", "packages", "differences"):
        answer = client.get(f"{CHANNELS}/{id}/{part}", headers=bureau)
        assert answer.status_code == 200
        assert record["title"] not in answer.text
        assert record["id"] not in answer.text
    assert client.get(f"{CHANNELS}/{id}/leads", headers=bureau).status_code == 403
    assert client.post(f"{CHANNELS}/{id}/packages", json={}, headers=bureau).status_code == 403


def test_channels_are_for_staff_and_the_bureau_even_behind_the_door(client, channel, need, package, answer_with, end):
    id, service = channel(), client.app.state.services.channels
    need()
    made = package(id)["id"]
    end(id, made)
    bureau, member = Caller(Role.BUREAU), Caller(Role.ENTERPRISE, organisation_id="0" * 32)
    with client.app.state.database.read() as session:
        item = session.scalars(select(ChannelItem).where(ChannelItem.channel_id == id)).one()
        assert answer_with(id, f"外部编号,留言\n{item.code},想看现场\n").json()["leads"] == 1
    with client.app.state.database.read() as session:
        assert service.get(session, id, bureau).id == id
        assert id in {each.id for each in service.page(session, bureau, None, 100)[0]}
        assert service.leads.page(session, id, bureau, None, None, 10)[0] == []
        assert len(service.leads.page(session, id, OPERATOR, None, None, 10)[0]) == 1
        assert service.page(session, member, None, 100)[0] == []
        for refused in (
            lambda: service.get(session, id, member),
            lambda: service.packages.get(session, id, made, member),
            lambda: service.packages.file(session, id, made, bureau),
        ):
            with pytest.raises(NotFound):
                refused()


def test_two_records_come_in_an_order_that_tells_nothing(client, operator, channel, need, package, taken):
    id = channel()
    titles = [need(title=f"次序{number}（示例）")["title"] for number in range(8)]
    rows = taken(id, package(id)["id"])["add"]
    assert [row["外部编号"] for row in rows] == sorted(row["外部编号"] for row in rows)
    with client.app.state.database.read() as session:
        codes = {each.record_id: each.code for each in session.scalars(select(ChannelItem))}
    assert not any(id[:8] in code for id, code in codes.items())
    assert {row["标题"] for row in rows} == set(titles)
