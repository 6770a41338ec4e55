"""Uploads through the HTTP contract: from the file to the last row, and back."""

import io
import json
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.core.caller import Role
from app.imports.report_columns import REASON

pytestmark = pytest.mark.worker

IMPORTS = "/api/v1/imports"
ROWS = [
    ["成果编号", "成果名称", "成果简介", "成熟度", "转让价格（万元）"],
    [
        "D-1",
        "矿用电缆接头局放在线监测",
        "高频电流传感器采集局部放电脉冲，灵敏度5 pC，识别率92%（示例）。",
        "中试",
        "30-50",
    ],
    [
        "D-2",
        "选煤厂重介旋流器耐磨衬里",
        "碳化硅复合衬里寿命由4个月延长到14个月，磨损率0.8 mm/月（示例）。",
        "产业化",
        "面议",
    ],
    ["D-3", "乏风瓦斯蓄热氧化热电联供", "甲烷浓度0.3%～1.2%时自维持运行，热效率85%（示例）。", "小试", "两百"],
]


def _csv(rows, encoding="gb18030"):
    return "\n".join(",".join(cell for cell in row) for row in rows).encode(encoding)


def _xlsx(sheets, merged=()):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, title in enumerate(merged):
                sheet.merge_range(at, 0, at, 4, title)
            for at, row in enumerate(rows, start=len(merged)):
                sheet.write_row(at, 0, row)
            if name.startswith("隐藏"):
                sheet.hide()
    return stream.getvalue()


@pytest.fixture(scope="module")
def university(account):
    return account(Role.UNIVERSITY, "云澜上传大学（示例）")


@pytest.fixture(scope="module")
def upload(send, university):
    """Upload a file as a university, unless other headers are given."""

    def made(content, name="成果.csv", headers=None, **fields):
        return send(content, name, headers or university[1], **fields)

    return made


def _counts(found):
    return found["created"], found["updated"], found["unchanged"], found["rejected"]


def test_a_file_is_taken_in_and_the_same_file_again_changes_nothing(client, upload, university):
    found = upload(_csv(ROWS))
    assert (found["status"], _counts(found), found["rows_done"]) == ("succeeded", (3, 0, 0, 0), 3)
    assert found["encoded"] == 3
    assert [(each["row"], each["column"], each["code"]) for each in found["warnings"]] == []
    mine = client.get(
        "/api/v1/achievements", params={"status": "submitted", "limit": 100}, headers=university[1]
    ).json()["items"]
    first = next(each for each in mine if each["external_id"] == "D-1")
    assert (first["maturity"], first["price_min_wan"], first["price_max_wan"]) == (6, "30", "50")
    assert first["originals"] == {"maturity": "中试", "price": "30-50"}

    again = upload(_csv(ROWS, "utf-8"), "明年.csv")
    assert (_counts(again), again["encoded"]) == ((0, 0, 3, 0), 0)


def test_a_dry_run_shows_everything_and_writes_nothing(client, upload, university, ended):
    rows = [
        ["项目", "技术说明", "编码"],
        ["尾矿库浸润线光纤监测", "分布式光纤测温反演浸润线，误差0.2 m（示例）。", "G-1"],
    ]
    failed = upload(_csv(rows), dry_run="true")
    assert failed["status"] == "failed"
    assert "成果名称" in failed["error"]
    assert "列对应" in failed["error"]
    columns = {each["header"]: each for each in failed["tables"][0]["columns"]}
    assert columns["项目"]["samples"] == ["尾矿库浸润线光纤监测"]
    assert columns["项目"]["field"] is None

    said = {"项目": "title", "技术说明": "summary", "编码": "external_id"}
    tried = upload(_csv(rows), dry_run="true", mapping=json.dumps(said))
    assert (tried["status"], _counts(tried), tried["dry_run"]) == ("succeeded", (1, 0, 0, 0), True)
    titles = {each["title"] for each in client.get("/api/v1/achievements", headers=university[1]).json()["items"]}
    assert rows[1][0] not in titles

    started = client.post(f"{IMPORTS}/{tried['id']}/start", json={}, headers=university[1])
    assert started.status_code == 202, started.text
    assert _counts(ended(started.json()["id"], university[1])) == (1, 0, 0, 0)

    # Next year the same columns need no word.
    later = upload(_csv([*rows, ["充填膏体管道堵塞预警", "压力梯度法提前20 min预警（示例）。", "G-2"]]))
    assert (later["status"], _counts(later)) == ("succeeded", (1, 0, 1, 0))
    assert {each["source"] for each in later["tables"][0]["columns"]} == {"remembered"}


def test_rejected_rows_come_back_in_the_uploaders_own_layout_and_go_in_when_mended(client, upload, university):
    bad = [
        ["H-1", "", "没有名称的一行（示例）。", "中试", ""],
        ["1.23E+11", "编号被写成科学计数", "编号末位丢失（示例）。", "", ""],
        ["H-3", "矿井水纳滤脱盐", "脱盐率95%（示例）。", "", ""],
    ]
    workbook = _xlsx({"成果表": [ROWS[0], *bad]}, merged=("某大学成果汇总（示例）",))
    found = upload(workbook, "汇总.xlsx")
    assert _counts(found) == (1, 0, 0, 2)
    assert [(each["row"], each["column"], each["sheet"]) for each in found["row_errors"]] == [
        (3, "成果名称", "成果表"), (4, "成果编号", "成果表"),
    ]  # fmt: skip
    assert all(any("一" <= character <= "龥" for character in each["message"]) for each in found["row_errors"])

    answer = client.get(f"{IMPORTS}/{found['id']}/report.xlsx", headers=university[1])
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_name("成果表").to_python()
    assert rows[0][:5] == ROWS[0]
    assert [row[2] for row in rows[1:]] == ["没有名称的一行（示例）。", "编号末位丢失（示例）。"]
    reasons = [row[rows[0].index(REASON)] for row in rows[1:]]
    assert "成果名称" in reasons[0]
    assert "文本" in reasons[1]

    rows[1][1], rows[2][0] = "补上的名称", "H-2"
    mended = upload(_xlsx({"成果表": rows}), "改好.xlsx")
    assert _counts(mended) == (2, 0, 0, 0)
    assert mended["unmapped_columns"] == []


def test_headers_in_two_rows_several_sheets_and_a_hidden_one(client, upload):
    two = [
        ["编号", "成果信息", "", "联系方式", "", ""],
        ["", "名称", "简介", "联系人", "电话", "邮箱"],
        ["K-1", "煤泥浮选智能加药", "灰分在线反馈加药，药耗降12%（示例）。", "某老师", "0000", "a@example.cn"],
    ]
    other = [["序号", "技术名称", "内容摘要"], ["1", "井下胶带巡检机器人", "防爆轨道巡检，续航6 h（示例）。"]]
    sheets = {"一": two, "说明": [["本表由科研处填写"]], "二": other, "隐藏的": other}
    found = upload(_xlsx(sheets), "两行表头.xlsx")
    assert _counts(found) == (2, 0, 0, 0)
    assert [table["sheet"] for table in found["tables"]] == ["一", "二"]
    fields = [each["field"] for each in found["tables"][0]["columns"]]
    assert fields == ["external_id", "title", "summary", "contact", "contact", "contact"]
    assert any("隐藏的" in note for note in found["notes"])
    assert any("说明" in note for note in found["notes"])


def test_a_zip_of_tables_is_taken_in_and_says_what_it_left_out(client, upload):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("一院.csv", _csv([ROWS[0], ["Z-1", "矿渣微粉活化", "比表面积450 m²/kg（示例）。", "", ""]]))
        archive.writestr("二院.xlsx", _xlsx({"表": [ROWS[0], ["Z-2", "粉煤灰提铝", "提取率85%（示例）。", "", ""]]}))
        archive.writestr("照片.png", b"\x89PNG")
        archive.writestr("坏.xlsx", b"PK\x03\x04 not a workbook")
    found = upload(stream.getvalue(), "全校.zip")
    assert (found["status"], _counts(found)) == ("succeeded", (2, 0, 0, 0))
    assert {table["file"] for table in found["tables"]} == {"一院.csv", "二院.xlsx"}
    assert any("照片.png" in note for note in found["notes"])
    assert any("坏.xlsx" in note for note in found["notes"])


def test_progress_is_streamed_until_the_end(client, university):
    rows = [ROWS[0]] + [[f"S-{at}", f"第{at}号皮带秤校准", f"误差0.{at}%（示例）。", "", ""] for at in range(150)]
    id = client.post(
        IMPORTS, files={"file": ("多.csv", _csv(rows))}, data={"kind": "achievements"}, headers=university[1]
    ).json()["id"]
    events = []
    with client.stream("GET", f"{IMPORTS}/{id}/events", headers=university[1]) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line[5:]) for line in answer.iter_lines() if line.startswith("data:")]
    assert events[-1]["status"] == "succeeded"
    assert events[-1]["rows_done"] == events[-1]["rows_total"] == 150
    done = [each["rows_done"] for each in events]
    assert done == sorted(done)


def test_a_cancelled_upload_keeps_what_was_taken(client, university, upload, ended):
    rows = [ROWS[0]] + [[f"C-{at}", f"第{at}号刮板机监测", f"电流波动{at}%（示例）。", "", ""] for at in range(400)]
    files = {"file": ("取消.csv", _csv(rows))}
    id = client.post(IMPORTS, files=files, data={"kind": "achievements"}, headers=university[1]).json()["id"]
    assert client.delete(f"{IMPORTS}/{id}", headers=university[1]).status_code == 202
    found = ended(id, university[1])
    assert found["status"] == "cancelled"
    assert found["rows_done"] < 400
    assert found["created"] == found["rows_done"]
    again = client.post(f"{IMPORTS}/{id}/start", json={}, headers=university[1])
    rest = ended(again.json()["id"], university[1])
    assert (rest["created"] + rest["unchanged"], rest["unchanged"]) == (400, found["created"])


def test_the_same_request_twice_is_one_upload(client, university, upload, refused, ended):
    content = _csv([ROWS[0], ["I-1", "风机叶片除垢", "效率提高3%（示例）。", "", ""]])
    headers = university[1] | {"Idempotency-Key": "import-1"}
    ids = {
        client.post(
            IMPORTS, files={"file": ("一.csv", content)}, data={"kind": "achievements"}, headers=headers
        ).json()["id"]
        for _ in range(2)
    }
    assert len(ids) == 1
    ended(ids.pop(), university[1])
    other = content.replace(b"3%", b"4%")
    again = client.post(IMPORTS, files={"file": ("一.csv", other)}, data={"kind": "achievements"}, headers=headers)
    refused(again, 409)


@pytest.mark.parametrize(
    ("name", "content", "fields", "word"),
    [
        ("文档.docx", b"PK", {}, "xlsx"),
        ("大.csv", b"x" * (20 * 1024 * 1024 + 1), {}, "20 MB"),
        ("好.csv", _csv(ROWS), {"mapping": "[1"}, "mapping"),
        ("好.csv", _csv(ROWS), {"mapping": '{"成果名称": "status"}'}, "status"),
        ("好.csv", _csv(ROWS), {"kind": "needs"}, "成果"),
        ("好.csv", _csv(ROWS), {"organisation": "别的大学"}, "本单位"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once(client, university, refused, name, content, fields, word):
    answer = client.post(
        IMPORTS, files={"file": (name, content)}, data={"kind": "achievements", **fields}, headers=university[1]
    )
    assert word in refused(answer, 422)["detail"]


def test_a_body_beyond_every_limit_is_cut_off(client, university, refused):
    files = {"file": ("大.csv", b"x" * (22 * 1024 * 1024))}
    refused(client.post(IMPORTS, files=files, data={"kind": "achievements"}, headers=university[1]), 413)


def test_members_see_their_own_uploads_alone(client, account, upload, university, operator):
    id = upload(_csv([ROWS[0], ["M-1", "矿井水反渗透浓水减量", "浓水由25%减到9%（示例）。", "中试", "面议"]]))["id"]
    other = account(Role.UNIVERSITY)[1]
    for path in ("", "/rows", "/report.xlsx", "/events"):
        assert client.get(f"{IMPORTS}/{id}{path}", headers=other).status_code == 404
    assert client.get(IMPORTS, headers=other).json()["items"] == []
    assert client.get(f"{IMPORTS}/{id}", headers=operator).status_code == 200
    rows = client.get(f"{IMPORTS}/{id}/rows", headers=university[1]).json()["items"]
    assert [(row["row"], row["outcome"]) for row in rows] == [(2, "created")]


def test_the_template_is_understood_when_it_is_uploaded(client, upload):
    content = client.get(f"{IMPORTS}/template.xlsx", params={"kind": "achievements"}).content
    found = upload(content, "模板.xlsx", dry_run="true")
    assert (found["status"], _counts(found)) == ("succeeded", (1, 0, 0, 0))
    assert found["unmapped_columns"] == []
    assert found["warnings"] == []


def test_the_template_of_needs_is_understood_too(client, account, upload):
    content = client.get(f"{IMPORTS}/template.xlsx", params={"kind": "needs"}).content
    headers = account(Role.ENTERPRISE)[1]
    found = upload(content, "模板.xlsx", headers, dry_run="true", kind="needs")
    assert (found["status"], _counts(found), found["unmapped_columns"]) == ("succeeded", (1, 0, 0, 0), [])


def test_industries_are_understood_by_name_and_code(client, upload, university):
    header = [*ROWS[0], "应用行业"]
    rows = [
        ["N-1", "掘进机截齿激光熔覆", "硬度62 HRC（示例）。", "", "", "专用设备制造业；C33"],
        ["N-2", "煤矸石制陶粒", "筒压强度6.5 MPa（示例）。", "", "", "煤炭开采和洗选业"],
        ["N-3", "井下人员定位", "定位误差0.3 m（示例）。", "", "", "挖矿"],
    ]
    found = upload(_csv([header, *rows]))
    assert [(each["row"], each["code"]) for each in found["warnings"]] == [(4, "value_ignored")]
    mine = client.get("/api/v1/achievements", params={"status": "submitted", "limit": 100}, headers=university[1])
    codes = {each["external_id"]: each["industries"] for each in mine.json()["items"]}
    assert (codes["N-1"], codes["N-2"], codes["N-3"]) == (["35", "33"], ["06"], [])


def test_what_a_spreadsheet_spoilt_is_said(client, upload):
    rows = [ROWS[0], ["P-1", "矿用锂电池热失控预警", "提前8 min预警（示例）。", "#REF!", "#N/A"]]
    found = upload(_csv(rows))
    assert [(each["column"], each["code"]) for each in found["warnings"]] == [
        ("成熟度", "broken_formula"), ("转让价格（万元）", "broken_formula"),
    ]  # fmt: skip


def _withdraw(client, headers, external_id):
    listed = client.get("/api/v1/achievements", params={"status": "submitted", "limit": 100}, headers=headers)
    record = next(each for each in listed.json()["items"] if each["external_id"] == external_id)
    path = f"/api/v1/achievements/{record['id']}"
    assert client.delete(path, headers=headers | {"If-Match": "*"}).status_code == 204
    return path


def _actions(client, path, headers):
    return [each["action"] for each in client.get(f"{path}/versions", headers=headers).json()["items"]]


BACK = [ROWS[0], ["W-1", "井下乳化液浓度在线调节", "浓度误差0.2%（示例）。", "中试", "面议"]]


def test_a_member_brings_back_what_was_withdrawn(client, upload, university, ended):
    upload(_csv(BACK))
    path = _withdraw(client, university[1], "W-1")
    tried = upload(_csv(BACK), dry_run="true")
    assert (_counts(tried), tried["withdrawn"], tried["restored"]) == ((0, 0, 1, 0), 1, 0)
    page = client.get(f"/imports/{tried['id']}", headers=university[1]).text
    assert "恢复已撤回的 1 条" in page
    assert 'name="restore_withdrawn">' in page

    wish = {"dry_run": True, "restore_withdrawn": True}
    again = client.post(f"{IMPORTS}/{tried['id']}/start", json=wish, headers=university[1]).json()["id"]
    shown = ended(again, university[1])
    assert (_counts(shown), shown["withdrawn"], shown["restored"]) == ((0, 1, 0, 0), 0, 1)
    assert client.get(path, headers=university[1]).json()["status"] == "withdrawn"
    page = client.get(f"/imports/{again}", headers=university[1]).text
    assert "1 条是撤回后将恢复的" in page
    assert 'name="restore_withdrawn" checked>' in page

    # Taken in for good, it is as it was tried.
    done = ended(client.post(f"{IMPORTS}/{again}/start", json={}, headers=university[1]).json()["id"], university[1])
    assert (_counts(done), done["restored"], done["restore_withdrawn"]) == ((0, 1, 0, 0), 1, True)
    assert [each["code"] for each in done["warnings"]] == ["restored"]
    record = client.get(path, headers=university[1]).json()
    assert record["status"] == "submitted"
    assert _actions(client, path, university[1])[:2] == ["restore", "withdraw"]
    (row,) = client.get(f"{IMPORTS}/{done['id']}/rows", headers=university[1]).json()["items"]
    assert (row["outcome"], row["record_id"]) == ("updated", record["id"])


def test_without_the_wish_it_stays_withdrawn_and_the_page_offers_it(client, upload, university):
    row = ["W-2", "矿用钻机自动换杆", "换杆12 s（示例）。", "中试", "面议"]
    upload(_csv([ROWS[0], row]))
    path = _withdraw(client, university[1], "W-2")
    found = upload(_csv([ROWS[0], row]))
    assert (_counts(found), found["withdrawn"], found["restored"]) == ((0, 0, 1, 0), 1, 0)
    assert client.get(path, headers=university[1]).json()["status"] == "withdrawn"
    page = client.get(f"/imports/{found['id']}", headers=university[1]).text
    assert '<button type="submit" name="restore">恢复已撤回的 1 条</button>' in page


def test_what_was_changed_since_its_withdrawal_is_handed_in_again(client, upload, account, create):
    """It was published once, but nobody has reviewed what it says now."""
    owner = "云澜恢复大学（示例）"
    headers = account(Role.UNIVERSITY, owner)[1]
    rows = [["V-1", "尾砂胶结充填", "强度2 MPa（示例）。"], ["V-2", "矿柱应力监测", "误差3%（示例）。"]]
    paths = [
        f"/api/v1/achievements/{create('achievements', organisation=owner, external_id=id, title=t, summary=s)['id']}"
        for id, t, s in rows
    ]
    for path in paths:
        assert client.delete(path, headers=headers | {"If-Match": "*"}).status_code == 204
    rows[0][2] = "强度改为3 MPa（示例）。"
    table = _csv([ROWS[0][:3], *rows])
    assert upload(table, headers=headers)["withdrawn"] == 2
    done = upload(table, headers=headers, restore_withdrawn="true")
    assert (_counts(done), done["restored"]) == ((0, 2, 0, 0), 2)
    shown = [client.get(path, headers=headers).json()["status"] for path in paths]
    assert shown == ["submitted", "published"]


def test_nobody_brings_back_what_another_organisation_withdrew(client, upload, university, account):
    upload(_csv(BACK), restore_withdrawn="true")
    path = _withdraw(client, university[1], "W-1")
    other = account(Role.UNIVERSITY)[1]
    found = upload(_csv(BACK), headers=other, restore_withdrawn="true")
    assert (_counts(found), found["restored"], found["withdrawn"]) == ((1, 0, 0, 0), 0, 0)
    assert client.get(path, headers=university[1]).json()["status"] == "withdrawn"
